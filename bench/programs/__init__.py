"""The Pulumi programs that are compared: `with_components` and `raw` register the very same ARM resources.

Each takes the number of APIs from `BENCH_APIS` and the PFX from `BENCH_PFX`, with its password in
`BENCH_PFX_PASSWORD`; `service` is the API Management service that both work on.
"""

import os
from pathlib import Path

RESOURCE_GROUP = "rg-bench"
SERVICE = "apim-bench"
CERTIFICATE = "bench-client"
LOCATION = "westeurope"


def api_names() -> list[str]:
    """One name for each API."""
    return [f"api-{number:04}" for number in range(int(os.environ["BENCH_APIS"]))]


def backend_url(api: str) -> str:
    """Where the calls of an API go."""
    return f"https://{api}.backend.internal"


def pfx() -> tuple[bytes, str]:
    """The client certificate that all APIs share, and its password."""
    return Path(os.environ["BENCH_PFX"]).read_bytes(), os.environ["BENCH_PFX_PASSWORD"]
