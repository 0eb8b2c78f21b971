"""A component refuses what cannot be deployed, before it registers anything, as a message for the user."""

from typing import cast

import pulumi
import pytest
from certificates import make

from components import (
    ApiManagement,
    ApiManagementArgs,
    BackendSettings,
    ClientCertificate,
    KeyVaultSource,
    MtlsApi,
    MtlsApiArgs,
    MtlsBackend,
    MtlsBackendArgs,
    PfxSource,
    ServiceDefinition,
    ca_certificate,
)
from components.arguments import ArgumentsError
from components.client_certificate import ClientCertificateArgs

SERVICE = cast("ApiManagement", None)
CERTIFICATE = cast("ClientCertificate", None)
CA = ca_certificate.read(make("ca", ca=True).pem)


def definition(sku: str, count: int) -> ApiManagementArgs:
    return ApiManagementArgs(
        resource_group_name="rg",
        service_name="apim",
        definition=ServiceDefinition(
            location="westeurope",
            publisher_name="Team",
            publisher_email="team@example.com",
            sku=sku,
            ca_certificates=[CA] * count,
        ),
    )


def test_the_error_is_one_that_pulumi_prints_without_a_traceback() -> None:
    assert issubclass(ArgumentsError, pulumi.RunError)


def test_the_url_of_a_key_is_refused_with_what_to_do() -> None:
    with pytest.raises(ArgumentsError) as caught:
        ClientCertificate.from_key_vault(
            "orders", service=SERVICE, source=KeyVaultSource(secret_id="https://kv.vault.azure.net/keys/orders")
        )
    assert str(caught.value) == (
        "1 problem found; nothing was deployed\n"
        "1. APIM reads Key Vault secrets only, and this is the URL of a key\n"
        "    where:   ClientCertificate orders: secret_id\n"
        "    got:     https://kv.vault.azure.net/keys/orders\n"
        "    allowed: https://<vault host>/secrets/<name>, without a version\n"
        "    fix:     create a certificate in the vault and name its secret here"
    )


def test_a_pfx_without_key_is_refused() -> None:
    with pytest.raises(ArgumentsError, match="The PFX holds no private key"):
        ClientCertificate.from_pfx(
            "legacy", service=SERVICE, source=PfxSource(data=make().pfx("secret", with_key=False), password="secret")
        )


@pytest.mark.parametrize("both", [True, False])
def test_a_certificate_has_exactly_one_source(both: bool) -> None:
    source = {"key_vault": KeyVaultSource(secret_id="x"), "pfx": PfxSource(data=b"")} if both else {}
    with pytest.raises(ArgumentsError, match="The certificate needs exactly one source"):
        ClientCertificate("orders", ClientCertificateArgs(service=SERVICE, **source))


@pytest.mark.parametrize("sku", ["Consumption", "BasicV2", "StandardV2"])
def test_ca_certificates_are_refused_where_they_would_be_ignored(sku: str) -> None:
    with pytest.raises(ArgumentsError, match=f"The SKU {sku} does not use CA certificates"):
        ApiManagement("service", definition(sku, 1))


def test_more_than_ten_ca_certificates_are_refused() -> None:
    with pytest.raises(ArgumentsError, match="too many CA certificates"):
        ApiManagement("service", definition("Developer", 11))


def test_http_and_an_empty_reason_are_refused_together() -> None:
    settings = BackendSettings(url="http://orders", skip_name_validation_reason="")
    with pytest.raises(ArgumentsError, match="2 problems found") as caught:
        MtlsBackend("orders", MtlsBackendArgs(service=SERVICE, certificate=CERTIFICATE, settings=settings))
    assert [each.where for each in caught.value.problems] == [
        "MtlsBackend orders: url",
        "MtlsBackend orders: skip_name_validation_reason",
    ]


def test_a_description_that_gets_too_long_by_its_reason_is_refused() -> None:
    settings = BackendSettings(url="https://x", description="x" * 1990, skip_chain_validation_reason="because")
    with pytest.raises(ArgumentsError, match="too long"):
        MtlsBackend("orders", MtlsBackendArgs(service=SERVICE, certificate=CERTIFICATE, settings=settings))


def test_operations_that_would_get_the_same_id_are_refused() -> None:
    args = MtlsApiArgs(
        service=SERVICE,
        certificate=CERTIFICATE,
        backend=BackendSettings(url="https://x"),
        path="x",
        operations=["GET /a/b", "GET /a-b"],
    )
    with pytest.raises(ArgumentsError, match="Two operations would get the same id"):
        MtlsApi("orders", args)


class TestCaCertificates:
    def test_are_taken_as_pem_and_der(self) -> None:
        made = make("ca", ca=True)
        assert ca_certificate.read(made.pem) == ca_certificate.read(made.der)

    @pytest.mark.parametrize(("data", "what"), [(make().pem, "not that of a certificate authority"), (b"x", "be read")])
    def test_that_are_none_are_refused(self, data: bytes, what: str) -> None:
        with pytest.raises(Exception, match=what):
            ca_certificate.read(data)
