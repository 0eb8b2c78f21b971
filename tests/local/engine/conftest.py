"""A Pulumi project with a provider of files, deployed by the embedded engine and, when it is there, by the CLI."""

import contextlib
import io
import json
import os
import shutil
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from local.engine import checkpoint, operation
from local.engine.display import Terminal
from local.engine.operation import Target
from local.engine.passphrase import Crypter
from local.engine.preview_json import digest
from local.errors import LocalError

PASSPHRASE = "correct horse"
ROOT = Path(__file__).parents[3]
SDK = '''
"""The SDK of the files provider."""
import pulumi


class File(pulumi.CustomResource):
    path: pulumi.Output[str]

    def __init__(self, name, content="", *, file=None, opts=None, **more):
        inputs = {"name": file or name, "content": content, "path": None, **more}
        super().__init__("files:index:File", name, inputs, opts)


class Group(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("demo:index:Group", name, {}, opts)


Options = pulumi.ResourceOptions
'''


Eventually = Callable[[Callable[[], object]], None]


@dataclass(frozen=True)
class Outcome:
    """How an operation ended, what it printed, and what the provider was asked to do, in order."""

    ok: bool
    text: str
    calls: list[str]


class Stack:
    """One stack of one project; `engine` is `embedded` or `pulumi`."""

    def __init__(self, root: Path, port: Callable[[], str], salt: str) -> None:
        self.engine = "embedded"
        self.folder = root / "project"
        self.files = root / "files"
        self.state = root / "state"
        for folder in (self.folder, self.state):
            folder.mkdir()
        self._port = port
        self.passphrase = PASSPHRASE
        (self.folder / "files.py").write_text(SDK)
        (self.folder / "Pulumi.yaml").write_text("name: demo\nruntime: python\n")
        self.settings.write_text(f"encryptionsalt: {salt}\n")

    @property
    def settings(self) -> Path:
        return self.folder / "Pulumi.dev.yaml"

    @property
    def target(self) -> Target:
        return Target(
            folder=self.folder,
            stack="dev",
            backend_url=f"file://{self.state}",
            passphrase=self.passphrase,
            plugins={"files": f"127.0.0.1:{self._port()}"},
        )

    @property
    def environment(self) -> dict[str, str]:
        return os.environ | {
            "PULUMI_BACKEND_URL": f"file://{self.state}",
            "PULUMI_CONFIG_PASSPHRASE": self.passphrase,
            "PULUMI_DEBUG_PROVIDERS": f"files:{self._port()}",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",  # without a network, looking takes seconds
            "PULUMI_HOME": str(self.state / "home"),
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
        }

    def program(self, text: str) -> None:
        """The program, after the imports that all programs have."""
        head = "import pulumi\nfrom files import File, Group, Options\n"
        (self.folder / "__main__.py").write_text(head + textwrap.dedent(text))

    def run(self, name: str, *, engine: str | None = None) -> Outcome:
        """Runs an operation."""
        before = self._calls()
        ok, text = (self._pulumi if (engine or self.engine) == "pulumi" else self._embedded)(name)
        return Outcome(ok, text, self._calls()[len(before) :])

    def up(self, program: str | None = None, **options: Any) -> Outcome:
        """Deploys, and must succeed."""
        if program is not None:
            self.program(program)
        outcome = self.run("up", **options)
        assert outcome.ok, outcome.text
        return outcome

    def preview_json(self, engine: str | None = None) -> dict[str, Any]:
        """The steps of a preview."""
        if (engine or self.engine) == "pulumi":
            return json.loads(self.pulumi("preview", "--json").stdout)
        with contextlib.redirect_stdout(io.StringIO()):
            return digest(operation.run("preview", self.target, Terminal("preview", "dev")))

    def pulumi(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Runs the CLI on the stack."""
        if not (self.state / ".pulumi" / "stacks" / "demo" / "dev.json").exists():
            self._call("stack", "init", "dev")
        return self._call(*words, "--stack", "dev")

    def _call(self, *words: str) -> subprocess.CompletedProcess[str]:
        command = ["pulumi", *words, "--non-interactive"]
        return subprocess.run(  # noqa: S603 - the CLI that is on PATH
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False
        )

    def resources(self) -> dict[str, dict[str, Any]]:
        """The stored resources by name; one that is to be deleted has a `-` before its name."""
        stored = operation.export_state(self.target)["deployment"].get("resources", [])
        return {("-" if row.get("delete") else "") + row["urn"].rsplit("::", 1)[1]: row for row in stored}

    @property
    def checkpoint(self) -> Path:
        return checkpoint.locate(f"file://{self.state}", "demo", "dev").checkpoint

    def _embedded(self, name: str) -> tuple[bool, str]:
        text = io.StringIO()
        with contextlib.redirect_stdout(text):
            terminal = Terminal(name, "dev")
            try:
                report = operation.run(name, self.target, terminal)
            except LocalError as error:
                return False, f"error: {error}"
            terminal.end(report)
        return not report.errors, text.getvalue()

    def _pulumi(self, name: str) -> tuple[bool, str]:
        result = self.pulumi(name, *([] if name == "preview" else ["--yes", "--skip-preview"]))
        return result.returncode == 0, result.stdout + result.stderr

    def _calls(self) -> list[str]:
        log = self.files / "log"
        return log.read_text().splitlines() if log.exists() else []


@pytest.fixture(scope="session")
def salt() -> str:
    return Crypter(PASSPHRASE).state


@pytest.fixture
def embedded(tmp_path: Path, salt: str) -> Iterator[Stack]:
    """A stack that the embedded engine deploys, and the provider of its files."""
    files = tmp_path / "files"
    files.mkdir()
    process = subprocess.Popen(  # noqa: S603 - our own provider
        [sys.executable, str(Path(__file__).with_name("provider_for_tests.py"))],
        env=os.environ | {"FILES_HOME": str(files)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    port: list[str] = []

    def wait() -> str:
        if not port:
            assert process.stdout
            port.append(process.stdout.readline().strip())
        return port[0]

    try:
        yield Stack(tmp_path, wait, salt)
    finally:
        process.kill()
        process.communicate()


@pytest.fixture(params=["embedded", "pulumi"])
def stack(request: pytest.FixtureRequest, embedded: Stack) -> Stack:
    """The same stack under either engine."""
    if request.param == "pulumi" and shutil.which("pulumi") is None:
        pytest.skip("pulumi CLI is not on PATH")
    embedded.engine = request.param
    return embedded


@pytest.fixture
def both(embedded: Stack) -> Stack:
    """A stack that both engines deploy in turn."""
    if shutil.which("pulumi") is None:
        pytest.skip("pulumi CLI is not on PATH")
    return embedded


@pytest.fixture
def eventually() -> Eventually:
    """Waits for a condition, not for a time."""

    def wait(condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + 60
        while not condition():
            assert time.monotonic() < deadline, condition
            time.sleep(0.01)

    return wait
