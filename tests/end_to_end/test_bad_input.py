"""Bad input ends in one clear message and exit code 1: nothing created, nothing lost, no traceback."""

import socket
import subprocess
from datetime import timedelta

import pytest
from certificates import make
from project import PASSWORD, Project


def assert_refused(result: subprocess.CompletedProcess[str], *texts: str) -> None:
    printed = result.stdout + result.stderr
    assert result.returncode != 0, printed
    assert "Traceback" not in printed
    for text in texts:
        assert text in printed, printed


def put(project: Project, data: bytes) -> None:
    (project.azure.home.pki / "bad.pfx").write_bytes(data)
    project.edit("certificates/legacy/pfx/file", ".local/pki/bad.pfx")


FILES = {
    "wrong password": (
        lambda: make().pfx("other"),
        "The password of the PFX is wrong",
        "certificates.legacy.pfx.password",
    ),
    "no key": (lambda: make().pfx(PASSWORD, with_key=False), "The PFX holds no private key", "certificates.legacy.pfx"),
    "expired": (
        lambda: make(starts_in=timedelta(days=-9), lasts=timedelta(days=8)).pfx(PASSWORD),
        "The certificate in the PFX has expired",
        "certificates.legacy.pfx",
    ),
    "cer": (lambda: make().der, "(.cer, DER), not a PFX", "certificates.legacy.pfx"),
}
KEYS = {
    "missing file": (
        "certificates/legacy/pfx/file",
        "gone.pfx",
        "gone.pfx: No such file",
        "certificates.legacy.pfx.file",
    ),
    "unknown certificate": ("apis/orders/certificate", "order", "not declared", "apis.orders.certificate"),
    "certificate URL": (
        "certificates/orders/keyVault/secretId",
        "https://kv-local.vault.azure.net/certificates/orders-client",
        "use https://kv-local.vault.azure.net/secrets/orders-client",
        "certificates.orders.keyVault.secretId",
    ),
    "key URL": (
        "certificates/orders/keyVault/secretId",
        "https://kv-local.vault.azure.net/keys/orders-client",
        "this is the URL of a key",
        "certificates.orders.keyVault.secretId",
    ),
}


@pytest.mark.parametrize("case", FILES)
def test_a_bad_pfx_is_refused_before_anything_is_created(project: Project, case: str) -> None:
    make_file, what, where = FILES[case]
    put(project, make_file())
    before = project.writes()
    assert_refused(project.deploy("up"), what, where, "got:", "allowed:", "fix:")
    assert project.writes_since(before) == []


@pytest.mark.parametrize("case", KEYS)
def test_a_bad_key_is_refused_and_what_is_deployed_stays(project: Project, case: str) -> None:
    path, value, what, where = KEYS[case]
    project.must("up")
    before, state = project.writes(), project.state()["latest"]["resources"]
    project.edit(path, value)
    assert_refused(project.deploy("up"), what, where, "got:", "allowed:", "fix:")
    assert project.writes_since(before) == []
    assert [each["urn"] for each in project.state()["latest"]["resources"]] == [each["urn"] for each in state]
    assert all(call["ok"] for call in project.call().values())


def test_a_wrong_passphrase_is_refused_and_the_state_stays(project: Project) -> None:
    project.must("up")
    before = project.state()["latest"]["resources"]
    result = project.deploy("up", PULUMI_CONFIG_PASSPHRASE="wrong")
    assert_refused(result, "passphrase")
    assert project.state()["latest"]["resources"] == before
    project.must("preview", "--expect-no-changes")


@pytest.mark.parametrize("command", ["preview", "up", "destroy"])
def test_without_local_azure_it_says_how_to_start_it(project: Project, command: str) -> None:
    project.azure.stop()
    assert_refused(project.deploy(command), "Local Azure is not running", "python -m local start")
    project.azure.start()


def test_a_call_without_local_azure_says_how_to_start_it(project: Project) -> None:
    project.azure.stop()
    assert_refused(project.run("call"), "Local Azure is not running", "python -m local start")
    project.azure.start()


def test_a_call_before_anything_is_deployed_says_what_to_do(project: Project) -> None:
    assert_refused(project.run("call"), "up")


def test_a_port_in_use_is_named(project: Project) -> None:
    project.azure.stop()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        for file in (project.azure.home.ports,):
            file.unlink(missing_ok=True)
        assert_refused(project.run("start", "--port", str(port)), str(port), "in use")
    project.azure.start()


def test_an_error_of_azure_shows_its_message_and_keeps_what_was_created(project: Project) -> None:
    """The identity may not read the vault: the certificate fails, what does not need it exists and is in the state."""
    project.edit("certificates/orders/keyVault/grantAccess", None)
    result = project.deploy("up")
    assert result.returncode != 0
    assert "Failed to access KeyVault Secret" in result.stdout + result.stderr
    # the CLI interrupts the program when a resource fails, and prints where that was
    assert project.engine == "pulumi" or "Traceback" not in result.stdout + result.stderr
    names = {each["urn"].rpartition("::")[2] for each in project.state()["latest"]["resources"]}
    assert "service" in names
    project.edit("certificates/orders/keyVault/grantAccess", {"resourceGroup": "rg-platform"})
    project.must("up")
    assert all(call["ok"] for call in project.call().values())
