"""The vault serves Microsoft's own clients, unmodified."""

import base64
import ssl
from datetime import timedelta
from typing import Any

import pytest
from azure.core.exceptions import HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.keyvault.certificates import (
    CertificateClient,
    CertificateContentType,
    CertificatePolicy,
    KeyType,
    WellKnownIssuerNames,
)
from azure.keyvault.secrets import SecretClient
from certificates import Made, make
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, pkcs12
from planes import VAULT, Planes

from local.azure import x509


def self_signed(name: str, **more: Any) -> CertificatePolicy:
    return CertificatePolicy(WellKnownIssuerNames.self, subject=f"CN={name}", key_size=2048, **more)


def test_the_landing_zones_certificate_is_for_clients(certificates: CertificateClient) -> None:
    found = certificates.get_certificate("orders-client")

    assert found.policy.subject == "CN=orders-client"
    assert found.policy.enhanced_key_usage == [x509.CLIENT_AUTH]
    assert found.policy.exportable is True
    assert found.policy.content_type == CertificateContentType.pkcs12


def test_a_new_certificate_and_its_secret_are_one(certificates: CertificateClient, secrets: SecretClient) -> None:
    made = certificates.begin_create_certificate("together", self_signed("together")).result()

    secret = secrets.get_secret("together")
    pair, _ = x509.read_pkcs12(secret.value)
    assert secret.properties.version == made.properties.version
    assert secret.properties.managed is True
    assert secret.properties.content_type == "application/x-pkcs12"
    assert ssl.DER_cert_to_PEM_cert(bytes(made.cer)).encode() == pair.pem
    assert made.properties.x509_thumbprint.hex().upper() == x509.thumbprint(pair.certificate)


def test_a_second_creation_is_a_new_version_and_the_first_one_stays(certificates: CertificateClient) -> None:
    first = certificates.begin_create_certificate("rotated", self_signed("rotated")).result()
    second = certificates.begin_create_certificate("rotated", self_signed("rotated")).result()

    assert first.properties.version != second.properties.version
    assert certificates.get_certificate("rotated").properties.version == second.properties.version
    kept = certificates.get_certificate_version("rotated", first.properties.version)
    assert kept.properties.x509_thumbprint == first.properties.x509_thumbprint
    versions = {each.version for each in certificates.list_properties_of_certificate_versions("rotated")}
    assert versions == {first.properties.version, second.properties.version}


def test_an_imported_pfx_keeps_its_key_and_loses_its_password(
    certificates: CertificateClient, secrets: SecretClient
) -> None:
    made = make("imported")

    imported = certificates.import_certificate("imported", made.pfx("p"), password="p")

    assert bytes(imported.cer) == made.der
    assert x509.read_pkcs12(secrets.get_secret("imported").value)[0].certificate == made.certificate


def test_a_pfx_with_another_password_is_refused(certificates: CertificateClient) -> None:
    with pytest.raises(HttpResponseError, match="can not be read") as refused:
        certificates.import_certificate("refused", make().pfx("p"), password="other")
    assert refused.value.status_code == 400


def test_a_pem_certificates_secret_is_pem(certificates: CertificateClient, secrets: SecretClient) -> None:
    policy = self_signed("pem", content_type=CertificateContentType.pem)
    certificates.begin_create_certificate("pem", policy).result()

    value = secrets.get_secret("pem").value
    assert value.startswith("-----BEGIN PRIVATE KEY-----")
    assert "-----BEGIN CERTIFICATE-----" in value


def test_a_key_that_is_not_exportable_stays_in_the_vault(
    certificates: CertificateClient, secrets: SecretClient
) -> None:
    certificates.begin_create_certificate("kept", self_signed("kept", exportable=False)).result()

    with pytest.raises(ValueError, match="no certificate with an RSA or EC private key"):
        x509.read_pkcs12(base64.b64decode(secrets.get_secret("kept").value))


@pytest.mark.parametrize("content_type", [CertificateContentType.pkcs12, CertificateContentType.pem])
@pytest.mark.parametrize("exportable", [True, False])
def test_an_import_keeps_what_its_policy_says(
    certificates: CertificateClient, secrets: SecretClient, content_type: CertificateContentType, *, exportable: bool
) -> None:
    made = make("imported")
    is_pem = content_type == CertificateContentType.pem
    content = made.pem + pem_key(made) if is_pem else made.pfx()
    policy = CertificatePolicy(  # the SDK sends exportable=False only together with a kind of key
        WellKnownIssuerNames.unknown, content_type=content_type, key_type=KeyType.rsa, exportable=exportable
    )

    name = f"kept-{content_type.name}-{exportable}"
    certificates.import_certificate(name, content, policy=policy)

    found = certificates.get_certificate(name)
    assert (found.policy.exportable, found.policy.content_type) == (exportable, content_type)
    assert bytes(found.cer) == made.der
    assert found.properties.x509_thumbprint.hex().upper() == made.thumbprint
    value = secrets.get_secret(name).value
    assert holds_key(value) is exportable


