"""A stack's configuration is read once: typed and complete, or refused with every problem in one message."""

import copy
import os
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from certificates import make

from components.arguments import ArgumentsError
from stacks import schema, settings

PROJECT = Path(__file__).parents[2]
SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"
PASSWORD = os.urandom(8).hex()
CLIENT = make("legacy")
VALID: dict[str, Any] = {
    "service": {
        "resourceGroup": "rg",
        "name": "apim",
        "owned": {
            "location": "westeurope",
            "publisherName": "Team",
            "publisherEmail": "team@example.com",
            "caCertificates": ["ca.pem"],
        },
    },
    "certificates": {
        "orders": {
            "keyVault": {
                "secretId": "https://kv.vault.azure.net/secrets/orders",
                "grantAccess": {"resourceGroup": "rg-kv"},
            }
        },
        "legacy": {"pfx": {"file": "legacy.pfx", "password": PASSWORD}},
    },
    "apis": {
        "orders": {"path": "orders", "certificate": "orders", "backend": {"url": "https://orders"}},
        "legacy": {
            "path": "legacy",
            "certificate": "legacy",
            "backend": {"url": "https://legacy", "skipChainValidationReason": "self-signed"},
        },
    },
}


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "legacy.pfx").write_bytes(CLIENT.pfx(PASSWORD))
    (tmp_path / "no-key.pfx").write_bytes(CLIENT.pfx(PASSWORD, with_key=False))
    (tmp_path / "expired.pfx").write_bytes(make(starts_in=timedelta(days=-9), lasts=timedelta(days=8)).pfx(PASSWORD))
    (tmp_path / "other.pfx").write_bytes(make("other").pfx())
    (tmp_path / "legacy.cer").write_bytes(CLIENT.der)
    (tmp_path / "ca.pem").write_bytes(make("ca", ca=True).pem)
    (tmp_path / "leaf.pem").write_bytes(CLIENT.pem)
    return tmp_path


def parse(values: dict[str, Any], project: Path) -> settings.StackSettings:
    return settings.parse(values, project=project, subscription_id=SUBSCRIPTION)


def edited(path: str, value: Any) -> dict[str, Any]:
    """The valid configuration with one key changed; `None` removes it."""
    values = copy.deepcopy(VALID)
    *parents, last = path.split("/")
    target = values
    for parent in parents:
        target = target.setdefault(parent, {})
    if value is None:
        target.pop(last)
    else:
        target[last] = value
    return values


class TestAValidConfiguration:
    def test_becomes_settings_with_everything_read(self, project: Path) -> None:
        read = parse(VALID, project)
        vault = f"/subscriptions/{SUBSCRIPTION}/resourceGroups/rg-kv/providers/Microsoft.KeyVault/vaults/kv"
        assert read.certificates["orders"].vault_id == vault
        assert read.certificates["legacy"].pfx is not None
        assert read.certificates["legacy"].pfx.data == (project / "legacy.pfx").read_bytes()
        assert read.apis["legacy"].backend.validation == "name only"
        assert read.apis["orders"].backend.validation == "chain and name"
        assert read.apis["orders"].operations == ("GET /*",)
        assert read.definition is not None
        assert read.definition.ca_certificates[0].subject == "CN=ca"

    def test_without_owned_the_service_is_one_that_exists(self, project: Path) -> None:
        assert parse(edited("service/owned", None), project).definition is None

    @pytest.mark.parametrize("stack", ["dev", "prod", "local"])
    def test_is_in_every_stack_file_of_the_project(self, stack: str) -> None:
        """The shape only: the files that the local stack names are made by local Azure."""
        keys = yaml.safe_load((PROJECT / f"stacks/Pulumi.{stack}.yaml").read_text())["config"]
        prefix = "backend-mtls:"
        values = {key.removeprefix(prefix): value for key, value in keys.items() if key.startswith(prefix)}
        if stack == "local":
            values["certificates"]["legacy"]["pfx"]["password"] = PASSWORD
        assert schema.Stack.model_validate(values).apis

    def test_every_key_of_the_project_file_is_one_of_the_schema(self) -> None:
        keys = yaml.safe_load((PROJECT / "Pulumi.yaml").read_text())["config"]
        assert {field.alias for field in schema.Stack.model_fields.values()} == set(keys)
        assert all(each["description"] for each in keys.values())

    def test_no_password_shows_in_a_representation(self, project: Path) -> None:
        assert PASSWORD not in repr(parse(VALID, project))


