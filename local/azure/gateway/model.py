"""The service as its gateway sees it: APIs and their operations, read from the store.

source: REST 2024-05-01 (apis, operations, version sets) and facts/apim.md. Inferred: API paths match without regard to
case, the longest one wins, and of several operations the one with the most literal segments.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from local.azure.gateway.failures import CallError
from local.azure.gateway.keys import Keys
from local.azure.store import Entity, Json, Store

_KEY_NAMES = {"header": "Ocp-Apim-Subscription-Key", "query": "subscription-key"}


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One operation of an API."""

    id: str
    method: str
    pattern: re.Pattern[str]
    literal_segments: int
    parameters: tuple[str, ...]
    """Names of the pattern's groups."""
    query_parameters: frozenset[str]
    """Names of query parameters that the template has: `/orders?page={number}`."""
    query_template: str

    def matched(self, rest: str, query: Mapping[str, str]) -> dict[str, str]:
        """What the call has in place of the template's parameters."""
        found = self.pattern.fullmatch(rest.rstrip("/") or "/")
        groups = found.groups() if found else ()
        values = dict(zip(self.parameters, (each or "" for each in groups), strict=False))
        for part in filter(None, self.query_template.split("&")):
            name, _, value = part.partition("=")
            if value.startswith("{") and name in query:
                values[value.strip("{}*")] = query[name]
        return values


@dataclass(frozen=True, kw_only=True)
class Api:
    """One API at its path."""

    id: str
    home: str
    """Id of the service or the workspace that it is in."""
    path: str
    """Without slashes at its ends; empty for the API at the root."""
    properties: Json
    operations: list[Operation]
    asked_by: tuple[str, str] | None = None
    """`Query` or `Header`, and its name, where a call says there which version it is for."""

    def is_for(self, headers: Mapping[str, str], query: Mapping[str, str]) -> bool:
        """Whether a call to its path is for this version; a call that names none is for the one without a name."""
        if self.asked_by is None:
            return True
        scheme, name = self.asked_by
        return (query if scheme == "Query" else headers).get(name, "") == (self.properties.get("apiVersion") or "")

    @property
    def name(self) -> str:
        """Its id within the service."""
        return self.id.rsplit("/", 1)[-1]

    @property
    def base_name(self) -> str:
        """The same for all revisions."""
        return self.name.partition(";rev=")[0]

    @property
    def key_names(self) -> dict[str, str]:
        """Names of the header and the query parameter that carry the subscription key."""
        return _KEY_NAMES | (self.properties.get("subscriptionKeyParameterNames") or {})


class Model:
    """Right as long as the store's revision is the same; a self-hosted gateway serves the APIs that it was given."""

    def __init__(self, store: Store, service_id: str, gateway_id: str = "") -> None:
        self.service_id = service_id
        self.revision = store.revision
        homes = [service_id, *(workspace.id for workspace in store.children(service_id, "workspaces"))]
        apis = [api for home in homes for entity in store.children(home, "apis") for api in _apis(store, home, entity)]
        if gateway_id:
            given = f"{service_id}/gateways/{gateway_id}/apis"
            apis = [api for api in apis if api.home == service_id and store.get(f"{given}/{api.base_name}")]
        self._apis = sorted(apis, key=lambda api: -len(api.path))
        self._keys = Keys(store, homes)

    def route(
        self, method: str, path: str, headers: Mapping[str, str], query: Mapping[str, str]
    ) -> tuple[Api, Operation, str]:
        """API, operation and the rest of the path; raises CallError 404."""
        for api in self._apis:
            prefix = f"/{api.path}" if api.path else ""
            if not f"{path}/".lower().startswith(f"{prefix}/".lower()) or not api.is_for(headers, query):
                continue
            rest = path[len(prefix) :]
            found = [o for o in api.operations if o.method == method and o.pattern.fullmatch(rest.rstrip("/") or "/")]
            if found:
                return api, max(found, key=lambda operation: operation.literal_segments), rest
            break
        raise CallError(404, "Resource not found", f"no operation matches {method} {path}")

    def admit(self, api: Api, key: str | None) -> tuple[str | None, str | None]:
        """Ids of the product in whose context the call runs, and of the key's subscription; raises CallError 401."""
        required = api.properties.get("subscriptionRequired") is not False
        try:
            return self._keys.admitted(api.home, api.base_name, key, required=required)
        except PermissionError as error:
            challenge = f'AzureApiManagementKey realm="/{api.path}",name="{api.key_names["header"]}",type="header"'
            raise CallError(401, str(error), challenge=challenge) from None


def _apis(store: Store, home: str, entity: Entity) -> Iterator[Api]:
    """At its path if it is current, and at `path;rev=N` (api-management-revisions, "Accessing specific revisions")."""
    properties = entity.body["properties"]
    operations = [_operation(operation) for operation in store.children(entity.id, "operations")]
    path = (properties.get("path") or "").strip("/")
    versions = store.get(properties.get("apiVersionSetId") or "/")
    known = versions.body["properties"] if versions else {}
    scheme = known.get("versioningScheme", "")
    if scheme == "Segment" and properties.get("apiVersion"):
        path = f"{path}/{properties['apiVersion']}".strip("/")
    name = known.get({"Query": "versionQueryName", "Header": "versionHeaderName"}.get(scheme, ""))
    asked_by = (scheme, name) if name else None
    api = Api(id=entity.id, home=home, path=path, properties=properties, operations=operations, asked_by=asked_by)
    if ";rev=" not in entity.id:
        yield api
    yield replace(api, path=f"{path};rev={properties.get('apiRevision', '1')}")


def _operation(entity: Entity) -> Operation:
    path, _, query = entity.body["properties"]["urlTemplate"].partition("?")
    template = path.rstrip("/") or "/"
    literals = [segment for segment in template.split("/") if segment and "{" not in segment and "*" not in segment]
    method = entity.body["properties"]["method"].upper()
    return Operation(
        id=entity.id,
        method=method,
        pattern=_pattern(template),
        literal_segments=len(literals),
        parameters=tuple(re.findall(r"\{\*?([^}]*)\}", template)),
        query_parameters=frozenset(part.partition("=")[0] for part in query.split("&") if part),
        query_template=query,
    )


def _pattern(template: str) -> re.Pattern[str]:
    """`{name}` is one segment or a part of it; `*` and `{*name}` are any rest, and may be nothing."""
    parts = re.split(r"(/\*|/\{\*[^}]*\}|\{[^}]*\})", template)
    expression = "".join(
        "(?:/.*)?"
        if part == "/*"
        else "(?:/(.*))?"
        if part.startswith("/{*")
        else "([^/]+)"
        if part.startswith("{")
        else re.escape(part)
        for part in parts
    )
    return re.compile(expression, re.IGNORECASE)
