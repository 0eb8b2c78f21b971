"""`python -m bench.policies`: how long the report of one changed policy of 256 KiB takes, whatever stands in it.

Each document is changed at both ends, or in every element: the first leaves the rest to be found the same, the second
leaves nothing. The time may grow no faster than n log n, so `--kibibytes 512` may take little more than twice as long.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

from rich.console import Console
from rich.table import Table

from bench.review import MEGABYTES, SECONDS, median_of, resource

CONTENTS: Mapping[str, str] = {
    "equal lines": "<cors />\n",
    "two lines by turns": "<a/>\n<b/>\n",
    "one line": "<a/>",
    "branches": "<choose><when condition='@(true)'><base /></when></choose>\n",
    "comments": "<!-- a -->\n",
    "references": "<a b='&amp;&lt;' />\n",
    "secrets": '<set-variable name="password" value="abc" />\n',
    "blank lines": "\n",
    "unreadable": "<",
    "expressions without an end": '<x a="@(',
}
"""What is repeated, by name."""
CHANGES: Mapping[str, Callable[[str], str]] = {
    "at both ends": lambda text: f"<x/>\n{text}<y/>\n",
    "everywhere": lambda text: text.replace("a", "w"),
}


def main() -> int:
    """Measures each content with each change, and prints a table; 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.policies", description="Measures reports of long policies.")
    parser.add_argument("--kibibytes", type=int, default=256, help="length of the document (default: 256)")
    parser.add_argument("--runs", type=int, default=3, help="how often each report is made (default: 3)")
    given = parser.parse_args()
    table = Table(title=f"Reports of a policy of {given.kibibytes} KiB (targets: {SECONDS} s, {MEGABYTES} MB)")
    for heading in ("Content", "Changed", "Seconds", "Megabytes"):
        table.add_column(heading, justify="right")
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        for content, part in CONTENTS.items():
            text = part * (given.kibibytes * 1024 // len(part))
            for change, edit in CHANGES.items():
                files = _written(Path(folder), _policy(text), _policy(edit(text)))
                words = [str(files[0]), "--base", str(files[1]), "--format", "markdown", "--output", os.devnull]
                seconds, megabytes = median_of([sys.executable, "-m", "review", *words], given.runs)
                missed = missed or seconds > SECONDS or megabytes > MEGABYTES
                table.add_row(content, change, f"{seconds:.2f}", f"{megabytes:.0f}")
    Console().print(table)
    return int(missed)


def _policy(inbound: str) -> str:
    return f"<policies>\n<inbound>\n<base />\n{inbound}</inbound>\n</policies>\n"


def _written(folder: Path, before: str, after: str) -> tuple[Path, Path]:
    old, new = (resource("ApiPolicy", "orders", {"apiId": "orders", "value": each}) for each in (before, after))
    step = {"op": "update", "urn": old["urn"], "oldState": old, "newState": new, "diffReasons": ["value"]}
    preview, state = folder / "preview.json", folder / "state.json"
    preview.write_text(json.dumps({"config": {}, "steps": [step], "changeSummary": {"update": 1}}))
    state.write_text(json.dumps({"version": 3, "deployment": {"resources": [old]}}))
    return preview, state


if __name__ == "__main__":
    sys.exit(main())
