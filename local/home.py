"""Where local Azure keeps its files: one folder, private to its owner, safe to delete."""

import os
from dataclasses import dataclass
from pathlib import Path

HOME_VARIABLE = "LOCAL_AZURE_HOME"


@dataclass(frozen=True, kw_only=True)
class Home:
    """The folder (default `.local` in the working directory; `LOCAL_AZURE_HOME` moves it) and what lies where in it."""

    root: Path

    @property
    def database(self) -> Path:
        """SQLite file with every entity of local Azure."""
        return self.root / "azure.db"

    @property
    def endpoints(self) -> Path:
        """What `status --json` prints, written when local Azure is ready."""
        return self.root / "endpoints.json"

    @property
    def ports(self) -> Path:
        """JSON object listener name -> TCP port: a restart listens where the last run did."""
        return self.root / "ports.json"

    @property
    def process_id(self) -> Path:
        """Process id of the background process."""
        return self.root / "azure.pid"

    @property
    def pki(self) -> Path:
        """Generated certificates and keys, PEM and PFX."""
        return self.root / "pki"

    @property
    def request_log(self) -> Path:
        """One JSON object a line: every request on every plane, in the order in which they were answered."""
        return self.root / "logs" / "requests.jsonl"

    @property
    def server_log(self) -> Path:
        """Standard output and error of the background process."""
        return self.root / "logs" / "azure.log"

    def create(self) -> None:
        """Makes the folders, readable by their owner only."""
        for folder in (self.root, self.pki, self.request_log.parent):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)


def locate() -> Home:
    """The home that `LOCAL_AZURE_HOME` names, otherwise `.local` in the working directory."""
    return Home(root=Path(os.environ.get(HOME_VARIABLE, ".local")).resolve())
