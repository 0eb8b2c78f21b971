"""The data plane of one vault over HTTPS, for Microsoft's own clients.

source: Key Vault REST 7.4 and facts/keyvault.md. What is not served answers 501 and says so. Ids of objects begin with
the address that was asked, so that a client can follow them (in Azure: `https://<vault>.vault.azure.net`).
"""

import json
from collections.abc import Awaitable, Callable

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from local.azure.context import Azure
from local.azure.store import Json
from local.azure.vault import access, bundles, certificates, deletion, firewall, secrets
from local.azure.vault.errors import VaultError
from local.azure.vault.operations import Operation
from local.endpoints import TENANT_ID

RESOURCE = "https://vault.azure.net"
_PRINCIPAL = web.RequestKey("principal", str)

_NAME = "{name:[0-9A-Za-z-]{1,127}}"
_VERSION = "{version:[0-9A-Fa-f]{32}|}"

Answer = tuple[int, Json | None]


def application(azure: Azure, name: str) -> web.Application:
    """What listens at the address of the vault `name`."""
    app = web.Application(middlewares=[_middleware(azure)])
    plane = Plane(azure, name)
    routes: dict[tuple[str, str], Callable[[web.Request], Awaitable[Answer]]] = {
        ("GET", "/certificates"): plane.list_names,
        ("POST", f"/certificates/{_NAME}/create"): plane.create,
        ("POST", f"/certificates/{_NAME}/import"): plane.import_certificate,
        ("GET", f"/certificates/{_NAME}/pending"): plane.pending,
        ("GET", f"/certificates/{_NAME}/policy"): plane.policy,
        ("GET", f"/certificates/{_NAME}/versions"): plane.list_versions,
        ("GET", f"/certificates/{_NAME}"): plane.get,
        ("GET", f"/certificates/{_NAME}/{_VERSION}"): plane.get,
        ("PATCH", f"/certificates/{_NAME}/{_VERSION}"): plane.update,
        ("DELETE", f"/certificates/{_NAME}"): plane.delete,
        ("GET", f"/deletedcertificates/{_NAME}"): plane.get_deleted,
        ("POST", f"/deletedcertificates/{_NAME}/recover"): plane.recover,
        ("DELETE", f"/deletedcertificates/{_NAME}"): plane.purge,
        ("GET", f"/secrets/{_NAME}"): plane.get_secret,
        ("GET", f"/secrets/{_NAME}/{_VERSION}"): plane.get_secret,
    }
    for (method, path), handler in routes.items():
        app.router.add_route(method, path, _responding(handler))
    app.router.add_route("*", "/{anything:.*}", _responding(plane.not_served))
    return app


