"""`python -m rules.settings_schema > rules/settings.schema.json`: the settings of a stack as a JSON schema.

The schema of a stack's file, which knows nothing else of the rules, has it as its key `review`.
"""

import json
import sys
from typing import Any

from rules.settings import Settings

_GIVEN = ("environment", "now")
"""What the program says when the stack does not: the first is optional in a file, the second does not belong there."""


def schema() -> dict[str, Any]:
    """The keys that may stand in a stack's file."""
    found = Settings.model_json_schema(by_alias=True)
    del found["properties"]["now"]
    found["required"] = [each for each in found["required"] if each not in _GIVEN]
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), indent=2, ensure_ascii=False) + "\n")
