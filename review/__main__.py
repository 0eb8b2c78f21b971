"""`python -m review PREVIEW.json [--base STATE.json] [--settings FILE] [--fail-on-new LEVEL]`: one report.

Exit code 0: nothing to object to; 1: a finding at or above `--fail-on` or `--fail-on-new` that nobody accepted, with
one of these a preview that left something out, a preview that failed, or one that a mandatory policy forbids; 2: input
that cannot be read.
"""

import argparse
import gc
import importlib
import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from review import change, documents, report
from review.errors import ReviewError
from review.judgement import worst
from review.judging import judging
from review.logs import harmless
from review.report import Report
from review.text import visible
from rules.severity import Severity

_NEVER = "none"
_SEVERITIES = (_NEVER, *(each.word for each in Severity))
FORMATS = {"text": "terminal", "markdown": "markdown", "html": "page", "json": "data"}
"""Format -> the module that renders it, and the function in it; only the one that is wanted is loaded."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; the exit code."""
    given = _parser().parse_args(arguments)
    try:
        made = _made(given)
        text = _render(made, "json" if given.json else given.format)
        if given.page:
            _write(given.page, "--page", _render(made, "html"))
        if given.output:
            _write(given.output, "--output", text)
        else:
            _print(text)
    except ReviewError as error:
        lines = "\n".join(visible(line) for line in str(error).split("\n"))
        print(harmless(f"error: {lines}"), file=sys.stderr)  # noqa: T201 - a command prints
        return 2
    return int(_objects(made, given.fail_on, given.fail_on_new))


def _write(path: Path, option: str, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except (OSError, ValueError) as error:
        got = error.strerror if isinstance(error, OSError) else "a name that no file can have"
        raise ReviewError(
            f"The report cannot be written\n    where:   {option} {path.name}\n    got:     {got}\n"
            "    allowed: a file in a folder that is there\n    fix:     make the folder, or name another file"
        ) from error


def _print(text: str) -> None:
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream, whatever the locale says
    try:
        sys.stdout.write(text)
        sys.stdout.flush()
    except OSError as error:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # what is left in the buffer goes nowhere
        raise ReviewError(
            f"The report cannot be written\n    where:   standard output\n    got:     {error.strerror}\n"
            "    allowed: a file or a program that takes all of it\n    fix:     name a file (--output)"
        ) from error


def _made(given: argparse.Namespace) -> Report:
    preview = documents.read_preview(given.preview)
    base = documents.read_state(given.base) if given.base else None
    now = datetime.now(UTC)
    try:
        found = change.read(preview, base)
        by = judging(found, base=given.settings, changed=given.changed_files, environment=given.environment, now=now)
        return report.build(found, by)
    except RecursionError as error:
        raise documents.too_deep(given.preview) from error


def _objects(made: Report, fail_on: str, fail_on_new: str) -> bool:
    """Whether the exit code says no."""
    asked = [(level, only_new) for level, only_new in ((fail_on, False), (fail_on_new, True)) if level != _NEVER]
    if made.status in ("failed", "forbidden") or (asked and made.status == "partial"):
        return True
    found = [(worst(made.findings, only_new=only_new), Severity.of(level)) for level, only_new in asked]
    return any(one is not None and one >= limit for one, limit in found)


def _render(made: Report, form: str) -> str:
    name = FORMATS[form]
    return harmless(getattr(importlib.import_module(f"review.{name}"), name)(made), form)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m review", description=__doc__.partition(":")[2].split("\n")[0])
    parser.add_argument("preview", type=Path, help="what `pulumi preview --json` printed; - reads standard input")
    parser.add_argument("--base", type=Path, help="the state before the change: what `pulumi stack export` printed")
    parser.add_argument("--format", choices=FORMATS, default="text", help="default: text")
    parser.add_argument("--json", action="store_true", help="the same as --format json: the data, for tools")
    parser.add_argument("--page", type=Path, help="write the HTML page to this file, too")
    parser.add_argument("--output", type=Path, help="write to this file instead of standard output")
    parser.add_argument(
        "--fail-on",
        choices=_SEVERITIES,
        default=_NEVER,
        help="exit with 1 when there is a finding of this severity or above that nobody accepted (default: none)",
    )
    parser.add_argument(
        "--fail-on-new",
        choices=_SEVERITIES,
        default=_NEVER,
        help="the same for the findings that this change brings or makes worse (default: none)",
    )
    parser.add_argument(
        "--settings",
        type=Path,
        metavar="FILE",
        help="judge by the settings in this file: the stack's, as it is on the base branch (empty: the defaults)",
    )
    parser.add_argument(
        "--changed-files",
        type=Path,
        metavar="FILE",
        help="the paths that the change touches, one a line: those that the reviewer is made of are named",
    )
    parser.add_argument(
        "--environment",
        choices=("development", "staging", "production"),
        help="what the stack is for (default: what its settings say, or its name)",
    )
    return parser


if __name__ == "__main__":
    gc.disable()  # one report, and the process ends: of a large one, collecting takes a quarter of the time
    sys.exit(main())
