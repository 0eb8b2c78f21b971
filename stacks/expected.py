"""`python -m stacks.expected [--check] [STACK ...]`: the listing of each stack in `stacks/expected/<stack>.yaml`.

A listing is what the stack's program registers (`registered.py`), written down (`listing.py`). The difference between
two commits is then in the pull request's own diff. `--check` writes nothing, and fails when a listing is stale.

Not listed: the `local` stack, whose certificates are made anew on each machine; and, without the CLI and the key, a
stack whose configuration holds a secret that the program has to read. That is said, and is no failure.
"""

import argparse
import difflib
import json
import subprocess
import sys
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from stacks import stack_file
from stacks.stack_file import EncryptedError, StackFileError

_LONGEST = 40
"""Lines of a difference that are shown."""


@dataclass(frozen=True, kw_only=True)
class Listing:
    """What came of one stack."""

    stack: str
    """The stack."""
    text: str | None = None
    """Its listing; None when there is none, and one of the following says why."""
    not_checked: str = ""
    """Why it is not listed."""
    refused: str = ""
    """What is wrong with its configuration."""


def listing(project: Path, stack: str) -> Listing:
    """What the stack declares now."""
    try:
        given = {
            "project": stack_file.project_name(project),
            "stack": stack,
            "config": stack_file.texts(project, stack),
        }
    except EncryptedError as error:
        return Listing(stack=stack, not_checked=str(error))
    except StackFileError as error:
        return Listing(stack=stack, refused=str(error))
    ended = subprocess.run(
        [sys.executable, "-m", "stacks.registered"],
        cwd=project,
        input=json.dumps(given),  # not in an argument or a variable: the configuration holds secrets
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    if ended.returncode:
        return Listing(stack=stack, refused=ended.stderr.strip() or f"the program ended with {ended.returncode}")
    return Listing(stack=stack, text=ended.stdout)


def difference(file: str, committed: str, declared: str) -> str:
    """The beginning of the unified diff from the committed listing to what is declared."""
    lines = list(
        difflib.unified_diff(committed.splitlines(), declared.splitlines(), file, "what is declared", n=2, lineterm="")
    )
    rest = [f"… {len(lines) - _LONGEST} more lines"] if len(lines) > _LONGEST else []
    return "\n".join(lines[:_LONGEST] + rest)


def _file(stack: str) -> str:
    return f"stacks/expected/{stack}.yaml"


def _report(project: Path, found: Listing, *, check: bool) -> bool:
    """Says what came of a stack, and writes its listing unless it is only checked; whether all is well."""
    file = _file(found.stack)
    if found.not_checked:
        _say(f"not checked: {found.stack}: {found.not_checked}")
    if found.refused:
        _say(f"{found.stack}: {found.refused}")
    if found.text is None:
        return not found.refused
    path = project / file
    committed = path.read_text(encoding="utf-8") if path.exists() else ""
    if committed == found.text:
        return True
    if check:
        _say(f"{found.stack}: {file} is stale\n{difference(file, committed, found.text)}")
        return False
    path.parent.mkdir(exist_ok=True)
    path.write_text(found.text, encoding="utf-8")
    _say(f"wrote {file}")
    return True


def _without_a_stack(project: Path, stacks: Sequence[str], *, check: bool) -> bool:
    """Listings of stacks that are gone: removed, or reported; whether all is well."""
    gone = [each for each in sorted((project / "stacks/expected").glob("*.yaml")) if each.stem not in stacks]
    for each in gone:
        if check:
            _say(f"{each.stem}: {_file(each.stem)} is stale: there is no such stack")
        else:
            each.unlink()
            _say(f"removed {_file(each.stem)}: there is no such stack")
    return not (gone and check)


def _say(text: str) -> None:
    sys.stdout.write(f"{text}\n")


def main(words: Sequence[str], project: Path) -> int:
    """0 when every listing is what its stack declares, 1 when one is not or cannot be made, 2 for a wrong name."""
    parser = argparse.ArgumentParser(prog="python -m stacks.expected", description="Lists what each stack declares.")
    parser.add_argument("--check", action="store_true", help="write nothing; fail when a listing is stale")
    parser.add_argument("stacks", nargs="*", metavar="STACK", help="left out: all but local")
    given = parser.parse_args(words)
    known = stack_file.names(project)
    if unknown := [each for each in given.stacks if each not in known]:
        parser.error(f"there is no listing of {', '.join(unknown)}; there are {', '.join(known)}")
    with ThreadPoolExecutor(max_workers=4) as pool:  # a thread only waits for its process
        found = list(pool.map(lambda stack: listing(project, stack), given.stacks or known))
    well = [_report(project, each, check=given.check) for each in found]
    if not given.stacks:
        well.append(_without_a_stack(project, known, check=given.check))
    if given.check and not all(well):
        _say("To accept what is declared: make expected")
    return 0 if all(well) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], Path.cwd()))
