"""Reference and schema are what the models say; every stack file is allowed; the commands that are shown work."""

import json
import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from backend_mtls.arguments import ArgumentsError
from backend_mtls.configuration import described, settings
from backend_mtls.configuration.schema import Stack
from conftest import PROJECT
from jsonschema import Draft7Validator
from working_copy import OWN_STACKS, WorkingCopy

from stacks import file_schema, reference, stack_file

REVIEW = json.loads((PROJECT / reference.REVIEW).read_text())
SCHEMA = Draft7Validator(file_schema.schema(stack_file.project_name(OWN_STACKS), REVIEW))
"""Under the project's name that the tests have."""
FILES = sorted((PROJECT / "stacks").glob("Pulumi.*.yaml"))
SECURE = {"secure": "v1:AAAA:BBBB"}
FENCE = re.compile(r"^```.*?^```", re.MULTILINE | re.DOTALL)
COMMAND = re.compile(r"^(?:base64 [^\n|]*\| )?pulumi config set (?:[^\n]*\\\n)*[^\n]*$", re.MULTILINE)
each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


def read(file: Path) -> Any:
    return yaml.load(file.read_text(), stack_file._Loader)  # noqa: S506 -- a SafeLoader


def wrong(content: Any, schema: Draft7Validator = SCHEMA) -> list[str]:
    """Where the schema finds something wrong."""
    return sorted({".".join(map(str, each.absolute_path)) for each in schema.iter_errors(content)})


