"""Microsoft Entra ID as far as clients of ARM and Key Vault need it: tokens for one service principal, and discovery.

The principal is made with the home: it owns the subscription and administers its vaults. Tokens are signed, expire
and are for one audience. source: Microsoft identity platform, "OAuth 2.0 client credentials flow".
"""

import base64
import hashlib
import hmac
import json
import secrets
import time
import uuid
from typing import Any

from aiohttp import BasicAuth, web

from local.azure.context import Azure
from local.azure.store import Store
from local.endpoints import SUBSCRIPTION_ID, TENANT_ID

ARM_AUDIENCE = "https://management.azure.com"
LIFETIME = 3599
_CLIENT = "/identity/client"


class SignedTokens:
    """JSON Web Tokens, signed with a key that was made with the home: a token survives a restart."""

    def __init__(self, store: Store) -> None:
        found = store.get(_CLIENT)
        if found is None:
            body = {"client_id": str(uuid.uuid4()), "principal_id": str(uuid.uuid4())}
            private = {"secret": secrets.token_urlsafe(24), "signing_key": secrets.token_hex(32)}
            found = store.put(_CLIENT, body, private)
        self.client_id: str = found.body["client_id"]
        self.principal_id: str = found.body["principal_id"]
        self.client_secret: str = found.private["secret"]
        self._key = bytes.fromhex(found.private["signing_key"])

    def issue(self, audience: str, issuer: str) -> str:
        """A token of the service principal."""
        now = int(time.time())
        claims = {
            "aud": audience,
            "iss": issuer,
            "iat": now,
            "nbf": now,
            "exp": now + LIFETIME,
            "tid": TENANT_ID,
            "oid": self.principal_id,
            "sub": self.principal_id,
            "appid": self.client_id,
            "idtyp": "app",
            "ver": "1.0",
        }
        signed = f"{_encode({'alg': 'HS256', 'typ': 'JWT'})}.{_encode(claims)}"
        return f"{signed}.{self._signature(signed)}"

    def principal(self, authorization: str | None, audience: str) -> str:
        """Principal id of a valid `Bearer` header for the audience; raises PermissionError with the reason."""
        scheme, _, token = (authorization or "").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise PermissionError("the 'Authorization' header with a bearer token is missing")
        signed, _, signature = token.rpartition(".")
        if not hmac.compare_digest(self._signature(signed).encode(), signature.encode()):
            raise PermissionError("the access token's signature is invalid")
        claims = json.loads(_decode(signed.partition(".")[2]))
        if claims["exp"] < time.time():
            raise PermissionError("the access token is expired")
        if claims["aud"].rstrip("/") != audience.rstrip("/"):
            raise PermissionError(f"the access token is for '{claims['aud']}', not for '{audience}'")
        principal: str = claims["oid"]
        return principal

    def _signature(self, signed: str) -> str:
        return _encode_bytes(hmac.digest(self._key, signed.encode(), hashlib.sha256))


def add_routes(application: web.Application, azure: Azure, tokens: SignedTokens) -> None:
    """The routes that need no token; they share ARM's listener."""

    async def openid_configuration(request: web.Request) -> web.Response:
        return _answer(request, azure, 200, _configuration(_origin(request), request.match_info["tenant"]))

    async def token(request: web.Request) -> web.Response:
        status, body = await _token(request, tokens)
        return _answer(request, azure, status, body)

    async def metadata(request: web.Request) -> web.Response:
        return _answer(request, azure, 200, _metadata(_origin(request), request.query.get("api-version", "")))

    for version in ("", "/v2.0"):
        application.router.add_get("/{tenant}" + version + "/.well-known/openid-configuration", openid_configuration)
    application.router.add_post("/{tenant}/oauth2/v2.0/token", token)
    application.router.add_post("/{tenant}/oauth2/token", token)
    application.router.add_get("/metadata/endpoints", metadata)


