"""The recorded previews of the `pulumi` CLI, and reports made of them, or of changed copies."""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from review import change, documents, report
from review.data import data
from review.markdown import markdown
from review.page import page
from review.report import Report
from review.terminal import terminal
from rules.judge import RULE_IDS
from rules.settings import read

FOLDER = Path(__file__).parent / "review/recorded"
FORMATS = {"markdown": markdown, "html": page, "text": terminal, "json": data}
NOW = datetime(2026, 11, 26, 18, tzinfo=UTC)
"""The day after the recordings were made: their certificates are valid."""
NAMES = sorted(path.stem for path in FOLDER.glob("*.json") if path.stem != "state")


def load(name: str) -> Any:
    """One recording, as JSON."""
    return json.loads((FOLDER / f"{name}.json").read_text())


def base_of(name: str) -> Any:
    """The state before a change; None before the first deployment."""
    return None if name == "create" else load("state")


def made(preview: Any, base: Any = None, **settings: Any) -> Report:
    """The report of a preview, and of the state before it."""
    found = change.read(
        documents.Preview.model_validate(preview),
        documents.Deployment.model_validate(base["deployment"]) if base else None,
    )
    return report.build(found, read(settings, stack=found.stack, rule_ids=RULE_IDS, now=NOW))
