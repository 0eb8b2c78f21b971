"""What is listening where: the content of `python -m local status --json`."""

import fcntl
import json
import os
from dataclasses import asdict, dataclass, field

from local.errors import NotRunningError
from local.home import Home

SUBSCRIPTION_ID = "00000000-0000-4000-8000-00000000a21e"
"""The subscription that stacks are deployed to; Pulumi.local.yaml names it."""

OTHER_SUBSCRIPTION_ID = "00000000-0000-4000-8000-00000000a22e"
"""Another one of the same tenant and owner, empty at first: for what a stack refers to and does not own."""

TENANT_ID = "00000000-0000-4000-8000-000000007e4a"
"""The one tenant of local Azure."""


@dataclass(frozen=True, kw_only=True)
class Endpoints:
    """Every address and credential that a client of local Azure needs."""

    arm: str
    """`https://localhost:PORT`, the resource manager."""
    authority: str
    """`https://localhost:PORT`, the token endpoint; the tenant id follows in the path."""
    tenant_id: str
    subscription_id: str
    client_id: str
    """Client id of a service principal that owns the subscription."""
    client_secret: str
    """Its secret, made when the home was made."""
    ca: str
    """PEM file of the CA that signed every TLS endpoint of local Azure."""
    vaults: dict[str, str] = field(default_factory=dict)
    """Vault name -> `https://localhost:PORT`."""
    gateways: dict[str, str] = field(default_factory=dict)
    """Service name, or `<service>/<gateway>` of a self-hosted one -> `https://localhost:PORT`."""
    backends: dict[str, str] = field(default_factory=dict)
    """Backend name -> `https://localhost:PORT`."""


def load(home: Home) -> Endpoints:
    """Reads the endpoints of the running local Azure; raises NotRunningError when there is none."""
    if not is_running(home):
        raise NotRunningError(
            f"Local Azure is not running (home {home.root}). Start it with: python -m local start (or make up)"
        )
    return Endpoints(**json.loads(home.endpoints.read_text()))


def save(home: Home, endpoints: Endpoints) -> None:
    """Writes the endpoints, readable by their owner only, in one step."""
    draft = home.endpoints.with_suffix(".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        json.dump(asdict(endpoints), file, indent=2)
    draft.replace(home.endpoints)


def process_id(home: Home) -> int | None:
    """The background process, ready or not: it holds a lock on its process id file, which no stale file can."""
    try:
        with home.process_id.open() as file:
            try:
                fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            except BlockingIOError:  # read what is open: a process that ends right now has removed the name already
                return int(file.read() or 0) or None
    except FileNotFoundError:
        return None
    return None


def is_running(home: Home) -> bool:
    """Whether the background process is alive and ready."""
    return process_id(home) is not None and home.endpoints.exists()
