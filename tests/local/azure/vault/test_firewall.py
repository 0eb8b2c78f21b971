"""Network rules: who is not listed is kept out before anybody asks for rights."""

import pytest
from azure.core.exceptions import HttpResponseError
from azure.keyvault.certificates import CertificateClient
from planes import ADMINISTRATOR, GROUP, Planes

from local.azure.store import Json
from tests.local.azure.vault.conftest import client_of

NAME = "kv-firewall"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/{NAME}"


@pytest.fixture(scope="session")
def walled(planes: Planes) -> Planes:
    planes.open("vault", NAME)
    planes.assign(ADMINISTRATOR, planes.tokens.principal_id, VAULT)
    return planes


def names(planes: Planes, **properties: object) -> list[str]:
    """The certificates in a vault with these rules."""
    planes.put(VAULT, {"enableRbacAuthorization": True, **properties}, location="westeurope")
    with client_of(CertificateClient, planes, NAME) as client:
        return [one.name for one in client.list_properties_of_certificates()]


def deny(*addresses: str) -> Json:
    return {"defaultAction": "Deny", "ipRules": [{"value": address} for address in addresses]}


@pytest.mark.parametrize(
    "rules", [{"defaultAction": "Allow"}, deny("127.0.0.1"), deny("10.0.0.0/8", "127.0.0.0/24"), None]
)
def test_who_is_listed_or_nobody_is_kept_out_gets_in(walled: Planes, rules: Json | None) -> None:
    assert names(walled, networkAcls=rules) == []


@pytest.mark.parametrize("rules", [deny(), deny("127.0.0.2"), deny("128.0.0.0/8")])
def test_who_is_not_listed_is_refused_by_the_firewall(walled: Planes, rules: Json) -> None:
    with pytest.raises(HttpResponseError) as refused:
        names(walled, networkAcls=rules)
    assert (refused.value.status_code, refused.value.error.code) == (403, "Forbidden")
    assert refused.value.error.innererror == {"code": "ForbiddenByFirewall"}
    assert refused.value.error.message.splitlines()[:2] == [
        "Client address is not authorized and caller is not a trusted service.",
        "Client address: 127.0.0.1",
    ]


def test_without_public_access_not_even_a_listed_address_gets_in(walled: Planes) -> None:
    with pytest.raises(HttpResponseError, match="Public network access is disabled") as refused:
        names(walled, networkAcls=deny("127.0.0.1"), publicNetworkAccess="disabled")
    assert refused.value.error.innererror == {"code": "ForbiddenByConnection"}


def test_the_firewall_comes_before_rights(walled: Planes) -> None:
    with pytest.raises(HttpResponseError, match="Client address is not authorized"):
        names(walled, networkAcls=deny(), enableRbacAuthorization=False)
    with pytest.raises(HttpResponseError, match="does not have certificates list permission"):
        names(walled, networkAcls=deny("127.0.0.1"), enableRbacAuthorization=False)
