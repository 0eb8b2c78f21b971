"""The listing of a stack is what its program registers: the same every time, without secrets, and checked."""

import base64
import difflib
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml
from certificates import make
from conftest import PROJECT
from working_copy import WorkingCopy

EXISTING = {"resourceGroup": "rg", "name": "apim"}
VAULT = {"keyVault": {"secretId": "https://kv.vault.azure.net/secrets/orders"}}
URL = "https://orders.dev.example.com"


WITHOUT_THE_CLI = {"PATH": "/usr/bin:/bin"}


@pytest.fixture(scope="session")
def listings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the stacks of the tests declare."""
    copy = WorkingCopy(tmp_path_factory.mktemp("listings"))
    assert copy.run("expected").returncode == 0
    return copy.root / "stacks/expected"


@pytest.fixture
def copy(tmp_path: Path, listings: Path) -> WorkingCopy:
    """With the listing of every stack."""
    copy = WorkingCopy(tmp_path)
    shutil.copytree(listings, copy.root / "stacks/expected")
    return copy


def api(**keys: Any) -> dict[str, Any]:
    """One API named `orders`; keys of its backend are in `backend`."""
    backend = {"url": "https://orders"} | keys.pop("backend", {})
    return {"orders": {"path": "orders", "certificate": "orders", "backend": backend} | keys}


def resource(listing: str, kind: str) -> dict[str, Any]:
    """The one azure-native resource of a class."""
    (found,) = [
        each for each in yaml.safe_load(listing) if each["type"].rpartition(":")[2] == kind and "inputs" in each
    ]
    return dict(found)


class TestAListing:
    def test_is_committed_for_every_stack_of_the_project_but_local_and_is_what_the_stack_declares(self) -> None:
        """Whichever stacks those are. Where the CLI has to decrypt, `make check` looks."""
        ended = subprocess.run(
            [sys.executable, "-m", "stacks.expected", "--check"],
            cwd=PROJECT,
            env=os.environ | WITHOUT_THE_CLI,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )
        assert (ended.returncode, ended.stderr) == (0, ""), ended.stdout + ended.stderr
        assert [each for each in ended.stdout.splitlines() if not each.startswith("not checked: ")] == []

    def test_is_written_for_every_stack_but_local_and_is_the_same_each_time(self, copy: WorkingCopy) -> None:
        before = {each.name: each.read_text() for each in (copy.root / "stacks/expected").iterdir()}
        shutil.rmtree(copy.root / "stacks/expected")
        assert copy.run("expected").returncode == 0
        written = {each.name: each.read_text() for each in (copy.root / "stacks/expected").iterdir()}
        assert written == before
        assert written.keys() == {"dev.yaml", "staging.yaml", "prod.yaml"}

    @pytest.mark.parametrize("seed", ["0", "1"])
    def test_does_not_depend_on_the_order_of_sets(self, copy: WorkingCopy, seed: str) -> None:
        before = copy.listing("dev")
        (copy.root / "stacks/expected/dev.yaml").unlink()
        assert copy.write("dev", PYTHONHASHSEED=seed) == before

    def test_says_the_subscription_of_the_stack_file_and_not_that_of_the_environment(self, copy: WorkingCopy) -> None:
        before = copy.listing("dev")
        assert copy.write("dev", ARM_SUBSCRIPTION_ID="00000000-0000-4000-8000-000000000009") == before
        subscription = "00000000-0000-4000-8000-000000000001"
        copy.replace("dev", "config:\n", f"config:\n  azure-native:subscriptionId: {subscription}\n")
        assert copy.write("dev") == before.replace("[subscription]", subscription)

    def test_says_what_is_known_after_deployment_and_what_comes_first(self, copy: WorkingCopy) -> None:
        assert resource(copy.listing("dev"), "RoleAssignment")["inputs"]["principalId"] == "known after deployment"
        policy = resource(copy.listing("prod"), "ApiPolicy")
        assert policy["parent"] == "backend-mtls:index:MtlsApi orders"
        assert policy["dependsOn"] == [
            f"azure-native:apimanagement:{each} orders" for each in ("Api", "Backend", "Certificate")
        ]
        assert policy["options"] == {"deleteBeforeReplace": False}

    def test_says_what_is_taken_over_without_asking_azure(self, copy: WorkingCopy) -> None:
        copy.declare("taken", service=EXISTING, certificates={"orders": VAULT}, apis=api(adopt=["policy", "backend"]))
        listing = copy.write("taken")
        service = "/subscriptions/[subscription]/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim"
        assert resource(listing, "ApiPolicy")["options"]["import"] == f"{service}/apis/orders/policies/policy"
        assert resource(listing, "Backend")["options"]["import"] == f"{service}/backends/orders"
        assert "import" not in resource(listing, "Api")["options"]

    def test_shows_a_policy_line_by_line_even_with_tabs_in_it(self, copy: WorkingCopy) -> None:
        assert "\n    value: |\n      <policies>\n          <inbound>\n              <base />\n" in copy.listing("dev")
        policy = "<policies>\n\t<inbound>\n\t\t<base />\n\t</inbound>\n</policies>\n"
        (copy.root / "orders.xml").write_text(policy)
        copy.declare("tabs", service=EXISTING, certificates={"orders": VAULT}, apis=api(policyFile="orders.xml"))
        lines = resource(copy.write("tabs"), "ApiPolicy")["inputs"]["value"]
        assert "\t\t<base />" in lines

    def test_opens_no_connection(self, copy: WorkingCopy) -> None:
        """Not even for the staging stack, which requires that Key Vault is asked before a deployment."""
        hook = (
            'import sys\nsys.addaudithook(lambda name, _: name in ("socket.connect", "socket.getaddrinfo") and 1 / 0)\n'
        )
        (copy.root / "hook").mkdir()
        (copy.root / "hook/sitecustomize.py").write_text(hook)
        before = copy.listing("staging")
        assert copy.write("staging", PYTHONPATH=str(copy.root / "hook")) == before
        (copy.root / "stacks/registered.py").write_text("import socket; socket.create_connection(('127.0.0.1', 9))")
        assert "ZeroDivisionError" in copy.run("expected", "staging", PYTHONPATH=str(copy.root / "hook")).stdout


class TestSecrets:
    def test_given_in_clear_are_not_in_the_listing(self, copy: WorkingCopy) -> None:
        legacy, other, passwords = make("legacy"), make("other"), ["pfx-password-1", "pfx-password-2"]
        data = base64.b64encode(other.pfx(passwords[1])).decode()
        (copy.root / "legacy.pfx").write_bytes(legacy.pfx(passwords[0]))
        copy.declare(
            "secret",
            service=EXISTING,
            certificates={
                "orders": {"pfx": {"file": "legacy.pfx", "password": passwords[0]}},
                "other": {"pfx": {"data": data, "password": passwords[1]}},
            },
            apis=api(
                backend={
                    "credentials": {
                        "headers": {"x-key": ["header-secret"]},
                        "query": {"code": ["query-secret"]},
                        "authorization": {"scheme": "Bearer", "parameter": "authorization-secret"},
                    },
                    "proxy": {"url": "http://proxy:3128", "username": "user", "password": "proxy-secret"},
                }
            ),
        )
        listing = copy.write("secret")
        secrets = [*passwords, data, *(f"{each}-secret" for each in ("header", "query", "authorization", "proxy"))]
        assert [each for each in secrets if each in listing] == []
        for one, password in zip((legacy, other), passwords, strict=True):
            assert base64.b64encode(one.pfx(password)).decode()[:64] not in listing
            assert base64.b64encode(one.key_der).decode()[64:128] not in listing
            assert one.thumbprint[:8].lower() in listing
        inputs = resource(listing, "Backend")["inputs"]
        assert inputs["credentials"]["header"] == "[secret]"
        assert inputs["proxy"]["password"] == "[secret]"

    def test_that_are_only_passed_on_need_not_be_decrypted(self, copy: WorkingCopy) -> None:
        headers = {"credentials": {"headers": {"x-key": [{"secure": "v1:AAAA:BBBB"}]}}}
        copy.declare("secret", service=EXISTING, certificates={"orders": VAULT}, apis=api(backend=headers))
        listing = copy.write("secret", **WITHOUT_THE_CLI)
        assert resource(listing, "Backend")["inputs"]["credentials"] == {"header": "[secret]"}

    def test_that_the_program_has_to_read_leave_the_stack_unchecked_without_the_cli(self, copy: WorkingCopy) -> None:
        pfx = {"file": "legacy.pfx", "password": {"secure": "v1:AAAA:BBBB"}}
        copy.declare("secret", service=EXISTING, certificates={"orders": {"pfx": pfx}}, apis=api())
        ended = copy.run("expected", "--check", **WITHOUT_THE_CLI)
        reason = "certificates.orders.pfx.password is encrypted, and the pulumi CLI, which decrypts it, is not on PATH"
        assert (ended.returncode, ended.stdout) == (0, f"not checked: secret: {reason}\n")

    @pytest.mark.end_to_end
    @pytest.mark.skipif(not shutil.which("pulumi"), reason="the pulumi CLI is not on PATH")
    def test_are_decrypted_by_the_cli_where_the_passphrase_is_at_hand(self, copy: WorkingCopy) -> None:
        made, password = make("legacy"), "pfx-password-3"
        (copy.root / "legacy.pfx").write_bytes(made.pfx(password))
        (copy.root / "state").mkdir()
        account = {"PULUMI_BACKEND_URL": f"file://{copy.root}/state", "PULUMI_CONFIG_PASSPHRASE": "passphrase"}
        copy.declare("secret", service=EXISTING, certificates={"orders": {"pfx": {"file": "legacy.pfx"}}}, apis=api())
        copy.pulumi("stack", "init", "secret", **account)
        path = "backend-mtls:certificates.orders.pfx.password"
        copy.pulumi("config", "set", "--secret", "--path", path, password, "--stack", "secret", **account)
        assert "secure:" in copy.file("secret").read_text()
        listing = copy.write("secret", **account)
        assert resource(listing, "Certificate")["inputs"]["password"] == "[secret]"
        assert password not in listing
        ended = copy.run("expected", "--check", "secret", PULUMI_BACKEND_URL=account["PULUMI_BACKEND_URL"])
        assert ended.returncode == 0
        assert "and the pulumi CLI does not decrypt it: passphrase must be set" in ended.stdout


class TestTheCheck:
    def test_passes_on_listings_that_were_written_and_says_nothing(self, copy: WorkingCopy) -> None:
        ended = copy.run("expected", "--check")
        assert (ended.returncode, ended.stdout, ended.stderr) == (0, "", "")

    def test_fails_with_the_difference_when_a_listing_is_stale(self, copy: WorkingCopy) -> None:
        before = copy.listing("dev")
        copy.replace("dev", URL, "https://orders.example.net")
        ended = copy.run("expected", "--check")
        assert ended.returncode == 1
        assert ended.stdout.startswith("dev: stacks/expected/dev.yaml is stale\n--- stacks/expected/dev.yaml\n")
        assert f"\n-    url: {URL}\n+    url: https://orders.example.net\n" in ended.stdout
        assert ended.stdout.endswith("\nTo accept what is declared: make expected\n")
        assert "prod" not in ended.stdout
        assert copy.listing("dev") == before

    def test_shows_the_beginning_of_a_long_difference(self, copy: WorkingCopy) -> None:
        (copy.root / "stacks/expected/dev.yaml").unlink()
        ended = copy.run("expected", "--check", "dev")
        assert ended.returncode == 1
        assert len(ended.stdout.splitlines()) == 43
        assert "more lines\nTo accept" in ended.stdout

    def test_fails_for_the_listing_of_a_stack_that_is_gone_and_writing_removes_it(self, copy: WorkingCopy) -> None:
        copy.file("dev").unlink()
        ended = copy.run("expected", "--check")
        assert ended.returncode == 1
        assert "dev: stacks/expected/dev.yaml is stale: there is no such stack\n" in ended.stdout
        assert copy.run("expected").returncode == 0
        assert not (copy.root / "stacks/expected/dev.yaml").exists()

    def test_says_which_stacks_there_are_when_asked_for_another(self, copy: WorkingCopy) -> None:
        ended = copy.run("expected", "local")
        assert ended.returncode == 2
        assert "there is no listing of local; there are dev, prod, staging" in ended.stderr

    @pytest.mark.parametrize(
        ("target", "words"), [("check", "stacks.expected --check"), ("expected", "stacks.expected")]
    )
    def test_is_a_part_of_make(self, target: str, words: str) -> None:
        said = subprocess.run(["make", "--dry-run", target], cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S603, S607 -- make
        assert f".venv/bin/python -m {words}" in said.stdout.splitlines()


class TestAnEdit:
    def test_of_a_backend_url_changes_one_line(self, copy: WorkingCopy) -> None:
        before = copy.listing("dev")
        copy.replace("dev", URL, "https://orders.example.net")
        after = copy.write("dev")
        changed = [line for line in difflib.ndiff(before.splitlines(), after.splitlines()) if line[0] in "+-"]
        assert changed == [f"-     url: {URL}", "+     url: https://orders.example.net"]

    def test_that_breaks_the_configuration_is_one_message(self, copy: WorkingCopy) -> None:
        copy.replace("dev", URL, "http://orders.dev.example.com")
        ended = copy.run("expected")
        assert ended.returncode == 1
        assert ended.stdout.startswith("dev: 1 problem found; nothing was deployed\n")
        assert ended.stdout.count("where:   apis.orders.backend.url\n") == 1
        assert "Traceback" not in ended.stdout + ended.stderr

    def test_that_breaks_the_file_is_one_message(self, copy: WorkingCopy) -> None:
        copy.file("dev").write_text("config: [")
        ended = copy.run("expected", "--check", "dev")
        assert ended.returncode == 1
        assert ended.stdout.startswith("dev: Pulumi.dev.yaml cannot be read: ")
        assert "Traceback" not in ended.stdout + ended.stderr

    def test_of_a_default_in_the_project_file_reaches_every_stack(self, copy: WorkingCopy) -> None:
        file = copy.root / "Pulumi.yaml"
        file.write_text(file.read_text().replace("default: false", "default: nonsense"))
        ended = copy.run("expected")
        assert ended.returncode == 1
        assert ended.stdout.count("keepVersionAliases") >= 3
