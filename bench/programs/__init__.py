"""The Pulumi programs that are compared: `with_components` and `raw` register the very same ARM resources.

Each takes the number of APIs from `BENCH_APIS` and the PFX from `BENCH_PFX`, with its password in
`BENCH_PFX_PASSWORD`; `service` is the API Management service that both work on.
"""

import os
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import pkcs12

RESOURCE_GROUP = "rg-bench"
SERVICE = "apim-bench"
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


def thumbprint() -> str:
    """Its thumbprint, from which its id follows."""
    data, password = pfx()
    certificate = pkcs12.load_pkcs12(data, password.encode()).cert
    if certificate is None:
        raise ValueError("the PFX holds no certificate")
    return certificate.certificate.fingerprint(hashes.SHA1()).hex().upper()  # noqa: S303 -- a thumbprint is SHA-1
