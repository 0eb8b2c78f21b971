"""Never green and refused, never green and a lost call: random stacks, random edits, and what really happens.

Each edit is previewed and reported, then deployed while every call of before goes on, and called again. 30 edits by
default; `REPORT_EXAMPLES=50 REPORT_SEED=1000` makes fifty stacks of ten edits each.
"""

import json
import os
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from certificates import Made, make
from conftest import PROJECT, LocalAzure
from truth import stacks
from truth.stacks import Stack

from local.deploy import environment
from local.engine import operation, preview_json, providers
from local.engine.display import Silent
from local.engine.operation import Target
from review import change, documents, report
from review.effect import Level
from review.report import Report
from rules.judge import RULE_IDS
from rules.settings import read

EXAMPLES = int(os.environ.get("REPORT_EXAMPLES", "3"))
FIRST = int(os.environ.get("REPORT_SEED", "0"))
EDITS = 10
"""Edits of one stack, one after the other."""
SERVICE_ID = "{0}/resourceGroups/rg-truth/providers/Microsoft.ApiManagement/service/{1}"
SURE = frozenset({"api-removed", "api-moved", "certificate-lost", "answered", "service-moved"})
"""States that promise that calls fail."""

Request = tuple[str, str, str]
"""API id, path under the gateway, and who calls: `plain`, `flagged`, with or without a key."""


@dataclass(frozen=True)
class Seen:
    """What comes of a call."""

    status: int
    """Of the answer."""
    certificate: str
    """Thumbprint that the backend saw; empty where none was called."""
    backend: str
    """Which backend it was."""

    @property
    def works(self) -> bool:
        """Whether a backend answered, and liked the call."""
        return self.status == 200 and bool(self.backend)


@dataclass
class World:
    """Two services of a local Azure, and a project whose stack is edited."""

    azure: LocalAzure
    target: Target
    services: dict[str, str]
    keys: dict[str, str] = field(default_factory=dict)
    gateways: dict[str, str] = field(default_factory=dict)

    def write(self, stack: Stack) -> None:
        (self.target.folder / "wanted.json").write_text(json.dumps(stack | {"services": self.services}))

    def run(self, command: str) -> Any:
        return operation.run(command, self.target, Silent())

    def call(self, stack: Stack, request: Request) -> Seen:
        _, path, who = request
        headers = {"x-flag": "1"} if "flag" in who else {}
        if "key" in who:
            headers["Ocp-Apim-Subscription-Key"] = self.keys[stack["service"]]
        answer = self.azure.send("GET", f"{self.gateways[stack['service']]}/{path}/x", headers=headers)
        body = answer.body if isinstance(answer.body, dict) else {}
        return Seen(answer.status, (body.get("client") or {}).get("thumbprint", ""), body.get("backend", ""))

    def call_all(self, stack: Stack) -> dict[Request, Seen]:
        """Every API of a stack, by every kind of caller."""
        return {each: self.call(stack, each) for each in requests(stack)}


def requests(stack: Stack) -> list[Request]:
    callers = ("plain", "flag", "key", "flag and key")
    return [(each["id"], each["path"], who) for each in stack["apis"].values() for who in callers]


@pytest.fixture(scope="module")
def files() -> dict[str, Made]:
    """Each issued by itself: a backend that accepts one accepts no other."""
    return {name: make(f"client-{name}") for name in stacks.FILES}


@pytest.fixture(scope="module")
def azure(local_azure: LocalAzure, files: dict[str, Made]) -> LocalAzure:
    """With a resource group, and backends that accept all but the stranger."""
    group = f"{local_azure.subscription}/resourceGroups/rg-truth"
    assert local_azure.arm("PUT", group, {"location": "westeurope"}, "2021-04-01").status == 201
    for backend in ("orders", "legacy"):
        folder = local_azure.home.pki / f"{backend}-clients"
        folder.mkdir(exist_ok=True)
        for name in stacks.FILES[:3]:
            (folder / f"truth-{name}.pem").write_bytes(files[name].pem)
    return local_azure


@pytest.fixture(scope="module")
def plugins(azure: LocalAzure) -> Iterator[dict[str, str]]:
    """The stand-in provider, running."""
    with environment.provider(azure.home, environment.variables(azure.home)) as ready:
        yield providers.from_environment(ready["PULUMI_DEBUG_PROVIDERS"])


@pytest.fixture
def world(
    azure: LocalAzure,
    plugins: dict[str, str],
    files: dict[str, Made],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    request: pytest.FixtureRequest,
) -> World:
    """Two services of this test alone."""
    for name, each in files.items():
        (tmp_path / f"{name}.pfx").write_bytes(each.pfx(""))
    (tmp_path / "Pulumi.yaml").write_text("name: truth\nruntime: python\n")
    (tmp_path / "__main__.py").write_text("from truth.program import build\n\nbuild()\n")
    monkeypatch.setenv("TRUTH_FILE", str(tmp_path / "wanted.json"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(PROJECT), str(PROJECT / "tests")]))
    number = request.node.callspec.params["seed"]
    names = {each: f"apim-truth-{each}-{number}" for each in stacks.SERVICES}
    target = Target(folder=tmp_path, stack="dev", backend_url=f"file://{tmp_path}", passphrase="local", plugins=plugins)
    made = World(azure, target, names)
    body = {
        "location": "westeurope",
        "sku": {"name": "Developer", "capacity": 1},
        "properties": {"publisherName": "Test", "publisherEmail": "test@example.com"},
    }
    for each, name in names.items():
        service = SERVICE_ID.format(azure.subscription, name)
        assert azure.arm("PUT", service, body).status == 201
        while azure.arm("GET", service).body["properties"]["provisioningState"] != "Succeeded":
            pass
        made.gateways[each] = azure.arm("GET", service).body["properties"]["gatewayUrl"]
        secrets = azure.arm("POST", f"{service}/subscriptions/master/listSecrets")
        made.keys[each] = secrets.body["primaryKey"]
    return made


