"""`python -m stacks.touched --base REF [--json]`: the stacks that the commits since `REF` can change.

A stack's file, its listing, and the files that it names touch that stack; what is deployed for every stack touches all,
and so does what judges them, since their reports are where a change of it is told; documentation, tests and what runs
on this machine touch none. What nobody thought of touches all. The `local` stack is never touched: it is not deployed
to Azure.
"""

import argparse
import json
import posixpath
import re
import subprocess
import sys
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from backend_mtls.configuration import schema
from pydantic import BaseModel, ValidationError

from stacks import stack_file
from stacks.stack_file import StackFileError

_OF_A_STACK = re.compile(r"stacks/(?:Pulumi\.|expected/)(?P<stack>.+)\.yaml")
_OF_ALL = re.compile(
    r"(?:components|rules|policies|review|\.github|\.ci)/.*|stacks/[^/]+\.py|__main__\.py|Pulumi\.yaml"
    r"|requirements(?:-review)?\.txt|pyproject\.toml|Makefile|azure-pipelines[^/]*\.ya?ml",
    re.DOTALL,
)
_OF_NONE = re.compile(
    r"(?:docs|tests|examples|bench|local|review|\.github|\.ci)/.*|.*\.md"
    r"|stacks/schema\.json|LICENSE|requirements-(?:dev|local)\.txt|\.gitignore",
    re.DOTALL,
)


def touched(paths: Iterable[str], stacks: Mapping[str, Collection[str]]) -> set[str]:
    """The stacks that a change of these paths touches; `stacks` has the paths that each one's configuration names."""
    return {stack for path in paths for stack in _by(path, stacks)}


def _by(path: str, stacks: Mapping[str, Collection[str]]) -> Collection[str]:
    if own := _OF_A_STACK.fullmatch(path):
        return {own["stack"]} & stacks.keys()
    if _OF_ALL.fullmatch(path) and not path.endswith(".md"):
        return stacks.keys()
    if naming := {stack for stack, named in stacks.items() if path in named}:
        return naming
    return () if _OF_NONE.fullmatch(path) else stacks.keys()


def named_files(values: object) -> set[str]:
    """The files that a stack's configuration names, relative to the project; raises pydantic's `ValidationError`."""
    return {posixpath.normpath(each.as_posix()) for each in _paths(schema.Stack.model_validate(values))}


def _paths(value: object) -> Iterable[Path]:
    """Every path in a model: whatever key the schema says is a file."""
    if isinstance(value, Path):
        yield value
    elif isinstance(value, BaseModel):
        yield from _paths([each for _, each in value])
    elif isinstance(value, Mapping):
        yield from _paths(list(value.values()))
    elif isinstance(value, list | tuple):
        for each in value:
            yield from _paths(each)


def _changed(project: Path, base: str) -> list[str]:
    """The paths that differ from where the branch began; both names of what was renamed."""
    words = ["git", "diff", "--name-only", "--no-renames", "-z", "--relative", "--end-of-options", f"{base}...HEAD"]
    ended = subprocess.run(words, cwd=project, capture_output=True, text=True, check=True)  # noqa: S603 -- our own words
    return [each for each in ended.stdout.split("\0") if each]


def main(words: Sequence[str], project: Path) -> int:
    """0, or 2 when git does not know the base."""
    parser = argparse.ArgumentParser(prog="python -m stacks.touched", description="Lists the stacks that changed.")
    parser.add_argument("--base", required=True, metavar="REF", help="the branch or commit that the change is for")
    parser.add_argument("--json", action="store_true", help="one JSON list instead of one name a line")
    given = parser.parse_args(words)
    try:
        paths = _changed(project, given.base)
    except subprocess.CalledProcessError as error:
        parser.error(f"git cannot compare with {given.base}: {error.stderr.strip()}")
    stacks: dict[str, set[str]] = {}
    unreadable = set()
    for stack in stack_file.names(project):
        try:
            stacks[stack] = named_files(stack_file.hidden(stack_file.values(project, stack)))
        except (StackFileError, ValidationError):  # its preview says what is wrong
            stacks[stack] = set()
            unreadable.add(stack)
    found = sorted(touched(paths, stacks) | unreadable)
    sys.stdout.write(json.dumps(found) + "\n" if given.json else "".join(f"{each}\n" for each in found))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd()))
