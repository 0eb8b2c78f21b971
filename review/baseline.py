"""`python -m review.baseline STATE.json [--settings FILE] > FILE`: what the rules find in a state.

For the policy pack, which does not see what was there before: with `REVIEW_STANDING=FILE` these findings stop nothing,
unless they get worse. Exit code 2: input that cannot be read.
"""

import argparse
import sys
from datetime import UTC, datetime
from pathlib import Path

from review import change, documents
from review.errors import ReviewError
from review.judging import judging
from rules import standing
from rules.judge import judge
from rules.setup import Setup


def main(arguments: list[str] | None = None) -> int:
    """Runs the command; the exit code."""
    parser = argparse.ArgumentParser(prog="python -m review.baseline", description="What the rules find in a state.")
    parser.add_argument("state", type=Path, help="what `pulumi stack export` printed")
    parser.add_argument("--settings", type=Path, metavar="FILE", help="the stack's file; left out: the defaults")
    given = parser.parse_args(arguments)
    try:
        found = change.read(documents.Preview(), documents.read_state(given.state))
        by = judging(found, base=given.settings, changed=None, environment=None, now=datetime.now(UTC))
    except ReviewError as error:
        print(f"error: {error}", file=sys.stderr)  # noqa: T201 - a command prints
        return 2
    sys.stdout.write(standing.dump(judge(Setup(found.before), by.settings)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