def reported(world: World) -> tuple[Any, Report]:
    """The preview and its report, as a reviewer gets it."""
    previewed = world.run("preview")
    preview = documents.Preview.model_validate(
        json.loads(json.dumps(preview_json.digest(previewed, show_sames=True), ensure_ascii=False))
    )
    state = json.loads(json.dumps(operation.export_state(world.target)))
    base = documents.Deployment.model_validate(state["deployment"])
    found = change.read(preview, base)
    return previewed, report.build(found, read({}, stack="dev", rule_ids=RULE_IDS, now=datetime.now(UTC)))


class Callers(threading.Thread):
    """Calls what worked before, again and again, until it is told to end."""

    def __init__(self, world: World, stack: Stack, before: dict[Request, Seen]) -> None:
        super().__init__(daemon=True)
        self._world, self._stack = world, stack
        self._works = [request for request, seen in before.items() if seen.works]
        self._ends = threading.Event()
        self.failed: set[Request] = set()
        self.count = 0

    def run(self) -> None:
        while not self._ends.is_set():
            for each in self._works:
                self.count += 1
                if not self._world.call(self._stack, each).works:
                    self.failed.add(each)
            self._ends.wait(0.01)

    def end(self) -> None:
        self._ends.set()
        self.join()


def announced(made: Report, api: str, least: Level) -> bool:
    """Whether the report warns of something about this API, or about the whole stack."""
    return any(each.level >= least and (not each.who or api in each.who) for each in made.effects)


def faults(
    made: Report,
    before: dict[Request, Seen],
    after: dict[Request, Seen],
    during: set[Request],
) -> Iterator[str]:
    """Where what happened is not what the report says."""
    lost = {each for each, seen in before.items() if seen.works and not after[each].works}
    for each in sorted(lost | during):
        if not announced(made, each[0], Level.RISK):
            when = "after" if each in lost else "during"
            yield f"a call of {each} is lost {when} the deployment: {before[each]} -> {after[each]}"
    for each, seen in before.items():
        now = after[each]
        if seen.works and now.works and seen != now and not announced(made, each[0], Level.SAFE):
            yield f"a call of {each} is another one: {seen} -> {now}"
        if now.works and not seen.works and not announced(made, each[0], Level.CHANGE):
            yield f"a call of {each} succeeds from now on: {seen} -> {now}"
    for effect in made.effects:
        if effect.state in SURE and "calls where" not in effect.text:
            works = {each for each, seen in before.items() if seen.works and each[0] in effect.who}
            if works and not works & lost:
                yield f"no call is lost, and the report says: {effect.who} {effect.text}"


@pytest.mark.parametrize("seed", range(FIRST, FIRST + EXAMPLES))
def test_a_report_is_what_happens(world: World, seed: int) -> None:
    random = Random(seed)  # noqa: S311 - a failure must come again with its seed
    stack = stacks.generate(random)
    world.write(stack)
    while world.run("up").errors:  # one that is refused is another test's
        stack = stacks.generate(random)
        world.write(stack)
    before = world.call_all(stack)
    tally = {"deployed": 0, "refused": 0, "previews refused": 0, "stuck": 0, "calls": 0}
    for number in range(EDITS):
        name, wanted = stacks.edit(random, stack)
        world.write(wanted)
        previewed, made = reported(world)
        told = (seed, number, name, made.headline, [(each.state, each.who, each.text) for each in made.effects])
        if previewed.errors:
            assert made.status == "failed", told
            tally["previews refused"] += 1
            continue
        callers = Callers(world, stack, before)
        callers.start()
        try:
            deployed = world.run("up")
        finally:
            callers.end()
        tally["calls"] += callers.count
        refused = bool(deployed.errors)
        assert not (refused and made.level in ("none", "safe", "change")), (told, deployed.errors)
        assert not (refused and not any("refused" in each.text for each in made.effects)), (told, deployed.errors)
        if refused:
            tally["refused"] += 1
            world.write(stack)
            if world.run("up").errors:  # what ended in its middle need not go back by itself
                tally["stuck"] += 1
                break
            before = world.call_all(stack)
            continue
        after = {each: world.call(stack, each) for each in before}
        assert list(faults(made, before, after, callers.failed)) == [], told
        tally["deployed"] += 1
        stack, before = wanted, world.call_all(wanted)
    assert tally["deployed"] + tally["refused"] + tally["previews refused"] > 0
    print(tally)  # noqa: T201 - counted in a long run (-s)
