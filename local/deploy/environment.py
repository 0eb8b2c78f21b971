"""What either engine needs: local Azure running, the provider plugin, where the state is, the passphrase."""

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import certifi

from local import endpoints
from local.errors import LocalError
from local.home import HOME_VARIABLE, Home

PACKAGE = "azure-native"
PASSPHRASE = "local"  # noqa: S105 - protects stacks that live on this machine only, next to this very source
ASKED = ("AZURE_RESOURCE_MANAGER_ENDPOINT", "REQUESTS_CA_BUNDLE")
"""What a program needs that asks the resource manager itself: its URL, and whom to trust, local Azure included."""
_START = 30
"""Seconds after which a provider that has not named its port never will."""


def variables(home: Home) -> dict[str, str]:
    """The environment of an engine, without the plugins; what the user has set stays."""
    environment = {"PULUMI_BACKEND_URL": f"file://{home.root}", "PULUMI_SKIP_UPDATE_CHECK": "1"} | os.environ
    if "PULUMI_CONFIG_PASSPHRASE" not in environment and not environment.get("PULUMI_CONFIG_PASSPHRASE_FILE"):
        environment["PULUMI_CONFIG_PASSPHRASE"] = PASSPHRASE
    environment[HOME_VARIABLE] = str(home.root)
    return environment


def passphrase(environment: dict[str, str]) -> str:
    """What encrypts the stack's secrets."""
    if "PULUMI_CONFIG_PASSPHRASE" in environment:
        return environment["PULUMI_CONFIG_PASSPHRASE"]
    path = Path(environment["PULUMI_CONFIG_PASSPHRASE_FILE"])
    if not path.exists():
        raise LocalError(f"PULUMI_CONFIG_PASSPHRASE_FILE names {path}, which does not exist")
    return path.read_text().strip()


@contextmanager
def provider(home: Home, environment: dict[str, str]) -> Iterator[dict[str, str]]:
    """The environment with the address of a running provider plugin; refuses when local Azure is not running."""
    endpoints.load(home)
    log = home.server_log.with_name("provider.log")
    with log.open("ab") as errors:
        process = subprocess.Popen(
            [sys.executable, "-m", "local.provider"],
            cwd=Path(__file__).parents[2],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            start_new_session=True,  # Ctrl-C is for the engine, which lets the provider finish its calls
        )
    try:
        ready = process.stdout and select.select([process.stdout], [], [], _START)[0]
        port = process.stdout.readline().strip() if process.stdout and ready else ""
        if not port.isdigit():
            raise LocalError(f"the {PACKAGE} provider plugin did not start; {log} says why")
        others = [environment[name] for name in ("PULUMI_DEBUG_PROVIDERS",) if environment.get(name)]
        yield environment | {
            "PULUMI_DEBUG_PROVIDERS": ",".join([*others, f"{PACKAGE}:{port}"]),
            **_asked(home, environment),
        }
    finally:
        process.terminate()
        process.wait()
        if process.stdout:
            process.stdout.close()


def _asked(home: Home, environment: dict[str, str]) -> dict[str, str]:
    """Where a program's Python finds the resource manager, which it may ask itself; what the user has set stays."""
    known, bundle, draft = endpoints.load(home), home.root / "trusted.pem", home.root / f"trusted-{os.getpid()}.pem"
    before = environment.get("REQUESTS_CA_BUNDLE")
    if before != str(bundle):
        draft.write_bytes(Path(before or certifi.where()).read_bytes() + Path(known.ca).read_bytes())
        draft.replace(bundle)
    return dict(zip(ASKED, (environment.get(ASKED[0]) or known.arm, str(bundle)), strict=True))
