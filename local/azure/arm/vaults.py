"""Key Vaults; each opens its own listener. source: Microsoft.KeyVault REST 2024-11-01.

Without `enableRbacAuthorization` a vault is governed by access policies (the default up to this version). Difference
from Azure: a deleted vault is gone at once.
"""

from local.azure.arm import access_policies, network_rules
from local.azure.arm.call import Answer, Call, Route, written
from local.azure.arm.errors import ArmError, invalid
from local.azure.arm.fields import Fields, check_name
from local.azure.arm.paths import VAULT, name_of, resource, resource_type
from local.azure.arm.top_level import location_of, reading, unique_name
from local.azure.context import Azure
from local.azure.store import Entity, Json

TYPE = resource_type(VAULT)


def body_of(path: str, location: str, properties: Json, tags: Json | None = None) -> Json:
    """What a GET shows; vaultUri is as in Azure, `status --json` has the address of the listener."""
    shown = properties | {
        "vaultUri": f"https://{name_of(path).lower()}.vault.azure.net/",
        "provisioningState": "Succeeded",
    }
    return resource(path, TYPE) | {"location": location, "tags": tags or {}, "properties": shown}


async def remove(azure: Azure, vault: Entity) -> None:
    """Deletes the vault, what is in it, and its listener."""
    azure.store.delete(f"/vaults/{name_of(vault.id)}")
    azure.store.delete(vault.id)
    await azure.listeners.close("vault", name_of(vault.id))


async def _put(call: Call) -> Answer:
    name = call.names["vault"]
    check_name(name, "[a-zA-Z](?:-?[a-zA-Z0-9])*", (3, 24), "vaultName")
    existing = call.entity()
    fields = Fields(call.body)
    fields.ignore("id", "name", "type", "systemData")
    location, tags = location_of(fields), fields.mapping("tags")
    properties = _properties(fields.part("properties"))
    fields.finish()
    taken = f"The vault name '{name}' is already in use. Vault names are globally unique."
    unique_name(call, TYPE, ArmError(409, "VaultAlreadyExists", taken))
    path = existing.id if existing else call.path
    entity = call.azure.store.put(path, body_of(path, location, properties, tags))
    await call.azure.listeners.open("vault", name_of(path))
    return written(entity, created=existing is None)


def _properties(fields: Fields) -> Json:
    fields.ignore("vaultUri", "provisioningState", "hsmPoolResourceId", "privateEndpointConnections")
    tenant = fields.text("tenantId", required=True)
    sku = fields.part("sku")
    family = sku.text("family", required=True, choices=["A"])
    level = sku.text("name", required=True, choices=["standard", "premium"])
    fields.only(createMode="default")
    rbac, policies = fields.flag("enableRbacAuthorization", default=False), access_policies.read(fields)
    if not rbac and fields.raw("accessPolicies") is None:
        fields.problem("accessPolicies", "An invalid value was provided for 'accessPolicies'.")
    days = fields.raw("softDeleteRetentionInDays")
    if days is not None and not (isinstance(days, int) and 7 <= days <= 90):
        raise invalid(("softDeleteRetentionInDays", "The number of days must be between 7 and 90."))
    switches = (
        "enabledForDeployment",
        "enabledForDiskEncryption",
        "enabledForTemplateDeployment",
        "enablePurgeProtection",
    )
    flags = {name: fields.flag(name, default=False) for name in switches if fields.raw(name) is not None}
    rules = network_rules.read(fields)
    return flags | {
        "tenantId": tenant,
        "sku": {"family": family, "name": level},
        "accessPolicies": policies or [],
        "enableRbacAuthorization": rbac,
        "enableSoftDelete": fields.flag("enableSoftDelete", default=True),
        "softDeleteRetentionInDays": days or 90,
        "publicNetworkAccess": fields.text("publicNetworkAccess", choices=["Enabled", "Disabled"]) or "Enabled",
        **({"networkAcls": rules} if rules else {}),
    }


async def _delete(call: Call) -> Answer:
    entity = call.entity()
    if entity is None:
        return Answer(status=204)
    await remove(call.azure, entity)
    return Answer(status=200)


ROUTES = [
    *reading(VAULT),
    Route(method="PUT", path=VAULT, handler=_put),
    Route(method="DELETE", path=VAULT, handler=_delete),
]
