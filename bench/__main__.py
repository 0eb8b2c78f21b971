"""`python -m bench`: measures, prints a table, and keeps the figures as JSON in `bench/results`."""

import argparse
import json
import shutil
import sys
from pathlib import Path

from rich.console import Console

from bench import compare, import_time, report, workspace

RESULTS = Path(__file__).with_name("results")


def main(words: list[str]) -> int:
    """Runs the benchmarks; 1 when the programs did not ask ARM for the same, or could not be run."""
    arguments = _parser().parse_args(words)
    engine = arguments.engine
    if engine == "auto":
        engine = "pulumi" if shutil.which("pulumi") else "embedded"
    errors = Console(stderr=True)
    try:
        added = import_time.added(arguments.runs * 3)
        with workspace.opened(engine) as opened:
            measured = [
                comparison
                for apis in arguments.apis
                for comparison in compare.compare(opened, apis, arguments.runs, errors.log)
            ]
    except workspace.BenchError as error:
        errors.print(f"error: {error}", style="red", markup=False, highlight=False)
        return 1
    text = json.dumps(report.document(engine, measured, added), indent=2)
    if arguments.json:
        print(text)
    else:
        RESULTS.mkdir(exist_ok=True)
        (RESULTS / f"{engine}.json").write_text(text + "\n")
        Console().print(report.table(engine, measured, added))
    return 0 if all(each.same_requests for each in measured) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m bench", description="Compares the components with the raw provider."
    )
    parser.add_argument(
        "--apis",
        type=int,
        nargs="+",
        default=[10, 100, 300],
        metavar="N",
        help="how many APIs, with three resources each (default: 10 100 300; 10 alone is a quick try)",
    )
    parser.add_argument("--runs", type=int, default=3, help="how often each program runs (default: 3)")
    parser.add_argument(
        "--engine", choices=("auto", "pulumi", "embedded"), default="auto", help="as in `python -m local`"
    )
    parser.add_argument("--json", action="store_true", help="print JSON and keep no file")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
