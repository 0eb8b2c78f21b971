"""The request log: what was asked of local Azure, on which plane, in which order, and how it was answered.

One JSON object a line: `time`, `plane` (arm | identity | vault | gateway | backend), `method`, `path` (without the
query), `status`, and details of the plane: the gateway adds `service`, `activity_id`, `reason`; ARM adds `error`.
No header, no query and no body is written, so no credential can be.
"""

import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


class RequestLog:
    """Appends to one file, readable by its owner only."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, plane: str, method: str, path: str, status: int, **details: Any) -> None:
        """Appends one line in one write."""
        entry = {
            "time": datetime.now(UTC).isoformat(),
            "plane": plane,
            "method": method,
            "path": path,
            "status": status,
        }
        entry |= {key: value for key, value in details.items() if value is not None}
        os.write(self._descriptor, json.dumps(entry).encode() + b"\n")

    def close(self) -> None:
        """Closes the file."""
        os.close(self._descriptor)


def read(path: Path) -> list[dict[str, Any]]:
    """Every entry, oldest first."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
