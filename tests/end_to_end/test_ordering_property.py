"""Whatever is deployed, and whatever it is changed to: nothing that something refers to is ever missing.

Random stacks on local Azure, deployed by the embedded engine: deployed, changed, looked at again, destroyed. Six of
them by default; `ORDERING_EXAMPLES=200 ORDERING_SEED=1000` makes a long run of others.
"""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random
from typing import Any

import pytest
from certificates import Made, make
from conftest import PROJECT, LocalAzure
from ordering import configuration
from ordering.configuration import KINDS, VERSIONS, WORKSPACE, Configuration
from ordering.model import Model

from local.deploy import environment
from local.engine import operation, providers
from local.engine.display import Silent
from local.engine.events import Report
from local.engine.operation import Target

EXAMPLES = int(os.environ.get("ORDERING_EXAMPLES", "6"))
FIRST = int(os.environ.get("ORDERING_SEED", "0"))
SERVICE_ID = "{0}/resourceGroups/rg-ordering/providers/Microsoft.ApiManagement/service/{1}"


class Stack:
    """One Pulumi project on a local Azure; its program builds whatever is configured."""

    def __init__(self, folder: Path, azure: LocalAzure, names: dict[str, str], plugins: dict[str, str]) -> None:
        self.folder, self.azure, self.names = folder, azure, names
        self.target = Target(
            folder=folder, stack="dev", backend_url=f"file://{folder}", passphrase="local", plugins=plugins
        )
        (folder / "Pulumi.yaml").write_text("name: ordering\nruntime: python\n")
        (folder / "__main__.py").write_text("from ordering.program import build\n\nbuild()\n")

    def run(self, command: str, wanted: Configuration | None = None) -> tuple[Report, list[dict[str, Any]]]:
        """The operation, which must succeed, and what it asked of ARM."""
        if wanted:
            vault = f"{self.azure.subscription}/resourceGroups/rg-platform/providers/Microsoft.KeyVault/vaults/kv-local"
            (self.folder / "wanted.json").write_text(json.dumps(wanted | {"names": self.names, "vault": vault}))
        before = len(self.azure.requests())
        report = operation.run(command, self.target, Silent())
        assert not report.errors, (report.errors, wanted)
        return report, self.azure.requests()[before:]

    def left(self) -> list[str]:
        """What is still there: in the state, and below the services."""
        state = operation.export_state(self.target)["deployment"].get("resources", [])
        found = [row["urn"] for row in state]
        for name in self.names.values():
            for kind in ("certificates", "backends", "apis", "products", "gateways"):
                answer = self.azure.arm("GET", f"{SERVICE_ID.format(self.azure.subscription, name)}/{kind}")
                found += [each["id"] for each in answer.body["value"]] if answer.status == 200 else []
        return found


@pytest.fixture(scope="module")
def azure(local_azure: LocalAzure) -> LocalAzure:
    """With a resource group, and a service that the stacks do not own."""
    group = f"{local_azure.subscription}/resourceGroups/rg-ordering"
    assert local_azure.arm("PUT", group, {"location": "westeurope"}, "2021-04-01").status == 201
    body = {
        "location": "westeurope",
        "sku": {"name": "Developer", "capacity": 1},
        "identity": {"type": "SystemAssigned"},
        "properties": {"publisherName": "Test", "publisherEmail": "test@example.com"},
    }
    service = SERVICE_ID.format(local_azure.subscription, "apim-existing")
    answer = local_azure.arm("PUT", service, body)
    assert answer.status == 201, answer.body
    while local_azure.arm("GET", service).body["properties"]["provisioningState"] != "Succeeded":
        pass
    return local_azure


@pytest.fixture(scope="module")
def plugins(azure: LocalAzure) -> Iterator[dict[str, str]]:
    """The stand-in provider, running."""
    with environment.provider(azure.home, environment.variables(azure.home)) as ready:
        yield providers.from_environment(ready["PULUMI_DEBUG_PROVIDERS"])


@pytest.fixture(scope="module")
def made() -> dict[str, Made]:
    """A PFX for each certificate, kind and version: a service stores a thumbprint once."""
    names = [f"{place}-c{number}" for place in ("existing", "owned", WORKSPACE) for number in range(4)]
    return {f"{name}-{kind}-{version}": make() for name in names for kind in KINDS[:2] for version in range(VERSIONS)}


@pytest.fixture
def stack_of(
    azure: LocalAzure,
    plugins: dict[str, str],
    made: dict[str, Made],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Callable[[int], Stack]:
    for name, each in made.items():
        (tmp_path / f"{name}.pfx").write_bytes(each.pfx())
    monkeypatch.setenv("ORDERING_FILE", str(tmp_path / "wanted.json"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(PROJECT), str(PROJECT / "tests")]))

    def stack(seed: int) -> Stack:
        owned = f"apim-owned-{seed}"
        names = {"existing": "apim-existing", "owned": owned, WORKSPACE: f"{owned}/workspaces/{WORKSPACE}"}
        return Stack(tmp_path, azure, names, plugins)

    return stack


@pytest.mark.parametrize("seed", range(FIRST, FIRST + EXAMPLES))
def test_nothing_is_ever_deleted_or_missing_while_something_refers_to_it(
    stack_of: Callable[[int], Stack], made: dict[str, Made], seed: int
) -> None:
    random, stack = Random(seed), stack_of(seed)  # noqa: S311 - a failure must come again with its seed
    model = Model(stack.names, lambda pfx: made[pfx].thumbprint)
    wanted = configuration.generate(random, owned=seed % 2 == 0)
    for changed in (wanted, configuration.edit(random, wanted)):
        _, requests = stack.run("up", changed)
        assert model.replay(requests, changed) == [], (seed, changed)
        assert model.difference(changed) == [], (seed, changed)
        report, requests = stack.run("up", changed)
        assert (report.changes, model.replay(requests, changed)) == (0, []), (seed, changed)
    _, requests = stack.run("destroy")
    assert model.replay(requests, None) == [], seed
    assert (stack.left(), [*model.existing.values()]) == ([], [set()] * len(stack.names))
