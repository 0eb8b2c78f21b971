"""`python -m bench.review`: how long a report of 5,000 resources takes, and how much memory.

The reference is a process that imports what reads the files and parses both with `json`: what no report can do without.
"""

import argparse
import copy
import json
import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

FORMATS = ("markdown", "html", "text", "json")
SECONDS, MEGABYTES = 2.0, 300
"""What a report of 5,000 resources may take."""
_URN = "urn:pulumi:prod::shop::"
_REFERENCE = "import json, pydantic, cryptography.x509, sys; [json.load(open(each)) for each in sys.argv[1:]]"
_POLICY = """<policies>
  <inbound>
    <base />
    <set-backend-service backend-id="{0}" />
    <authentication-certificate certificate-id="{0}" />
  </inbound>
  <backend><base /></backend>
  <outbound><base /></outbound>
  <on-error><base /></on-error>
</policies>
"""


def main() -> int:
    """Measures five changes in every format, and prints a table; 1 when a target is missed."""
    parser = argparse.ArgumentParser(prog="python -m bench.review", description="Measures reports of large stacks.")
    parser.add_argument("--resources", type=int, default=5000, help="how many (default: 5000)")
    parser.add_argument("--runs", type=int, default=5, help="how often each report is made (default: 5)")
    given = parser.parse_args()
    table = Table(title=f"Reports of {given.resources} resources (targets: {SECONDS} s, {MEGABYTES} MB)")
    for heading in ("Change", "Format", "Seconds", "Of the reference", "Megabytes"):
        table.add_column(heading, justify="right")
    missed = False
    with tempfile.TemporaryDirectory() as folder:
        for change in (
            "one in ten URLs",
            "one in ten URLs, and what stays",
            "every URL and policy",
            "everything goes",
            "first deployment",
        ):
            files = _written(Path(folder), change, given.resources // 4)
            reference = median_of([sys.executable, "-c", _REFERENCE, *map(str, files)], given.runs)[0]
            base = ["--base", str(files[1])] if len(files) > 1 else []
            for name in FORMATS:
                words = [str(files[0]), *base, "--format", name, "--output", os.devnull]
                seconds, megabytes = median_of([sys.executable, "-m", "review", *words], given.runs)
                missed = missed or seconds > SECONDS or megabytes > MEGABYTES
                table.add_row(change, name, f"{seconds:.2f}", f"{seconds / reference:.1f}", f"{megabytes:.0f}")
    Console().print(table)
    return int(missed)


def median_of(command: list[str], runs: int) -> tuple[float, float]:
    """Wall seconds, and megabytes at the peak."""
    measured = [_run(command) for _ in range(runs)]
    return median(each[0] for each in measured), max(each[1] for each in measured)


def _run(command: list[str]) -> tuple[float, float]:
    began = time.monotonic()
    process = subprocess.Popen(command)  # noqa: S603 - our own command line
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        raise SystemExit(f"{' '.join(command)} ended with {process.returncode}")
    return time.monotonic() - began, usage.ru_maxrss / 1024


def _written(folder: Path, change: str, apis: int) -> list[Path]:
    """The preview, and the state before it if there is one."""
    resources = [resource("ApiManagementService", "service", {"sku": {"name": "Premium"}}), *_apis(apis)]
    steps = [{"op": "create", "urn": each["urn"], "newState": each} for each in resources]
    if change == "everything goes":
        steps = [{"op": "delete", "urn": each["urn"], "oldState": each} for each in reversed(resources)]
    elif change != "first deployment":
        steps = [step for each in resources if (step := _step(each, everything=change.startswith("every ")))]
    shown = change.endswith("what stays")
    if shown:
        told = {each["urn"] for each in steps}
        sames = (
            {"op": "same", "urn": each["urn"], "oldState": each, "newState": _declared(each)} for each in resources
        )
        steps += [each for each in sames if each["urn"] not in told]
    counts = Counter(each["op"] for each in steps)
    summary = counts | ({} if shown else {"same": len(resources) - len(steps)})
    preview, state = folder / "preview.json", folder / "state.json"
    preview.write_text(json.dumps({"config": {}, "steps": steps, "changeSummary": summary}))
    state.write_text(json.dumps({"version": 3, "deployment": {"resources": resources}}))
    return [preview] if change == "first deployment" else [preview, state]


def _apis(count: int) -> Iterator[dict[str, Any]]:
    for number in range(count):
        name = f"api{number}"
        secret = {"secretIdentifier": f"https://kv.vault.azure.net/secrets/{name}"}
        certificate = resource("Certificate", name, {"certificateId": name, "keyVault": secret})
        certificate["outputs"] = {"thumbprint": f"{number:040X}", "subject": f"CN={name}"}
        url = {"backendId": name, "url": f"https://{name}.example.com"}
        backend = resource("Backend", name, url, certificate["urn"])
        api = resource("Api", name, {"apiId": name, "path": name, "subscriptionRequired": True})
        document = {"apiId": name, "value": _POLICY.format(name)}
        needed = [each["urn"] for each in (certificate, backend, api)]
        yield from (certificate, backend, api, resource("ApiPolicy", name, document, *needed))


def resource(kind: str, name: str, inputs: dict[str, Any], *dependencies: str) -> dict[str, Any]:
    """A resource as a state holds it."""
    token = f"azure-native:apimanagement:{kind}"
    return {
        "urn": f"{_URN}{token}::{name}",
        "type": token,
        "custom": True,
        "inputs": {"serviceName": "apim", "resourceGroupName": "rg", **inputs},
        "dependencies": list(dependencies),
        "stackTrace": [{"sourcePosition": "project:///stacks/topology.py#48"}] * 12,
    }


def _declared(resource: dict[str, Any]) -> dict[str, Any]:
    """What `--show-sames` lists of a resource that stays: it has not been asked for its outputs."""
    return {key: value for key, value in resource.items() if key != "outputs"}


def _step(resource: dict[str, Any], *, everything: bool) -> dict[str, Any] | None:
    new = copy.deepcopy(resource)
    if resource["type"].endswith(":Backend") and (everything or resource["urn"].endswith("7")):
        new["inputs"]["url"] += "/v2"
    elif resource["type"].endswith(":ApiPolicy") and everything:
        new["inputs"]["value"] = new["inputs"]["value"].replace("<base />", "<base /><cors />", 1)
    else:
        return None
    return {"op": "update", "urn": resource["urn"], "oldState": resource, "newState": new, "diffReasons": ["x"]}


if __name__ == "__main__":
    sys.exit(main())
