"""The whole project as somebody has it who has cloned it, with the stacks that are the project's own."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from conftest import PROJECT

from local.home import HOME_VARIABLE


class ProjectCopy:
    """Every file that git has or would add, in a repository of its own, and a place for a local Azure of its own."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in _git(PROJECT, "ls-files", "--cached", "--others", "--exclude-standard", "-z").split("\0"):
            if name and (PROJECT / name).is_file():
                (root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(PROJECT / name, root / name)
        _git(root, "init", "--quiet")
        _git(root, "add", "--all")
        (root / ".venv").symlink_to(sys.prefix)  # the CLI looks there, as Pulumi.yaml says

    def run(self, module: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`python -m <module> …` in the copy, with its own packages, whatever comes of it."""
        own = {
            HOME_VARIABLE: str(self.root / ".local"),
            "PYTHONPATH": os.pathsep.join([str(self.root), str(self.root / "components")]),
        }
        return subprocess.run(  # noqa: S603 -- our own command line
            [sys.executable, "-m", module, *words],
            cwd=self.root,
            env=os.environ | own | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )

    def must(self, module: str, *words: str, **environment: str) -> str:
        """The same, which has to succeed; what it printed."""
        ended = self.run(module, *words, **environment)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return ended.stdout


def _git(folder: Path, *words: str) -> str:
    return subprocess.run(["git", *words], cwd=folder, capture_output=True, text=True, check=True).stdout  # noqa: S603, S607 -- git