async def _token(request: web.Request, tokens: SignedTokens) -> tuple[int, dict[str, Any]]:
    form = {name: str(value) for name, value in (await request.post()).items()}
    if header := request.headers.get("Authorization"):
        try:
            credentials = BasicAuth.decode(header)
        except ValueError:
            return _refused(401, "invalid_client", "AADSTS7000216: the Authorization header is not HTTP Basic.")
        form |= {"client_id": credentials.login, "client_secret": credentials.password}
    tenant = request.match_info["tenant"]
    if tenant.lower() != TENANT_ID:
        return _refused(400, "invalid_request", f"AADSTS90002: Tenant '{tenant}' not found. It is '{TENANT_ID}' here.")
    if form.get("grant_type") != "client_credentials":
        grant = form.get("grant_type", "")
        return _refused(
            400, "unsupported_grant_type", f"AADSTS70003: grant type '{grant}' is not served, client_credentials is."
        )
    if form.get("client_id", "").lower() != tokens.client_id:
        client = form.get("client_id", "")
        return _refused(
            400, "unauthorized_client", f"AADSTS700016: Application with identifier '{client}' was not found."
        )
    if not hmac.compare_digest(form.get("client_secret", "").encode(), tokens.client_secret.encode()):
        return _refused(401, "invalid_client", "AADSTS7000215: Invalid client secret provided.")
    audience = form.get("scope", "").removesuffix("/.default") or form.get("resource", "")
    if not audience.startswith("https://"):
        return _refused(400, "invalid_scope", f"AADSTS70011: '{audience}' is no audience such as '{ARM_AUDIENCE}'.")
    issued = tokens.issue(_audience(audience, _origin(request)), f"{_origin(request)}/{TENANT_ID}/v2.0")
    return 200, {"token_type": "Bearer", "expires_in": LIFETIME, "ext_expires_in": LIFETIME, "access_token": issued}


def _audience(asked: str, origin: str) -> str:
    """ARM has several names: its own here, the cloud's, and the one of the classic management API."""
    names = {origin, ARM_AUDIENCE, "https://management.core.windows.net"}
    return ARM_AUDIENCE if asked.rstrip("/") in names else asked


def _refused(status: int, error: str, description: str) -> tuple[int, dict[str, Any]]:
    codes = [int(description.partition(":")[0].removeprefix("AADSTS"))]
    return status, {"error": error, "error_description": description, "error_codes": codes}


def _configuration(origin: str, tenant: str) -> dict[str, Any]:
    return {
        "issuer": f"{origin}/{tenant}/v2.0",
        "authorization_endpoint": f"{origin}/{tenant}/oauth2/v2.0/authorize",
        "token_endpoint": f"{origin}/{tenant}/oauth2/v2.0/token",
        "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
        "response_types_supported": ["token"],
        "subject_types_supported": ["pairwise"],
    }


def _metadata(origin: str, api_version: str) -> dict[str, Any] | list[dict[str, Any]]:
    """What `az cloud register --endpoint-resource-manager` reads (a list since api-version 2019)."""
    cloud = {
        "name": "LocalAzure",
        "authentication": {
            "loginEndpoint": origin,
            "audiences": [f"{ARM_AUDIENCE}/", origin],
            "tenant": TENANT_ID,
            "identityProvider": "AAD",
        },
        "resourceManager": origin,
        "suffixes": {"keyVaultDns": "vault.azure.net"},
        "portal": origin,
        "media": origin,
        "graphAudience": origin,
        "graph": origin,
        "batch": origin,
        "defaultSubscription": SUBSCRIPTION_ID,
    }
    return cloud if api_version.startswith("2015") else [cloud]


def _origin(request: web.Request) -> str:
    return f"https://{request.host}"


def _answer(request: web.Request, azure: Azure, status: int, body: Any) -> web.Response:
    error = body.get("error") if isinstance(body, dict) else None
    azure.log.write("identity", request.method, request.path, status, error=error)
    return web.json_response(body, status=status, headers={"Cache-Control": "no-store"})


def _encode(value: dict[str, Any]) -> str:
    return _encode_bytes(json.dumps(value, separators=(",", ":")).encode())


def _encode_bytes(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


def _decode(value: str) -> bytes:
    return base64.urlsafe_b64decode(value + "=" * (-len(value) % 4))