@pytest.mark.parametrize("content", [b"no PEM", b"", make().pem], ids=["text", "nothing", "no key"])
def test_a_pem_without_a_key_or_without_anything_is_refused(certificates: CertificateClient, content: bytes) -> None:
    policy = CertificatePolicy(WellKnownIssuerNames.unknown, content_type=CertificateContentType.pem)
    with pytest.raises(HttpResponseError, match=r"PEM X\.509 certificate content can not be read"):
        certificates.import_certificate("refused", content, policy=policy)


@pytest.mark.parametrize("starts_in", [timedelta(days=-60), timedelta(days=5)])
def test_one_outside_its_validity_is_shown_with_its_dates_and_still_given(
    certificates: CertificateClient, secrets: SecretClient, starts_in: timedelta
) -> None:
    made = make(starts_in=starts_in)
    name = f"outside{starts_in.days}"

    certificates.import_certificate(name, made.pfx())

    properties = certificates.get_certificate(name).properties
    assert properties.not_before == made.certificate.not_valid_before_utc
    assert properties.expires_on == made.certificate.not_valid_after_utc
    assert holds_key(secrets.get_secret(name).value)


def test_the_list_shows_what_is_disabled(certificates: CertificateClient) -> None:
    certificates.import_certificate("on", make().pfx())
    certificates.import_certificate("off", make().pfx(), enabled=False)

    listed = {one.name: one.enabled for one in certificates.list_properties_of_certificates()}

    assert (listed["on"], listed["off"]) == (True, False)


def pem_key(made: Made) -> bytes:
    return made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def holds_key(value: str) -> bool:
    """Whether a secret's value, PEM or base64 PKCS #12, has a private key."""
    if value.startswith("-----"):
        return "PRIVATE KEY" in value
    return pkcs12.load_pkcs12(base64.b64decode(value), None).key is not None


def test_tags_and_enabled_can_be_changed_and_a_disabled_secret_is_not_given(
    certificates: CertificateClient, secrets: SecretClient
) -> None:
    certificates.begin_create_certificate("disabled", self_signed("disabled")).result()

    changed = certificates.update_certificate_properties("disabled", enabled=False, tags={"team": "a"})

    assert (changed.properties.enabled, changed.properties.tags) == (False, {"team": "a"})
    with pytest.raises(HttpResponseError, match="Operation get is not allowed on a disabled secret") as refused:
        secrets.get_secret("disabled")
    assert refused.value.status_code == 403


def test_deletion_is_soft_until_it_is_purged(certificates: CertificateClient) -> None:
    certificates.begin_create_certificate("deleted", self_signed("deleted")).result()

    certificates.begin_delete_certificate("deleted").result()

    with pytest.raises(ResourceNotFoundError):
        certificates.get_certificate("deleted")
    with pytest.raises(ResourceExistsError, match="deleted but recoverable state"):
        certificates.begin_create_certificate("deleted", self_signed("deleted"))
    certificates.begin_recover_deleted_certificate("deleted").result()
    assert certificates.get_certificate("deleted").name == "deleted"
    certificates.begin_delete_certificate("deleted").result()
    certificates.purge_deleted_certificate("deleted")
    assert "deleted" not in {each.name for each in certificates.list_properties_of_certificates()}


def test_what_is_not_there_is_a_404_with_azures_text(certificates: CertificateClient, secrets: SecretClient) -> None:
    for kind, get in (("certificate", certificates.get_certificate), ("secret", secrets.get_secret)):
        with pytest.raises(ResourceNotFoundError) as missing:
            get("nothing")
        assert missing.value.error.code == f"{kind.capitalize()}NotFound"
        assert missing.value.error.message == (
            f"A {kind} with (name/id) nothing was not found in this key vault. If you recently deleted this {kind} you"
            " may be able to recover it using the correct recovery command. For help resolving this issue, please see"
            " https://go.microsoft.com/fwlink/?linkid=2125182"
        )


def test_what_is_not_served_is_refused_loudly(secrets: SecretClient) -> None:
    with pytest.raises(HttpResponseError, match="Local Azure does not serve PUT /secrets/mine") as refused:
        secrets.set_secret("mine", "value")
    assert refused.value.status_code == 501


def test_the_vault_of_these_tests_is_an_rbac_vault(administrator: Planes) -> None:
    entity = administrator.do(administrator.azure.store.get, VAULT)
    assert entity is not None
    assert entity.body["properties"]["enableRbacAuthorization"] is True