class Plane:
    """The handlers: each checks the caller's address and rights, then answers status and body."""

    def __init__(self, azure: Azure, vault: str) -> None:
        self._azure = azure
        self._store = azure.store
        self._vault = vault

    async def create(self, request: web.Request) -> Answer:
        """A new version. The operation is over at the client's first poll."""
        name = self._allowed(request, "certificates/create")
        certificates.create(self._store, self._vault, name, await _body(request))
        return 202, bundles.operation(_origin(request), name, "inProgress")

    async def pending(self, request: web.Request) -> Answer:
        """The operation that made the newest version."""
        name = self._allowed(request, "certificates/get")
        certificates.get(self._store, self._vault, name)
        return 200, bundles.operation(_origin(request), name, "completed")

    async def import_certificate(self, request: web.Request) -> Answer:
        """A new version from a PFX or a PEM."""
        name = self._allowed(request, "certificates/import")
        version = certificates.import_certificate(self._store, self._vault, name, await _body(request))
        return 200, bundles.certificate(_origin(request), version, with_policy=True)

    async def get(self, request: web.Request) -> Answer:
        """A version; the newest comes with the policy."""
        name = self._allowed(request, "certificates/get")
        asked = request.match_info.get("version", "")
        version = certificates.get(self._store, self._vault, name, asked)
        return 200, bundles.certificate(_origin(request), version, with_policy=not asked)

    async def policy(self, request: web.Request) -> Answer:
        """The policy of the newest version."""
        name = self._allowed(request, "certificates/get")
        version = certificates.get(self._store, self._vault, name)
        return 200, bundles.policy(_origin(request), version)

    async def update(self, request: web.Request) -> Answer:
        """Attributes and tags of a version."""
        name = self._allowed(request, "certificates/update")
        version = certificates.get(self._store, self._vault, name, request.match_info["version"])
        changed = certificates.update(self._store, self._vault, version, await _body(request))
        return 200, bundles.certificate(_origin(request), changed, with_policy=False)

    async def list_names(self, request: web.Request) -> Answer:
        """The newest version of every certificate, under its name alone."""
        self._allowed(request, "certificates/list")
        newest = [
            certificates.get(self._store, self._vault, name) for name in certificates.names(self._store, self._vault)
        ]
        return 200, bundles.page([bundles.item(_origin(request), version, versioned=False) for version in newest])

    async def list_versions(self, request: web.Request) -> Answer:
        """Every version of a certificate."""
        name = self._allowed(request, "certificates/list")
        found = certificates.versions(self._store, self._vault, name)
        return 200, bundles.page([bundles.item(_origin(request), version, versioned=True) for version in found])

    async def delete(self, request: web.Request) -> Answer:
        """Soft deletion."""
        name = self._allowed(request, "certificates/delete")
        version = deletion.delete(self._store, self._vault, name)
        deleted = deletion.deleted_at(self._store, self._vault, name)
        return 200, bundles.deleted(_origin(request), version, deleted)

    async def get_deleted(self, request: web.Request) -> Answer:
        """What recover would bring back."""
        name = self._allowed(request, "certificates/get")
        deleted = deletion.deleted_at(self._store, self._vault, name)
        version = certificates.get(self._store, self._vault, name, include_deleted=True)
        return 200, bundles.deleted(_origin(request), version, deleted)

    async def recover(self, request: web.Request) -> Answer:
        """Takes a soft deletion back."""
        name = self._allowed(request, "certificates/recover")
        version = deletion.recover(self._store, self._vault, name)
        return 200, bundles.certificate(_origin(request), version, with_policy=True)

    async def purge(self, request: web.Request) -> Answer:
        """Deletes for good."""
        deletion.purge(self._store, self._vault, self._allowed(request, "certificates/purge"))
        return 204, None

    async def get_secret(self, request: web.Request) -> Answer:
        """The secret of a certificate, private key included."""
        name = self._allowed(request, "secrets/get")
        secret = secrets.read_secret(self._store, self._vault, name, request.match_info.get("version", ""))
        version = certificates.get(self._store, self._vault, name, secret.version)
        return 200, bundles.secret(_origin(request), secret, version)

    async def not_served(self, request: web.Request) -> Answer:
        """Never a silent success."""
        return 501, _error("NotServed", f"Local Azure does not serve {request.method} {request.path} of Key Vault.")

    def _allowed(self, request: web.Request, operation: Operation) -> str:
        """The network rules come first, then the caller's rights."""
        name, principal = request.match_info.get("name", ""), request[_PRINCIPAL]
        vault = access.vault_entity(self._store, self._vault)
        firewall.check(vault, request.remote or firewall.UNKNOWN_ADDRESS, principal)
        access.demand(self._store, vault, operation, name, principal)
        return name


def _middleware(azure: Azure) -> Middleware:
    @web.middleware
    async def middleware(request: web.Request, handler: Handler) -> web.StreamResponse:
        response = await _authorized(azure, request, handler)
        azure.log.write("vault", request.method, request.path, response.status)
        return response

    return middleware


async def _authorized(azure: Azure, request: web.Request, handler: Handler) -> web.StreamResponse:
    try:
        request[_PRINCIPAL] = azure.tokens.principal(request.headers.get("Authorization"), RESOURCE)
    except PermissionError as error:
        return _challenge(azure, request, str(error))
    try:
        return await handler(request)
    except VaultError as error:
        return web.json_response(error.body, status=error.status)


def _challenge(azure: Azure, request: web.Request, reason: str) -> web.Response:
    """401 before anything else is looked at, so that a client learns where to get a token."""
    authority = azure.listeners.address("arm", "arm") or _origin(request)
    challenge = f'Bearer authorization="{authority}/{TENANT_ID}", resource="{RESOURCE}"'
    text = "AKV10000: Request is missing a Bearer or PoP token."
    if "Authorization" in request.headers:
        text = f"AKV10032: Invalid token: {reason}."  # inferred
    return web.json_response(_error("Unauthorized", text), status=401, headers={"WWW-Authenticate": challenge})


def _responding(handler: Callable[[web.Request], Awaitable[Answer]]) -> Handler:
    async def respond(request: web.Request) -> web.StreamResponse:
        status, body = await handler(request)
        return web.Response(status=status) if body is None else web.json_response(body, status=status)

    return respond


async def _body(request: web.Request) -> Json:
    try:
        body = json.loads(await request.text() or "{}")
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise VaultError("invalid", "The request body is not a JSON object.")
    return body


def _error(code: str, message: str) -> Json:
    return {"error": {"code": code, "message": message}}


def _origin(request: web.Request) -> str:
    return f"https://{request.host}"
