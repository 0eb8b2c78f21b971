"""A vault without RBAC authorization: each operation of the data plane needs the access policy's permission for it."""

from collections.abc import Callable, Iterator

import pytest
from azure.core.exceptions import HttpResponseError
from azure.keyvault.certificates import CertificateClient
from azure.keyvault.secrets import SecretClient
from certificates import make
from planes import GROUP, Planes

from local.endpoints import TENANT_ID
from tests.local.azure.vault.conftest import client_of

NAME = "kv-policies"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/{NAME}"


@pytest.fixture(scope="session")
def policed(planes: Planes) -> Planes:
    """The vault `kv-policies` with the certificate `client`."""
    planes.open("vault", NAME)
    permit(planes, certificates=["all"])
    with client_of(CertificateClient, planes, NAME) as client:
        client.import_certificate("client", make().pfx())
        client.begin_delete_certificate(client.import_certificate("deleted", make().pfx()).name).result()
    return planes


def permit(planes: Planes, **permissions: list[str]) -> None:
    """What the principal of the tests may do, and nothing else."""
    entry = {"tenantId": TENANT_ID, "objectId": planes.tokens.principal_id.upper(), "permissions": permissions}
    planes.put(VAULT, {"enableRbacAuthorization": False, "accessPolicies": [entry]}, location="westeurope")


@pytest.fixture
def client(policed: Planes) -> Iterator[CertificateClient]:
    with client_of(CertificateClient, policed, NAME) as made:
        yield made


OPERATIONS: dict[str, Callable[[CertificateClient], object]] = {
    "get": lambda client: client.get_certificate("client"),
    "list": lambda client: list(client.list_properties_of_certificates()),
    "import": lambda client: client.import_certificate("client", make().pfx()),
    "update": lambda client: client.update_certificate_properties("client", tags={"a": "b"}),
    "recover": lambda client: client.begin_recover_deleted_certificate("deleted"),
}


@pytest.mark.parametrize("permission", OPERATIONS)
def test_each_operation_needs_its_own_permission(policed: Planes, client: CertificateClient, permission: str) -> None:
    permit(policed, certificates=[one for one in OPERATIONS if one != permission], secrets=["all"])
    with pytest.raises(HttpResponseError) as refused:
        OPERATIONS[permission](client)
    assert (refused.value.status_code, refused.value.error.code) == (403, "Forbidden")
    assert refused.value.error.innererror == {"code": "AccessDenied"}
    assert refused.value.error.message == (
        f"The user, group or application 'oid={policed.tokens.principal_id};iss=https://sts.windows.net/{TENANT_ID}/'"
        f" does not have certificates {permission} permission on key vault 'kv-policies;location=westeurope'. For help"
        " resolving this issue, please see https://go.microsoft.com/fwlink/?linkid=2125287"
    )


@pytest.mark.parametrize("permission", ["get", "list", "import", "update"])
def test_the_permission_alone_is_enough_for_it(policed: Planes, client: CertificateClient, permission: str) -> None:
    permit(policed, certificates=[permission.capitalize()])
    OPERATIONS[permission](client)


def test_the_key_needs_a_permission_for_secrets(policed: Planes) -> None:
    with client_of(SecretClient, policed, NAME) as secrets:
        permit(policed, certificates=["all"])
        with pytest.raises(HttpResponseError, match="does not have secrets get permission"):
            secrets.get_secret("client")
        permit(policed, secrets=["get"])
        assert secrets.get_secret("client").properties.content_type == "application/x-pkcs12"


def test_an_entry_for_a_user_of_an_application_opens_nothing_to_the_application(
    policed: Planes, client: CertificateClient
) -> None:
    permit(policed, certificates=["get"])
    client.get_certificate("client")
    entity = policed.do(policed.azure.store.get, VAULT)
    assert entity is not None
    (entry,) = entity.body["properties"]["accessPolicies"]
    compound = {"enableRbacAuthorization": False, "accessPolicies": [entry | {"applicationId": "app"}]}
    policed.put(VAULT, compound, location="westeurope")
    with pytest.raises(HttpResponseError, match="does not have certificates get permission"):
        client.get_certificate("client")


def test_a_role_opens_nothing(policed: Planes, client: CertificateClient) -> None:
    permit(policed)
    policed.assign("00482a5a-887f-4fb3-b363-3b7fe8e74483", policed.tokens.principal_id, VAULT)
    with pytest.raises(HttpResponseError, match="does not have certificates get permission"):
        client.get_certificate("client")
