"""Bad input ends in one clear message and exit code 1: nothing created, nothing lost, no traceback."""

import socket
import subprocess
from datetime import timedelta

from certificates import make
from project import PASSWORD, STACK_FILE, Project


def assert_refused(result: subprocess.CompletedProcess[str], *texts: str) -> None:
    printed = result.stdout + result.stderr
    assert result.returncode != 0, printed
    assert "Traceback" not in printed
    for text in texts:
        assert text in printed, printed


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
    "misspelled key": ("certifcates", "x", "There is no such key", "fix:     write certificates"),
    "key URL": (
        "certificates/orders/keyVault/secretId",
        "https://kv-local.vault.azure.net/keys/orders-client",
        "this is the URL of a key",
        "certificates.orders.keyVault.secretId",
    ),
}


def assert_every_case_is_refused(project: Project, cases: list[tuple[str, str, str, str]]) -> None:
    """Each bad value alone: `up` says what is wrong and where, writes nothing, and the configuration is put back."""
    file = project.root / STACK_FILE
    original, before = file.read_text(), project.writes()
    try:
        for path, value, what, where in cases:
            project.edit(path, value)
            assert_refused(project.deploy("up"), what, where, "got:", "allowed:", "fix:")
            file.write_text(original)
    finally:
        file.write_text(original)
    assert project.writes_since(before) == []


def test_each_bad_pfx_is_refused_and_what_is_deployed_stays(deployed: Project) -> None:
    cases = []
    for index, (make_file, what, where) in enumerate(FILES.values()):
        name = f".local/pki/bad-{index}.pfx"
        (deployed.root / name).write_bytes(make_file())
        cases.append(("certificates/legacy/pfx/file", name, what, where))
    state = [each["urn"] for each in deployed.state()["latest"]["resources"]]
    assert_every_case_is_refused(deployed, cases)
    assert [each["urn"] for each in deployed.state()["latest"]["resources"]] == state
    assert all(call["ok"] for call in deployed.call().values())


def test_each_bad_key_is_refused_before_anything_is_created(project: Project) -> None:
    assert_every_case_is_refused(project, list(KEYS.values()))


def test_a_wrong_passphrase_is_refused_and_the_state_stays(project: Project) -> None:
    project.must("up")
    before = project.state()["latest"]["resources"]
    result = project.deploy("up", PULUMI_CONFIG_PASSPHRASE="wrong")
    assert_refused(result, "passphrase")
    assert project.state()["latest"]["resources"] == before
    project.must("preview", "--expect-no-changes")


def test_without_local_azure_every_command_says_how_to_start_it(project: Project) -> None:
    project.azure.stop()
    for command in ("preview", "up", "destroy"):
        assert_refused(project.deploy(command), "Local Azure is not running", "python -m local start")
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
