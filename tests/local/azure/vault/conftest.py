"""Microsoft's own clients, unmodified, for the vaults of the planes."""

from collections.abc import Iterator
from typing import Any

import pytest
from azure.core.credentials import AccessToken
from azure.keyvault.certificates import CertificateClient
from azure.keyvault.secrets import SecretClient
from planes import ADMINISTRATOR, Planes

RESOURCE = "https://vault.azure.net"


class Credential:
    """Any identity that Microsoft Entra ID would vouch for."""

    def __init__(self, planes: Planes) -> None:
        self._planes = planes

    def get_token(self, *scopes: str, **_: Any) -> AccessToken:
        assert scopes == (f"{RESOURCE}/.default",)
        return AccessToken(self._planes.tokens.issue(RESOURCE, "https://localhost"), 4_000_000_000)


@pytest.fixture(scope="session")
def administrator(planes: Planes) -> Planes:
    planes.assign(ADMINISTRATOR, planes.tokens.principal_id)
    return planes


def client_of(kind: Any, planes: Planes, vault: str = "kv-local") -> Any:
    url = planes.azure.listeners.address("vault", vault)
    ca = str(planes.home.pki / "ca.pem")
    return kind(url, Credential(planes), verify_challenge_resource=False, connection_verify=ca)


@pytest.fixture
def certificates(administrator: Planes) -> Iterator[CertificateClient]:
    with client_of(CertificateClient, administrator) as client:
        yield client


@pytest.fixture
def secrets(administrator: Planes) -> Iterator[SecretClient]:
    with client_of(SecretClient, administrator) as client:
        yield client
