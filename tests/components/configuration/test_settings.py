"""A stack's configuration is read once: typed and complete, or refused with every problem in one message."""

import copy
from datetime import timedelta
from pathlib import Path
from typing import Any

import configurations
import configurations_of_apis
import pytest
import yaml
from backend_mtls import ApiManagementArgs, ExistingServiceArgs
from backend_mtls.arguments import ArgumentsError
from backend_mtls.configuration import schema, settings
from certificates import make
from configurations import CLIENT, PASSWORD, VALID

from stacks import stack_file

CASES = configurations.CASES + configurations_of_apis.CASES
PROJECT = Path(__file__).parents[3]
STACKS = sorted(
    each.name.removeprefix("Pulumi.").removesuffix(".yaml") for each in PROJECT.glob("stacks/Pulumi.*.yaml")
)
"""Those that there are: whoever deploys renames them."""
SUBSCRIPTION = "00000000-0000-4000-8000-000000000001"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "legacy.pfx").write_bytes(CLIENT.pfx(PASSWORD))
    (tmp_path / "no-key.pfx").write_bytes(CLIENT.pfx(PASSWORD, with_key=False))
    (tmp_path / "expired.pfx").write_bytes(make(starts_in=timedelta(days=-9), lasts=timedelta(days=8)).pfx(PASSWORD))
    (tmp_path / "other.pfx").write_bytes(make("other").pfx())
    (tmp_path / "legacy.cer").write_bytes(CLIENT.der)
    (tmp_path / "ca.pem").write_bytes(make("ca", ca=True).pem)
    (tmp_path / "leaf.pem").write_bytes(CLIENT.pem)
    (tmp_path / "server.pem").write_bytes(make("appliance").pem)
    return tmp_path


def parse(values: dict[str, Any], project: Path) -> settings.Settings:
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
        access, pfx = read.certificates["orders"].grant, read.certificates["legacy"].definition.pfx
        assert access is not None
        assert (access.vault_id, access.kind, access.secret_name) == (vault, "role", None)
        assert pfx is not None
        assert pfx.data == (project / "legacy.pfx").read_bytes()
        backends = {name: api.definition.backend for name, api in read.apis.items()}
        assert {name: each and each.validation for name, each in backends.items()} == {
            "legacy": "name only",
            "orders": "chain and name",
        }
        assert isinstance(read.service, ApiManagementArgs)
        assert read.service.ca_certificates[0].subject == "CN=ca"

    def test_without_owned_the_service_is_one_that_exists(self, project: Path) -> None:
        values = edited("service/owned", None)
        del values["service"]["caCertificates"]
        assert isinstance(parse(values, project).service, ExistingServiceArgs)

    @pytest.mark.parametrize("stack", STACKS)
    def test_is_in_every_stack_file_of_the_project(self, stack: str) -> None:
        """The shape only: the files that the local stack names are made by local Azure."""
        values = stack_file.values(PROJECT, stack)
        read = schema.Stack.model_validate(stack_file.hidden(values))
        assert read.apis.keys() == values.get("apis", {}).keys()

    def test_every_key_of_the_project_file_is_one_of_the_schema(self) -> None:
        """The program's own: a provider's, such as `azure-native:location`, has its namespace."""
        declared = yaml.safe_load((PROJECT / "Pulumi.yaml").read_text())["config"]
        keys = {key: each for key, each in declared.items() if ":" not in key}
        assert {field.alias for field in schema.Stack.model_fields.values()} == set(keys)
        assert all(each["description"] for each in keys.values())

    def test_no_password_shows_in_a_representation(self, project: Path) -> None:
        assert PASSWORD not in repr(parse(VALID, project))


class TestAnInvalidConfiguration:
    @pytest.mark.parametrize(
        ("path", "value", "what", "where", "got"), CASES, ids=[f"{i}-{case[0]}" for i, case in enumerate(CASES)]
    )
    def test_is_refused_with_what_where_and_got(
        self, project: Path, path: str, value: Any, what: str, where: str, got: str
    ) -> None:
        with pytest.raises(ArgumentsError) as caught:
            parse(edited(path, value), project)
        assert [(each.what, str(each.where), each.got) for each in caught.value.problems] == [(what, where, got)]
        assert all(each.allowed and each.fix for each in caught.value.problems)
        assert PASSWORD not in str(caught.value)

    def test_that_has_expired_certificates_says_since_when(self, project: Path) -> None:
        with pytest.raises(ArgumentsError, match=r"The certificate in the PFX has expired\n.*\n.*valid until 20"):
            parse(edited("certificates/legacy/pfx/file", "expired.pfx"), project)

    def test_an_unknown_key_names_those_that_there_are(self, project: Path) -> None:
        names = "adopt, backend, certificate, displayName, existing, existingElements, openapiFile, operations, path"
        with pytest.raises(ArgumentsError, match=f"allowed: {names}"):
            parse(edited("apis/orders/pth", "x"), project)

    def test_reports_all_problems_at_once(self, project: Path) -> None:
        values = edited("apis/orders/certificate", "order")
        values["apis"]["legacy"]["backend"]["url"] = "http://legacy"
        values["certificates"]["legacy"]["pfx"]["password"] = "wrong"
        with pytest.raises(ArgumentsError) as caught:
            parse(values, project)
        assert str(caught.value).startswith("3 problems found; nothing was deployed\n1. ")
        assert [str(each.where) for each in caught.value.problems] == [
            "certificates.legacy.pfx.password",
            "apis.orders.certificate",
            "apis.legacy.backend.url",
        ]

    def test_needs_a_subscription_to_grant_access(self, project: Path) -> None:
        with pytest.raises(ArgumentsError, match="The subscription of the vault is not known"):
            settings.parse(VALID, project=project, subscription_id=None)
