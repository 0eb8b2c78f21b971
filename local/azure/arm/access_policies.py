"""Access policies of a vault: in its body, or one by one.

source: Microsoft.KeyVault REST 2024-11-01, AccessPolicyEntry and Vaults - Update Access Policy. That an entry goes when
its last permission is removed, and the texts, are inferred.
"""

from typing import Any

from local.azure.arm.call import Answer, Call, Route
from local.azure.arm.errors import ArmError, not_served, resource_not_found
from local.azure.arm.fields import Fields
from local.azure.arm.paths import VAULT, resource
from local.azure.store import Json

MOST = 1024
_KINDS = {
    "keys": "encrypt decrypt wrapKey unwrapKey sign verify get list create update import delete backup restore recover"
    " purge release rotate getrotationpolicy setrotationpolicy",
    "secrets": "get list set delete backup restore recover purge",
    "certificates": "get list delete create import update managecontacts getissuers listissuers setissuers"
    " deleteissuers manageissuers recover purge backup restore",
    "storage": "get list delete set update regeneratekey recover purge backup restore setsas listsas getsas deletesas",
}
_PATH = f"{VAULT}/accessPolicies/{{kind}}"


def read(fields: Fields) -> list[Json] | None:
    """`accessPolicies` of an object; None when it has none."""
    given = fields.raw("accessPolicies")
    if given is None:
        return None
    if not isinstance(given, list) or len(given) > MOST:
        fields.problem("accessPolicies", f"'accessPolicies' must be an array of at most {MOST} access policies.")
        return None
    return [_entry(fields, item, f"accessPolicies[{index}]") for index, item in enumerate(given)]


def _entry(parent: Fields, item: Any, where: str) -> Json:
    fields = parent.within(item, where)
    entry = {
        "tenantId": fields.text("tenantId", required=True),
        "objectId": fields.text("objectId", required=True),
        "applicationId": fields.text("applicationId"),
    }
    permissions = fields.part("permissions")
    known = {kind: _permissions(permissions, kind, names.split()) for kind, names in _KINDS.items()}
    shown = {name: value for name, value in entry.items() if value}
    return shown | {"permissions": {kind: names for kind, names in known.items() if names is not None}}


def _permissions(fields: Fields, kind: str, names: list[str]) -> list[str] | None:
    given = fields.raw(kind)
    if given is None:
        return None
    allowed = {name.lower() for name in (*names, "all")}
    if not isinstance(given, list) or not {str(name).lower() for name in given} <= allowed:
        fields.problem(kind, f"'{kind}' must be an array of these permissions: all, {', '.join(names)}.")
        return None
    return [str(name) for name in given]


async def _update(call: Call) -> Answer:
    """`replace` overwrites the permissions of the principals that are sent, `add` and `remove` change them."""
    vault = call.azure.store.get(call.above())
    if vault is None:
        raise resource_not_found(f"Microsoft.KeyVault/vaults/{call.names['vault']}", call.names["group"])
    kind = call.names["kind"].lower()
    if kind not in {"add", "replace", "remove"}:
        raise not_served(f"the operation '{kind}' on access policies: it is add, replace or remove")
    fields = Fields(call.body)
    fields.ignore("id", "name", "type", "location")
    sent = read(fields.part("properties"))
    fields.finish()
    if not sent:
        raise ArmError(400, "BadRequest", "The parameter accessPolicies is not specified.")
    known: list[Json] = vault.body["properties"]["accessPolicies"]
    for entry in sent:
        known = _changed(known, entry, kind)
    call.azure.store.put(vault.id, vault.body | {"properties": vault.body["properties"] | {"accessPolicies": known}})
    body = resource(f"{vault.id}/accessPolicies/", "Microsoft.KeyVault/vaults/accessPolicies")
    return Answer(status=200, body=body | {"properties": {"accessPolicies": known}})


def _changed(known: list[Json], sent: Json, kind: str) -> list[Json]:
    before = next((entry for entry in known if _principal(entry) == _principal(sent)), None)
    after = sent
    if kind != "replace" and before:
        kinds = {**before["permissions"], **sent["permissions"]}
        permissions = {
            one: _merged(before["permissions"].get(one), sent["permissions"].get(one), kind) for one in kinds
        }
        after = before | {"permissions": permissions}
    gone = kind == "remove" and (before is None or not any(after["permissions"].values()))
    others = [entry for entry in known if entry is not before]
    if gone:
        return others
    return [after if entry is before else entry for entry in known] if before else [*others, after]


def _merged(before: list[str] | None, sent: list[str] | None, kind: str) -> list[str]:
    before, sent = before or [], sent or []
    named = {name.lower() for name in (sent if kind == "remove" else before)}
    if kind == "remove":
        return [name for name in before if name.lower() not in named]
    return before + [name for name in sent if name.lower() not in named]


def _principal(entry: Json) -> tuple[str, str, str]:
    return entry["tenantId"].lower(), entry["objectId"].lower(), entry.get("applicationId", "").lower()


ROUTES = [Route(method="PUT", path=_PATH, handler=_update)]
