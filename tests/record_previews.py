"""`PYTHONPATH=.:tests python tests/record_previews.py` records what the `pulumi` CLI prints for every kind of change.

For machines without the CLI: tests/review/test_recorded.py makes the reports of these recordings. Ciphertext and stack
traces are replaced by marks that no report may show; nothing that a key could be made of is kept.
"""

import json
import re
import sys
import tempfile
from pathlib import Path
from typing import Any

from changes import EDITS
from partial_previews import PARTIAL, preview
from project import STACK_FILE, Project

FOLDER = Path(__file__).parent / "review/recorded"
PLANTED_PATH = "/home/planted-path/venv/lib/topology.py"
PATHS = (tempfile.gettempdir(), str(Path.home()), str(Path(__file__).parents[1]), sys.prefix)
"""Where the absolute paths of a machine start."""
PLANTED_CIPHERTEXT = "v1:planted-ciphertext"


def cleaned(value: Any) -> Any:
    """The value with marks in place of ciphertext and of the paths of this machine."""
    if isinstance(value, dict):
        changed = {key: cleaned(each) for key, each in value.items()}
        if "ciphertext" in changed:
            changed["ciphertext"] = PLANTED_CIPHERTEXT
        if "stackTrace" in changed:
            changed["stackTrace"] = [{"sourcePosition": f"project:///../../..{PLANTED_PATH}#48"}]
        return {key: each for key, each in changed.items() if key not in ("created", "modified", "secrets_providers")}
    if isinstance(value, list):
        return [cleaned(each) for each in value]
    if isinstance(value, str):
        for start in PATHS:
            value = re.sub(rf"{re.escape(start)}[^\s\"']*", PLANTED_PATH, value)
    return value


def write(name: str, text: str) -> None:
    """One recording."""
    (FOLDER / f"{name}.json").parent.mkdir(exist_ok=True)
    (FOLDER / f"{name}.json").write_text(json.dumps(cleaned(json.loads(text)), indent=1) + "\n")


def main(root: Path) -> None:
    """Records everything."""
    project = Project(root, "pulumi")
    project.azure.start()
    try:
        write("create", project.must("preview", "--json", "--show-sames"))
        project.must("up")
        write("state", project.must("export"))
        pfx = project.azure.home.pki / "legacy-client.pfx"
        originals = {path: path.read_bytes() for path in (root / STACK_FILE, pfx)}
        for name, edit in EDITS.items():
            edit(project)
            write(name, project.deploy("preview", "--json", "--show-sames").stdout)
            for path, content in originals.items():
                path.write_bytes(content)
        for name, partial in PARTIAL.items():
            partial.edit(project)
            write(f"partial/{name}", preview(project, *partial.words))
            for path, content in originals.items():
                path.write_bytes(content)
    finally:
        project.azure.stop()


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        main(Path(folder))