class TestTheFiles:
    def test_are_made_from_the_models(self) -> None:
        for file, text in reference.files(PROJECT).items():
            assert (PROJECT / file).read_text() == text, "make expected"

    def test_that_are_stale_fail_the_check_and_are_written_anew(self, tmp_path: Path) -> None:
        copied = WorkingCopy(tmp_path)
        for file in (reference.REVIEW, reference.PAGE):
            (tmp_path / file).parent.mkdir()
        shutil.copy(PROJECT / reference.REVIEW, tmp_path / reference.REVIEW)
        assert copied.run("reference").returncode == 0
        written = (tmp_path / "stacks/schema.json").read_text()
        assert copied.run("reference", "--check").returncode == 0
        (tmp_path / "stacks/schema.json").write_text("{}")
        ended = copied.run("reference", "--check")
        assert (ended.returncode, ended.stdout) == (1, "stacks/schema.json is stale: make expected\n")
        assert (tmp_path / "stacks/schema.json").read_text() == "{}"
        assert copied.run("reference").stdout == "wrote stacks/schema.json\n"
        assert (tmp_path / "stacks/schema.json").read_text() == written

    @pytest.mark.parametrize(
        ("target", "words"), [("check", "stacks.reference --check"), ("expected", "stacks.reference")]
    )
    def test_are_a_part_of_make(self, target: str, words: str) -> None:
        said = subprocess.run(["make", "--dry-run", target], cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S603, S607 -- make
        assert f".venv/bin/python -m {words}" in said.stdout.splitlines()

    def test_have_every_key(self) -> None:
        page = (PROJECT / reference.PAGE).read_text()
        assert [path for path, _ in described.every(Stack) if f"\n| `{path}` | " not in page] == []


class TestAStackFile:
    @each_file
    def test_names_this_schema_if_it_names_one(self, file: Path) -> None:
        """A file that the CLI wrote for a new stack names none."""
        names = re.findall(r"^# yaml-language-server: \$schema=(.*)", file.read_text())
        assert [(file.parent / each).resolve() for each in names] == [PROJECT / reference.SCHEMA] * len(names)

    @each_file
    def test_is_allowed(self, file: Path) -> None:
        assert wrong(read(file), Draft7Validator(json.loads((PROJECT / reference.SCHEMA).read_text()))) == []

    def test_may_hold_every_example(self) -> None:
        for path, key in described.every(Stack):
            for example in key.examples:
                assert wrong_at(path, example) == [], path

    def test_may_hold_a_secret_wherever_there_is_a_single_value(self) -> None:
        for path, key in described.every(Stack):
            if key.many == "no" and not key.group and not isinstance(key.examples[0], dict | list):
                assert wrong_at(path, SECURE) == [], path
        assert wrong_at("certificates.<name>", SECURE | {"more": 1}) != []

    def test_may_hold_what_pulumi_and_others_put_there(self) -> None:
        others = {"azure-native:location": "westeurope", "pulumi:tags": {"a": "b"}, "aws:anything": [1]}
        content = {"config": others, "encryptionsalt": "x", "secretsprovider": "x", "encryptedkey": "x"}
        assert wrong(content | {"environment": ["dev"]}) == []
        assert wrong({"config": None}) == []
        assert wrong({"config": {"keepVersionAliases": "true", "backend-mtls:certificates": SECURE}}) == []

    @pytest.mark.parametrize(
        ("path", "value"),
        [
            ("config/backend-mtls:certifcates", {}),
            ("config/certifcates", {}),
            ("config/backend-mtls:service/ownd", {}),
            ("config/backend-mtls:service/owned/sku", "Gold"),
            ("config/backend-mtls:service/name", "1 2"),
            ("config/backend-mtls:service/resourceGroup", {"secret": "x"}),
            ("config/backend-mtls:service/resourceGroup", 1.5),
            ("config/backend-mtls:certificates/a b", {}),
            ("config/backend-mtls:certificates/orders/keyvault", {}),
            ("config/backend-mtls:apis/orders/backend/urll", "https://x"),
            ("config/backend-mtls:apis/orders/operations", "GET /*"),
            ("config/backend-mtls:apis/orders/subscriptionRequired", "perhaps"),
            ("config/backend-mtls:keyVaultPreflight", {"warnWithinDays": -1}),
            ("config/backend-mtls:keyVaultPreflight", {"timeoutSeconds": 0}),
            ("config/backend-mtls:review", {"waivers": [{"rule": "chain-validation-off"}]}),
            ("config/backend-mtls:review", {"enviroment": "production"}),
            ("confg", {}),
        ],
    )
    def test_with_one_wrong_key_or_value_is_not_allowed(self, path: str, value: Any) -> None:
        content = read(OWN_STACKS / "stacks/Pulumi.dev.yaml")
        *parents, last = path.split("/")
        target = content
        for parent in parents:
            target = target[parent]
        target[last] = value
        assert wrong(content) != []


def wrong_at(path: str, value: Any) -> list[str]:
    """What is wrong with a file that has nothing but a value at a path, except for keys that are missing."""
    for step in reversed(re.findall(r"\[0\]|[^.\[]+", path)):
        value = [value] if step == "[0]" else {"orders" if step == described.NAME else step: value}
    errors = [error for each in SCHEMA.iter_errors({"config": value}) for error in leaves(each)]
    return [each.message for each in errors if each.validator != "required"]


def leaves(error: Any) -> list[Any]:
    """Of alternatives, the one with nothing but keys that are missing, or all."""
    if not error.context:
        return [error]
    branches: dict[Any, list[Any]] = {}
    for each in error.context:
        branches.setdefault(each.schema_path[0], []).extend(leaves(each))
    complete = [found for found in branches.values() if all(each.validator == "required" for each in found)]
    other = [found for found in complete if "secure" not in found[0].message]
    return other[0] if other else [error]


def commands(document: str) -> list[str]:
    return COMMAND.findall("\n".join(FENCE.findall((PROJECT / document).read_text())))


@pytest.mark.end_to_end
@pytest.mark.skipif(not shutil.which("pulumi"), reason="the pulumi CLI is not on PATH")
@pytest.mark.parametrize("document", ["docs/configuration.md", "docs/guides/production.md"])
def test_every_shown_command_works_as_it_is_written(document: str, tmp_path: Path) -> None:
    shutil.copy(OWN_STACKS / "Pulumi.yaml", tmp_path)
    for folder in ("stacks", "state"):
        (tmp_path / folder).mkdir()
    for name in ("legacy.pfx", "legacy-2027.pfx"):
        (tmp_path / name).write_bytes(b"a file")
    account = {"PULUMI_BACKEND_URL": f"file://{tmp_path}/state", "PULUMI_CONFIG_PASSPHRASE": "x", "SUBSCRIPTION": "s"}

    def run(command: str) -> str:
        ended = subprocess.run(  # noqa: S602 -- as it is written
            f"set -e\n{command}",
            shell=True,
            cwd=tmp_path,
            env=os.environ | account | {"PULUMI_SKIP_UPDATE_CHECK": "true"},
            input="asked for",
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )
        assert ended.returncode == 0, f"{command}\n{ended.stderr}"
        return ended.stdout

    run("pulumi stack init dev")
    shown = commands(document)
    assert len(shown) > 6
    for command in shown:
        run(command)
    content = read(tmp_path / "stacks/Pulumi.dev.yaml")
    found = [error for each in SCHEMA.iter_errors(content) for error in leaves(each)]
    assert [each.message for each in found if each.validator != "required"] == []
    config = json.loads(run("pulumi config --json --show-secrets"))
    values = {
        key.removeprefix("backend-mtls:"): each.get("objectValue", each["value"])
        for key, each in config.items()
        if key.startswith("backend-mtls:")
    }
    assert values["apis"]["orders"]["revision"] == 2
    values["apis"] = {name: {"certificate": "orders"} | each for name, each in values["apis"].items()}
    for each in values["apis"].values():
        each["backend"] = {"url": "https://orders"} | each.get("backend", {})
    values["service"].setdefault("resourceGroup", "rg")
    assert Stack.model_validate(values).apis["orders"].revision == "2"


def test_a_whole_number_for_a_text_reaches_the_settings_as_the_text(tmp_path: Path) -> None:
    """What the CLI writes for `pulumi config set --path 'apis.orders.revision' 2`, without the CLI."""
    values = {
        "service": {"resourceGroup": "rg", "name": "apim"},
        "certificates": {"orders": {"keyVault": {"secretId": "https://kv.vault.azure.net/secrets/orders"}}},
        "apis": {
            "orders": {
                "path": "orders",
                "certificate": "orders",
                "revision": 2,
                "backend": {"url": "https://orders", "credentials": {"headers": {"X": [7, True]}}},
            }
        },
        "keyVaultPreflight": {"timeoutSeconds": "2.5"},
        "keepVersionAliases": "true",
    }
    read = settings.parse(values, project=tmp_path, subscription_id=None)
    definition = read.apis["orders"].definition
    assert definition.revision == "2"
    assert definition.backend is not None
    assert definition.backend.credentials is not None
    assert definition.backend.credentials.headers == {"X": ["7", "true"]}
    assert (read.preflight.timeout_seconds, read.keep_version_aliases) == (2.5, True)
    values["apis"]["orders"]["backend"]["skipChainValidationReason"] = True  # type: ignore[index]
    with pytest.raises(ArgumentsError, match="skipChainValidationReason"):
        settings.parse(values, project=tmp_path, subscription_id=None)
