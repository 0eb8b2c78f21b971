"""Role assignments, at any scope. source: Microsoft.Authorization REST 2022-04-01 and its error texts.

They take effect at once; in Azure that can take minutes.
"""

import re
import uuid

from local.azure.arm.call import Answer, Call, Route
from local.azure.arm.errors import ArmError, invalid, not_served
from local.azure.arm.fields import Fields
from local.azure.arm.paths import ROLE_ASSIGNMENTS, SUBSCRIPTION_PATH, SUBSCRIPTION_PATHS, resource
from local.azure.store import Entity, Json, Store

TYPE = "Microsoft.Authorization/roleAssignments"
_PATH = f"{ROLE_ASSIGNMENTS}/{{assignment}}"
_FIXED = ("roleDefinitionId", "principalId")


def grant(store: Store, scope: str, role: str, principal_id: str) -> None:
    """Assigns a built-in role."""
    path = f"{scope}/providers/{TYPE}/{uuid.uuid4()}"
    definition = f"{SUBSCRIPTION_PATH}/providers/Microsoft.Authorization/roleDefinitions/{role}"
    store.put(path, _body(path, scope, {"roleDefinitionId": definition, "principalId": principal_id}))


def _body(path: str, scope: str, properties: Json) -> Json:
    return resource(path, TYPE) | {"properties": {"principalType": "ServicePrincipal", **properties, "scope": scope}}


async def _put(call: Call) -> Answer:
    name, scope, store = call.names["assignment"], call.names["scope"], call.azure.store
    if not _is_uuid(name):
        message = f"The role assignment ID '{name}' is not valid. The role assignment ID must be a GUID."
        raise ArmError(400, "InvalidRoleAssignmentId", message)
    _scope_exists(store, scope)
    properties = _properties(Fields(call.body))
    existing = call.entity()
    if existing:
        if not _same(existing, properties):
            message = "Tenant ID, application ID, principal ID, and scope are not allowed to be updated."
            raise ArmError(400, "RoleAssignmentUpdateNotPermitted", message)
        return Answer(status=200, body=store.put(call.path, _body(call.path, scope, properties)).body)
    for other in store.children(f"{scope}/providers/Microsoft.Authorization", "roleAssignments"):
        if _same(other, properties):
            raise ArmError(409, "RoleAssignmentExists", "The role assignment already exists.")
    return Answer(status=201, body=store.put(call.path, _body(call.path, scope, properties)).body)


def _properties(fields: Fields) -> Json:
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    inner.ignore("scope", "createdOn", "updatedOn", "createdBy", "updatedBy")
    kinds = ["User", "Group", "ServicePrincipal", "ForeignGroup", "Device"]
    properties = {
        "roleDefinitionId": inner.text("roleDefinitionId", required=True),
        "principalId": inner.text("principalId", required=True),
        "principalType": inner.text("principalType", choices=kinds),
        "description": inner.text("description"),
    }
    fields.finish()
    definition = str(properties["roleDefinitionId"])
    if not re.search(r"/providers/Microsoft\.Authorization/roleDefinitions/[^/]+$", definition, re.IGNORECASE):
        raise ArmError(400, "InvalidRoleDefinitionId", f"The role definition ID '{definition}' is not valid.")
    if not _is_uuid(str(properties["principalId"])):
        raise invalid(("principalId", f"'{properties['principalId']}' is no object id of a principal (a UUID)."))
    return {name: value for name, value in properties.items() if value is not None}


def _same(assignment: Entity, properties: Json) -> bool:
    known = assignment.body["properties"]
    return all(known[name].rpartition("/")[2].lower() == properties[name].rpartition("/")[2].lower() for name in _FIXED)


def _scope_exists(store: Store, scope: str) -> None:
    """A subscription, a group, a resource, or something in a resource."""
    ancestor = "/".join(scope.split("/")[:9])
    if ancestor.lower() not in SUBSCRIPTION_PATHS and store.get(ancestor) is None:
        raise ArmError(404, "ResourceNotFound", f"The scope '{scope}' was not found.")


def _is_uuid(text: str) -> bool:
    return re.fullmatch(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}", text, re.IGNORECASE) is not None


async def _get(call: Call) -> Answer:
    entity = call.entity()
    if entity is None:
        raise ArmError(404, "RoleAssignmentNotFound", f"The role assignment '{call.names['assignment']}' is not found.")
    return Answer(status=200, body=entity.body)


async def _delete(call: Call) -> Answer:
    entity = call.entity()
    if entity is None:
        return Answer(status=204)
    call.azure.store.delete(call.path)
    return Answer(status=200, body=entity.body)


async def _list(call: Call) -> Answer:
    """At the scope; of the filters only `atScope()`, which is what this list is."""
    if call.query.get("$filter", "atScope()") != "atScope()":
        raise not_served(f"the $filter '{call.query['$filter']}' of role assignments")
    parent, _, kind = call.path.rpartition("/")
    return Answer(status=200, body={"value": [one.body for one in call.azure.store.children(parent, kind)]})


ROUTES = [
    Route(method="GET", path=_PATH, handler=_get),
    Route(method="PUT", path=_PATH, handler=_put),
    Route(method="DELETE", path=_PATH, handler=_delete),
    Route(method="GET", path=ROLE_ASSIGNMENTS, handler=_list),
]