CASES = [
    ("service", None, "A required key is missing", "service", "nothing"),
    ("service/name", "1 2", "The value is not allowed", "service.name", "'1 2'"),
    ("service/colour", "red", "There is no such key", "service.colour", "colour"),
    ("service/owned/sku", "Gold", "The value is not allowed", "service.owned.sku", "'Gold'"),
    (
        "service/owned/caCertificates",
        ["leaf.pem"],
        "The certificate is not that of a certificate authority",
        "service.owned.caCertificates[0]",
        "CN=legacy, basicConstraints CA=FALSE",
    ),
    (
        "service/owned/caCertificates",
        ["gone.pem"],
        "The file cannot be read",
        "service.owned.caCertificates[0]",
        "gone.pem: No such file or directory",
    ),
    (
        "certificates/orders",
        {},
        "The certificate needs exactly one source",
        "certificates.orders",
        "neither",
    ),
    (
        "certificates/orders/pfx",
        {"file": "other.pfx"},
        "The certificate needs exactly one source",
        "certificates.orders",
        "both",
    ),
    (
        "certificates/orders/keyVault/secretId",
        "https://kv.vault.azure.net/certificates/orders",
        "APIM reads Key Vault secrets only, and this is the URL of a certificate",
        "certificates.orders.keyVault.secretId",
        "https://kv.vault.azure.net/certificates/orders",
    ),
    (
        "certificates/orders/keyVault/secretId",
        "https://kv.vault.azure.net/keys/orders",
        "APIM reads Key Vault secrets only, and this is the URL of a key",
        "certificates.orders.keyVault.secretId",
        "https://kv.vault.azure.net/keys/orders",
    ),
    (
        "certificates/legacy/pfx/password",
        "wrong",
        "The password of the PFX is wrong",
        "certificates.legacy.pfx.password",
        "a password that does not open the file",
    ),
    (
        "certificates/legacy/pfx/password",
        ["x"],
        "The value is not allowed",
        "certificates.legacy.pfx.password",
        "[secret]",
    ),
    (
        "certificates/legacy/pfx/file",
        "gone.pfx",
        "The file cannot be read",
        "certificates.legacy.pfx.file",
        "gone.pfx: No such file or directory",
    ),
    (
        "certificates/legacy/pfx/file",
        "no-key.pfx",
        "The PFX holds no private key",
        "certificates.legacy.pfx.file (no-key.pfx)",
        "1 certificate(s), no key",
    ),
    (
        "certificates/legacy/pfx/file",
        "legacy.cer",
        "The file is a certificate without its private key (.cer, DER), not a PFX",
        "certificates.legacy.pfx.file (legacy.cer)",
        "the certificate CN=legacy",
    ),
    (
        "certificates/again",
        {"pfx": {"file": "legacy.pfx", "password": PASSWORD}},
        "Two certificates have the same thumbprint",
        "certificates.again.pfx",
        f"{CLIENT.thumbprint}, also at certificates.legacy.pfx",
    ),
    (
        "apis/orders/certificate",
        "order",
        "The API names a certificate that is not declared",
        "apis.orders.certificate",
        "order",
    ),
    ("apis/orders/path", "legacy", "Two APIs have the same path", "apis.legacy", "legacy, also at apis.orders"),
    (
        "apis/ORDERS",
        {**VALID["apis"]["orders"], "path": "x"},
        "Two APIs differ only in upper and lower case",
        "apis.ORDERS",
        "apis.orders, also at apis.orders",
    ),
    ("apis/orders/pth", "x", "There is no such key", "apis.orders.pth", "pth"),
    (
        "certificates/other",
        VALID["certificates"]["orders"],
        "Two certificates have the same Key Vault secret",
        "certificates.other.keyVault",
        "https://kv.vault.azure.net/secrets/orders, also at certificates.orders.keyVault",
    ),
    (
        "certificates/legacy/certificateId",
        "Orders",
        "Two certificates have the same id",
        "certificates.legacy",
        "orders, also at certificates.orders",
    ),
    (
        "certificates/legacy/pfx/file",
        "a\0b",
        "The file cannot be read",
        "certificates.legacy.pfx.file",
        "a\0b: embedded null byte",
    ),
    (
        "apis/orders/policyFile",
        "legacy.cer",
        "The policy is not UTF-8 text",
        "apis.orders.policyFile (legacy.cer)",
        "byte 0x82 at offset 1",
    ),
    ("apis/orders/path", "a b?c#d", "The value is not allowed", "apis.orders.path", "'a b?c#d'"),
    (
        "apis/orders/backend/url",
        "https://x:99999",
        "The URL of the backend is malformed",
        "apis.orders.backend.url",
        "https://x:99999",
    ),
    (
        "apis/orders/backend/url",
        "https://x/?q",
        "The URL of the backend is malformed",
        "apis.orders.backend.url",
        "https://x/?q",
    ),
    (
        "apis/orders/backend/url",
        "https://me:pw@x",
        "The URL of the backend holds credentials",
        "apis.orders.backend.url",
        "a URL with a user name or password in it",
    ),
    ("apis/orders/path", "/orders", "The value is not allowed", "apis.orders.path", "'/orders'"),
    (
        "apis/orders/backend/url",
        "http://orders",
        "A client certificate is presented over TLS only",
        "apis.orders.backend.url",
        "http://orders",
    ),
    (
        "apis/legacy/backend/skipChainValidationReason",
        " ",
        "Validation is switched off without a reason",
        "apis.legacy.backend.skipChainValidationReason",
        "an empty text",
    ),
    ("apis/orders/operations", ["get /"], "The operation is malformed", "apis.orders.operations[0]", "get /"),
    (
        "apis/orders/policy",
        "<fragment />",
        "The policy document has no <policies> root",
        "apis.orders.policy: policy document, line 1, column 1",
        "<fragment />",
    ),
    (
        "apis/orders/policyFile",
        "gone.xml",
        "The file cannot be read",
        "apis.orders.policyFile",
        "gone.xml: No such file or directory",
    ),
]


