"""What importing the components adds to importing the part of the provider's SDK that they use."""

import subprocess
import sys
from statistics import median

from bench.workspace import PROJECT

_MEASURE = "import time; started = time.perf_counter(); {}; print(time.perf_counter() - started)"
_SDK = "import pulumi; from pulumi_azure_native import apimanagement; apimanagement.Api"
_COMPONENTS = f"{_SDK}; import backend_mtls; [getattr(backend_mtls, each) for each in backend_mtls.__all__]"


def added(runs: int) -> float:
    """Seconds, median of fresh processes that import the one and the other in turn."""
    sdk, components = [], []
    for _ in range(runs):
        sdk.append(_seconds(_SDK))
        components.append(_seconds(_COMPONENTS))
    return median(components) - median(sdk)


def _seconds(statement: str) -> float:
    program = _MEASURE.format(statement)
    command = [sys.executable, "-c", program]
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S603 - our own code
    return float(done.stdout)
