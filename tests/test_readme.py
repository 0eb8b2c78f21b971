"""The README's snippet is a program, and runs as it stands."""

import re
from pathlib import Path
from typing import Any

from program import run

README = (Path(__file__).parents[1] / "README.md").read_text(encoding="utf-8")


def test_the_snippet_runs_as_it_stands() -> None:
    [snippet] = re.findall(r"^```python\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    namespace: dict[str, Any] = {}
    azure = run(lambda: exec(compile(snippet, "README.md", "exec"), namespace))  # noqa: S102 -- the project's own words
    assert azure.inputs("Certificate")["orders"]["keyVault"] == {
        "secretIdentifier": "https://kv.vault.azure.net/secrets/orders-client"
    }
    assert azure.inputs("Backend")["orders"]["url"] == "https://orders.example.com"
    assert 'certificate-id="orders"' in azure.inputs("ApiPolicy")["orders"]["value"]
