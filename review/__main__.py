"""`python -m review PREVIEW.json [--base STATE.json] [--format …] [--fail-on LEVEL]`: a preview as a reviewer reads it.

Exit code 0: nothing to object to; 1: a finding at or above `--fail-on` that nobody accepted, a preview that failed, or
one that a mandatory policy forbids; 2: input that cannot be read.
"""

import argparse
import gc
import importlib
import sys
from datetime import UTC, datetime
from pathlib import Path

from review import change, documents, report
from review.errors import ReviewError
from review.judgement import worst
from review.report import Report
from rules.judge import RULE_IDS
from rules.settings import Settings, SettingsError, read
from rules.severity import Severity

FORMATS = {"text": "terminal", "markdown": "markdown", "html": "page", "json": "data"}
"""Format -> the module that renders it, and the function in it; only the one that is wanted is loaded."""


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; the exit code."""
    given = _parser().parse_args(arguments)
    try:
        made = _made(given)
    except ReviewError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - a command prints
        return 2
    text = _render(made, "json" if given.json else given.format)
    if given.page:
        given.page.write_text(_render(made, "html"), encoding="utf-8")
    if given.output:
        given.output.write_text(text, encoding="utf-8")
    else:
        sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]  # a text stream, whatever the locale says
        sys.stdout.write(text)
    return int(_objects(made, given.fail_on))


def _made(given: argparse.Namespace) -> Report:
    preview = documents.read_preview(given.preview)
    base = documents.read_state(given.base) if given.base else None
    found = change.read(preview, base)
    return report.build(found, _settings(found, given.environment))


def _settings(found: change.Change, environment: str | None) -> Settings:
    key = f"{found.project}:review"
    try:
        settings = read(found.config.get(key), stack=found.stack, rule_ids=RULE_IDS, now=datetime.now(UTC))
    except SettingsError as error:
        raise ReviewError(
            f"The settings of the stack are wrong\n    where:   {key}\n    got:     {error}\n"
            "    allowed: what docs/rules.md describes\n    fix:     correct the stack's configuration"
        ) from error
    return settings.model_copy(update={"environment": environment}) if environment else settings


def _objects(made: Report, fail_on: str) -> bool:
    """Whether the exit code says no."""
    found = worst(list(made.findings))
    too_bad = fail_on != "none" and found is not None and found >= Severity.of(fail_on)
    return too_bad or made.status in ("failed", "forbidden")


def _render(made: Report, form: str) -> str:
    name = FORMATS[form]
    return str(getattr(importlib.import_module(f"review.{name}"), name)(made))


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
        choices=("none", "low", "medium", "high", "critical"),
        default="none",
        help="exit with 1 when there is a finding of this severity or above that nobody accepted (default: none)",
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
