"""`azure-native:keyvault:AccessPolicy`: no resource of ARM's own, but one principal's entry in a vault's body.

source: resources/customresources/custom_keyvault_accesspolicy.go. The entry is found by its objectId alone, so another
objectId is an update that fails; and without state there is no objectId, so an import cannot work.
"""

from collections.abc import Mapping
from typing import Any

from local.provider.arm_client import ArmClient
from local.provider.errors import ArmError, ProviderError

TYPE = "azure-native:keyvault:AccessPolicy"
_VERSION = "2023-07-01"
_KINDS = ("certificates", "keys", "secrets", "storage")


def read(client: ArmClient, arm_id: str, properties: Mapping[str, Any]) -> dict[str, Any] | None:
    """The outputs; None when the vault or the entry is gone."""
    if "policy" not in properties:
        raise ProviderError(f"{TYPE} cannot be imported or read without state: '{arm_id}' does not say whose policy")
    vault_id = arm_id.rpartition("/")[0]
    try:
        vault = client.get(vault_id, _VERSION)
    except ArmError as error:
        if error.status == 404:
            return None
        raise
    for entry in vault["properties"].get("accessPolicies") or ():
        if entry["objectId"] == properties["policy"]["objectId"]:
            permissions = {kind: entry["permissions"][kind] for kind in _KINDS if entry["permissions"].get(kind)}
            group = vault_id.split("/")[4]
            return {
                "resourceGroupName": group,
                "vaultName": vault["name"],
                "policy": entry | {"permissions": permissions},
            }
    return None


def create(client: ArmClient, arm_id: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Writes an entry for a principal that has none."""
    if read(client, arm_id, inputs) is not None:
        raise ProviderError(f"cannot create already existing resource '{arm_id}'")
    return _write(client, arm_id, inputs)


def update(client: ArmClient, arm_id: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Overwrites the entry of a principal that has one."""
    if read(client, arm_id, inputs) is None:
        raise ProviderError(f"access policy for {inputs['policy']['objectId']} does not exist")
    return _write(client, arm_id, inputs)


def delete(client: ArmClient, arm_id: str, properties: Mapping[str, Any]) -> None:
    """Takes the entry's permissions away."""
    _send(client, arm_id, "remove", properties)


def _write(client: ArmClient, arm_id: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    _send(client, arm_id, "replace", inputs)
    outputs = read(client, arm_id, inputs)
    if outputs is None:
        raise ProviderError("newly written access policy not found")
    return outputs


def _send(client: ArmClient, arm_id: str, kind: str, properties: Mapping[str, Any]) -> None:
    path = f"{arm_id.rpartition('/')[0]}/accessPolicies/{kind}?api-version={_VERSION}"
    entry = {"applicationId": "", "permissions": {}} | dict(properties["policy"])
    answer = client.send("PUT", path, {"properties": {"accessPolicies": [entry]}})
    if answer.status not in {200, 201}:
        raise answer.error()
