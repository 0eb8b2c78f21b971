"""From an HTTP request to the handler of its resource type, and back; every answer is in the request log.

In this order: bearer token, api-version, route, what the resource is in, If-Match.
"""

import json
import sys
import traceback

from aiohttp import web

from local.azure.arm import (
    access_policies,
    api_operations,
    api_releases,
    apis,
    backends,
    certificates,
    deleted_services,
    gateways,
    long_running,
    managed_identities,
    policies,
    policy_fragments,
    product_apis,
    products,
    resource_groups,
    revisions,
    role_assignments,
    self_hosted_gateways,
    services,
    subscriptions,
    vaults,
    version_sets,
    workspaces,
)
from local.azure.arm.call import Answer, Call, Route
from local.azure.arm.errors import ArmError, not_found, not_served, resource_not_found
from local.azure.arm.paths import GROUP, PARENTS, SERVICE, SUBSCRIPTION_PATHS, compiled, name_of, resource_type
from local.azure.arm.versions import check_version
from local.azure.context import Azure
from local.azure.identity import ARM_AUDIENCE
from local.azure.store import Json
from local.endpoints import SUBSCRIPTION_ID, TENANT_ID

MODULES = (
    long_running,
    resource_groups,
    vaults,
    access_policies,
    managed_identities,
    role_assignments,
    services,
    deleted_services,
    workspaces,
    certificates,
    backends,
    version_sets,
    apis,
    api_operations,
    api_releases,
    products,
    product_apis,
    policy_fragments,
    policies,
    subscriptions,
    gateways,
    self_hosted_gateways,
)
ROUTES: list[Route] = [route for module in MODULES for route in module.ROUTES]
_COMPILED = [(compiled(route.path), route) for route in ROUTES]


async def answer(azure: Azure, request: web.Request) -> web.Response:
    """Answers any ARM request."""
    error: ArmError | None = None
    try:
        reply = await _dispatch(azure, request)
    except ArmError as refused:
        error = refused
    except web.HTTPRequestEntityTooLarge as refused:
        error = ArmError(413, "RequestEntityTooLarge", refused.reason)
    except Exception as crash:  # noqa: BLE001 -- the client gets an answer, the log the traceback
        traceback.print_exc(file=sys.stderr)
        error = ArmError(500, "InternalServerError", f"Local Azure failed: {type(crash).__name__}.")
    if error:
        authority = f"https://{request.host}/{TENANT_ID}"
        challenge = {"WWW-Authenticate": f'Bearer authorization_uri="{authority}", error="invalid_token"'}
        reply = Answer(status=error.status, body=error.body, headers=challenge if error.status == 401 else {})
    azure.log.write("arm", request.method, request.path, reply.status, error=error and error.code)
    if reply.body is None:
        return web.Response(status=reply.status, headers=reply.headers)
    return web.json_response(reply.body, status=reply.status, headers=reply.headers)


async def _dispatch(azure: Azure, request: web.Request) -> Answer:
    _authenticate(azure, request.headers.get("Authorization"))
    path = revisions.canonical(azure.store, request.path.rstrip("/") or "/")
    route, names = _find(request.method, path)
    check_version(request.query.get("api-version"), resource_type(route.path))
    call = Call(
        azure=azure,
        method=request.method,
        path=path,
        names=names,
        kind=resource_type(route.path),
        query=request.query,
        body=await _body(request),
        origin=f"https://{request.host}",
    )
    _check_parents(call, route)
    if call.method == "GET" and "asyncId" in call.query:
        return long_running.result(call)
    if call.method in {"PUT", "PATCH", "DELETE"}:
        _check_match(call, route, request.headers.get("If-Match"))
    return await route.handler(call)


def _authenticate(azure: Azure, authorization: str | None) -> None:
    try:
        azure.tokens.principal(authorization, ARM_AUDIENCE)
    except PermissionError as error:
        raise ArmError(401, "AuthenticationFailed", f"Authentication failed: {error}.") from None


def _find(method: str, path: str) -> tuple[Route, dict[str, str]]:
    served = set()
    for pattern, route in _COMPILED:
        if match := pattern.fullmatch(path):
            if route.method == method:
                return route, match.groupdict()
            served.add(route.method)
    also = f" (served here: {', '.join(sorted(served))})" if served else ""
    raise not_served(f"{method} {path}{also}")


async def _body(request: web.Request) -> Json:
    content = await request.read()
    try:
        body = json.loads(content or b"{}")
    except ValueError as error:
        message = f"The request content was invalid and could not be deserialized: '{error}'."
        raise ArmError(400, "InvalidRequestContent", message) from None
    if not isinstance(body, dict):
        raise ArmError(400, "InvalidRequestContent", "The request content was invalid: it is not a JSON object.")
    return body


def _check_parents(call: Call, route: Route) -> None:
    """What the path is in has to exist."""
    subscription = call.names.get("subscription", SUBSCRIPTION_ID)
    if f"/subscriptions/{subscription.lower()}" not in SUBSCRIPTION_PATHS:
        message = f"The subscription '{subscription}' could not be found."
        raise ArmError(404, "SubscriptionNotFound", message)
    if not route.needs_parents:
        return
    for parent in (GROUP, *PARENTS):
        parent_path = "/".join(call.path.split("/")[: parent.count("/") + 1])
        if route.path.startswith(f"{parent}/") and call.azure.store.get(parent_path) is None:
            raise _missing(call, parent, name_of(parent_path))


def _missing(call: Call, parent: str, name: str) -> ArmError:
    if parent == GROUP:
        return resource_groups.missing(name)
    if parent != SERVICE:
        return not_found(PARENTS[parent])
    if call.method in {"PUT", "PATCH"}:
        message = f"Can not perform requested operation on nested resource. Parent resource '{name}' not found."
        return ArmError(404, "ParentResourceNotFound", message)
    return resource_not_found(f"{services.TYPE}/{name}", call.names["group"])


def _check_match(call: Call, route: Route, expected: str | None) -> None:
    """If-Match: azure-native sends none, so only PATCH demands it, as REST does (the texts are inferred)."""
    if expected is None and call.method == "PATCH" and route.path.startswith(f"{SERVICE}/"):
        raise ArmError(400, "InvalidParameters", "The If-Match header is required: an ETag, or * for any.")
    if expected in {None, "*"}:
        return
    entity = call.entity()
    if entity is None or expected != f'"{entity.etag}"':
        message = "The condition of the If-Match header is not met: the entity was changed or deleted in the meantime."
        raise ArmError(412, "PreconditionFailed", message)
