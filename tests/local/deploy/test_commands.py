"""`python -m local preview|up|refresh|destroy|export|import`: what it says, where it says it, and its exit codes."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from local.home import HOME_VARIABLE
from tests.conftest import LocalAzure

PROJECT = Path(__file__).parents[3]


@dataclass(frozen=True)
class Commands:
    """Runs commands on the stack `one` of a project without resources."""

    folder: Path
    home: Path
    path: str = ""

    @property
    def state(self) -> Path:
        return self.folder / "state"

    def run(self, command: str, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
        """One command; unless `path` says otherwise there is no CLI."""
        own = {HOME_VARIABLE: str(self.home), "PATH": self.path, "PULUMI_BACKEND_URL": f"file://{self.state}"}
        environment = os.environ | own | variables
        return subprocess.run(  # noqa: S603 - our own command line
            [sys.executable, "-m", "local", command, "--stack", "one", "--cwd", str(self.folder), *arguments],
            cwd=PROJECT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )


def project(folder: Path, home: Path) -> Commands:
    (folder / "state").mkdir()
    (folder / "Pulumi.yaml").write_text("name: nothing\nruntime: python\n")
    (folder / "__main__.py").write_text('import pulumi\npulumi.export("answer", 42)\n')
    return Commands(folder, home)


@pytest.fixture
def commands(tmp_path: Path, local_azure: LocalAzure) -> Commands:
    """With a running local Azure, and a state of its own."""
    return project(tmp_path, local_azure.home.root)


def test_says_which_engine_it_uses_and_how_to_get_the_other(commands: Commands) -> None:
    result = commands.run("up")
    assert result.returncode == 0, result.stdout + result.stderr
    assert result.stdout.startswith("Engine: embedded (local/engine). To deploy with the Pulumi CLI, install it:")
    assert "https://www.pulumi.com/docs/install/" in result.stdout
    assert "+ answer: 42" in result.stdout
    assert "1 created" in result.stdout


def test_goes_on_when_nobody_reads_the_output_any_more(commands: Commands) -> None:
    own = {HOME_VARIABLE: str(commands.home), "PATH": "", "PULUMI_BACKEND_URL": f"file://{commands.state}"}
    command = [sys.executable, "-m", "local", "up", "--stack", "one", "--cwd", str(commands.folder)]
    process = subprocess.Popen(  # noqa: S603 - our own command line
        command, cwd=PROJECT, env=os.environ | own, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline().startswith("Engine: embedded")
    process.stdout.close()
    assert process.stderr
    assert process.stderr.read() == ""
    assert process.wait() == 0
    process.stderr.close()
    assert json.loads(commands.run("export").stdout)["deployment"]["resources"][0]["outputs"] == {"answer": 42}


def test_json_is_all_that_standard_output_holds(commands: Commands) -> None:
    result = commands.run("preview", "--json")
    assert json.loads(result.stdout)["changeSummary"] == {"create": 1}
    assert "Engine: embedded" in result.stderr


def test_unexpected_changes_are_an_error_and_none_are_not(commands: Commands) -> None:
    unexpected = commands.run("preview", "--expect-no-changes")
    assert unexpected.returncode == 7
    assert "no changes were expected" in unexpected.stderr
    commands.run("up")
    assert commands.run("preview", "--expect-no-changes").returncode == 0


def test_a_state_can_be_exported_and_imported(commands: Commands) -> None:
    commands.run("up")
    exported = commands.run("export")
    document = json.loads(exported.stdout)
    assert document["deployment"]["resources"][0]["outputs"] == {"answer": 42}
    commands.run("destroy")
    file = commands.folder / "state.json"
    file.write_text(exported.stdout)
    assert commands.run("import", "--file", str(file)).returncode == 0
    assert json.loads(commands.run("export").stdout) == document


def test_what_is_not_an_export_is_not_imported(commands: Commands) -> None:
    file = commands.folder / "state.json"
    file.write_text("[]")
    result = commands.run("import", "--file", str(file))
    assert result.returncode == 1
    assert result.stderr.splitlines()[-1].startswith(f"error: {file} is not a Pulumi checkpoint")


def test_the_passphrase_may_be_in_a_file(commands: Commands) -> None:
    secret = commands.folder / "passphrase"
    secret.write_text("mine\n")
    assert commands.run("up", PULUMI_CONFIG_PASSPHRASE_FILE=str(secret)).returncode == 0
    assert commands.run("preview", PULUMI_CONFIG_PASSPHRASE="mine").returncode == 0
    wrong = commands.run("preview")
    assert wrong.returncode == 1
    assert wrong.stderr.startswith("error: incorrect passphrase")


@pytest.mark.parametrize("command", ["preview", "up", "refresh", "destroy"])
def test_without_local_azure_nothing_is_done(tmp_path: Path, command: str) -> None:
    result = project(tmp_path, tmp_path / "no-home").run(command)
    assert result.returncode == 1
    assert "error: Local Azure is not running" in result.stderr
    assert "python -m local start" in result.stderr
    assert "Traceback" not in result.stderr
    assert not list((tmp_path / "state").iterdir())


def test_the_cli_cannot_be_demanded_where_there_is_none(commands: Commands) -> None:
    result = commands.run("up", "--engine", "pulumi")
    assert result.returncode == 1
    assert "error: the pulumi CLI is not on PATH. Install it: https://www.pulumi.com/docs/install/" in result.stderr


def test_a_folder_without_a_project_is_named(commands: Commands, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").unlink()
    result = commands.run("preview")
    assert result.returncode == 1
    assert f"no Pulumi.yaml project file found in {tmp_path}" in result.stderr


def test_with_the_cli_on_path_the_cli_deploys_and_leaves_the_settings_alone(commands: Commands) -> None:
    if shutil.which("pulumi") is None:
        pytest.skip("pulumi CLI is not on PATH")
    commands.run("up")  # gives the settings their salt
    before = (commands.folder / "Pulumi.one.yaml").read_bytes()
    with_cli = Commands(commands.folder, commands.home, os.environ["PATH"])
    shutil.rmtree(commands.state / ".pulumi")
    result = with_cli.run("up", PULUMI_HOME=str(commands.folder / "pulumi-home"))
    assert result.returncode == 0, result.stdout + result.stderr
    assert "Engine: pulumi CLI (" in result.stdout
    assert (commands.folder / "Pulumi.one.yaml").read_bytes() == before
    assert commands.run("preview", "--expect-no-changes").returncode == 0


@pytest.mark.parametrize("command", ["preview", "up"])
def test_the_embedded_engine_refuses_a_policy_pack_and_names_the_other_way(commands: Commands, command: str) -> None:
    result = commands.run(command, "--policy-pack", "policies")
    assert result.returncode == 1
    assert result.stderr == (
        "error: --policy-pack: the embedded engine runs no policy packs. Use the pulumi CLI "
        "(https://www.pulumi.com/docs/install/) without --engine embedded, or judge a preview by the same rules: "
        "python -m local preview --json > preview.json; python -m review preview.json\n"
    )
    assert "Traceback" not in result.stderr
    assert json.loads(commands.run("preview", "--json").stdout)["changeSummary"] == {"create": 1}
