"""A local Azure of its own, with one API Management service, and the projects that are deployed to it."""

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).parents[1]
_PFX_PASSWORD = "local-pfx-password"  # noqa: S105 - of the PFX that local Azure makes for itself
_POLLED = re.compile(r"(?i)(/operationresults)/[0-9a-f]+$")
"""The id of a long-running operation is random."""
Requests = Counter[tuple[str, str, int]]


class BenchError(Exception):
    """A command that is measured failed: there is nothing to compare."""


@dataclass(frozen=True, kw_only=True)
class Measured:
    """What one command took."""

    seconds: float
    """Wall time of the whole command, as its user waits for it."""
    cpu_seconds: float
    """Processor time of the command, the program, the engine and the provider; other load does not change it much."""
    requests: Requests
    """What ARM was asked: (method, path, status) -> how often."""
    output: str


@dataclass(frozen=True)
class Workspace:
    """Runs the programs with one engine (`embedded` or `pulumi`)."""

    root: Path
    engine: str

    def run(self, program: str, command: str, *words: str, apis: int = 0) -> Measured:
        """`preview`, `up` or `destroy` of a program in `bench/programs`; raises BenchError when it fails."""
        folder = self._folder(program)
        before = self._requests()
        started, cpu_started = time.perf_counter(), _cpu_seconds()
        engine = ("--engine", self.engine)
        output = self.local(command, "--stack", "bench", "--cwd", str(folder), *engine, *words, BENCH_APIS=str(apis))
        return Measured(
            seconds=time.perf_counter() - started,
            cpu_seconds=_cpu_seconds() - cpu_started,
            requests=self._requests() - before,
            output=output,
        )

    def state(self, program: str) -> list[dict[str, Any]]:
        """The stored resources of a program."""
        exported = self.local("export", "--stack", "bench", "--cwd", str(self._folder(program)), "--engine", "embedded")
        resources: list[dict[str, Any]] = json.loads(exported)["deployment"].get("resources", [])
        return resources

    def local(self, *words: str, **variables: str) -> str:
        """One `python -m local …`; what it printed to standard output."""
        home = self.root / "azure"
        own = {
            "LOCAL_AZURE_HOME": str(home),
            "BENCH_PFX": str(home / "pki" / "legacy-client.pfx"),
            "BENCH_PFX_PASSWORD": _PFX_PASSWORD,
            "PYTHONPATH": str(PROJECT),
        }
        command = [sys.executable, "-m", "local", *words]
        environment = os.environ | own | variables
        done = subprocess.run(  # noqa: S603 - our own command line
            command, cwd=PROJECT, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise BenchError(f"{' '.join(command[2:])} failed:\n{done.stdout}{done.stderr}")
        return done.stdout

    def _folder(self, program: str) -> Path:
        """The program as a project of its own."""
        folder = self.root / program
        if not folder.exists():
            folder.mkdir()
            (folder / "Pulumi.yaml").write_text(f"name: bench-{program.replace('_', '-')}\nruntime: python\n")
            (folder / "__main__.py").write_text(f"from bench.programs import {program}\n\n{program}.build()\n")
        return folder

    def _requests(self) -> Requests:
        log = self.root / "azure" / "logs" / "requests.jsonl"
        entries = map(json.loads, log.read_text().splitlines())
        return Counter(
            (each["method"], _POLLED.sub(r"\1/*", each["path"]), each["status"])
            for each in entries
            if each["plane"] == "arm"
        )


def _cpu_seconds() -> float:
    """Of all processes that were started here and have ended."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


@contextmanager
def opened(engine: str) -> Iterator[Workspace]:
    """A workspace in which the service is ready; nothing of it is left afterwards."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        workspace = Workspace(Path(folder), engine)
        workspace.local("start", "--port", "0")
        try:
            workspace.run("service", "up")
            yield workspace
        finally:
            workspace.local("stop")
