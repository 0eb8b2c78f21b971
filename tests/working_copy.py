"""A folder with stacks of the tests' own, in which a test edits files and runs the commands of `stacks`.

No test depends on what the project's stack files say or are called: those are for whoever deploys to edit. The code is
the project's, the configuration is in `own_stacks/`.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml
from conftest import PROJECT

OWN_STACKS = Path(__file__).parent / "own_stacks"
"""The project file and the stack files of the tests, where a project has them."""


def write_stacks(root: Path) -> None:
    """The project file and `stacks/`: the code of the project with the configuration of the tests."""
    shutil.copytree(OWN_STACKS, root, dirs_exist_ok=True)
    for module in (PROJECT / "stacks").glob("*.py"):
        shutil.copy(module, root / "stacks")


class WorkingCopy:
    """The stacks are the tests' own, the components are the project's."""

    def __init__(self, root: Path) -> None:
        self.root = root
        write_stacks(root)

    def run(self, module: str, *words: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`python -m stacks.<module> …` in the copy, whatever comes of it."""
        return subprocess.run(  # noqa: S603 -- our own command line
            [sys.executable, "-m", f"stacks.{module}", *words],
            cwd=self.root,
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    def write(self, stack: str, **environment: str) -> str:
        """The listing that `stacks.expected` writes for a stack."""
        ended = self.run("expected", stack, **environment)
        assert ended.returncode == 0, ended.stdout + ended.stderr
        return self.listing(stack)

    def pulumi(self, *words: str, **environment: str) -> None:
        """The CLI in the copy."""
        command = ["pulumi", *words, "--non-interactive"]
        subprocess.run(  # noqa: S603 -- our own command line
            command, cwd=self.root, env=os.environ | environment, capture_output=True, check=True, timeout=60
        )

    def listing(self, stack: str) -> str:
        return (self.root / f"stacks/expected/{stack}.yaml").read_text()

    def file(self, stack: str) -> Path:
        return self.root / f"stacks/Pulumi.{stack}.yaml"

    def declare(self, stack: str, **keys: Any) -> None:
        """A new stack with these keys of the program."""
        self.file(stack).write_text(yaml.safe_dump({"config": {f"backend-mtls:{key}": keys[key] for key in keys}}))

    def replace(self, stack: str, old: str, new: str) -> None:
        """Edits the text of a stack's file; `old` must be there."""
        text = self.file(stack).read_text()
        assert old in text
        self.file(stack).write_text(text.replace(old, new))