class TestAnInvalidConfiguration:
    @pytest.mark.parametrize(
        ("path", "value", "what", "where", "got"), CASES, ids=[f"{i}-{case[0]}" for i, case in enumerate(CASES)]
    )
    def test_is_refused_with_what_where_and_got(
        self, project: Path, path: str, value: Any, what: str, where: str, got: str
    ) -> None:
        with pytest.raises(ArgumentsError) as caught:
            parse(edited(path, value), project)
        assert [(each.what, each.where, each.got) for each in caught.value.problems] == [(what, where, got)]
        assert all(each.allowed and each.fix for each in caught.value.problems)
        assert PASSWORD not in str(caught.value)

    def test_that_has_expired_certificates_says_since_when(self, project: Path) -> None:
        with pytest.raises(ArgumentsError, match=r"The certificate in the PFX has expired\n.*\n.*valid until 20"):
            parse(edited("certificates/legacy/pfx/file", "expired.pfx"), project)

    def test_an_unknown_key_names_those_that_there_are(self, project: Path) -> None:
        with pytest.raises(ArgumentsError, match="allowed: backend, certificate, displayName, operations, path"):
            parse(edited("apis/orders/pth", "x"), project)

    def test_reports_all_problems_at_once(self, project: Path) -> None:
        values = edited("apis/orders/certificate", "order")
        values["apis"]["legacy"]["backend"]["url"] = "http://legacy"
        values["certificates"]["legacy"]["pfx"]["password"] = "wrong"
        with pytest.raises(ArgumentsError) as caught:
            parse(values, project)
        assert str(caught.value).startswith("3 problems found; nothing was deployed\n1. ")
        assert [each.where for each in caught.value.problems] == [
            "certificates.legacy.pfx.password",
            "apis.orders.certificate",
            "apis.legacy.backend.url",
        ]

    def test_needs_a_subscription_to_grant_access(self, project: Path) -> None:
        with pytest.raises(ArgumentsError, match="The subscription of the vault is not known"):
            settings.parse(VALID, project=project, subscription_id=None)
