"""What a report says of policies is what calls meet: each change is previewed, reported, deployed and called.

One raw program on two services; its policies say who presents what to whom. The chain of changes goes from one to the
next, with the whole report of each kept beside (`tests/review/reports/calls_*.md`).
"""

import json
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from certificates import Made, make
from changes import expect
from conftest import PROJECT
from project import Example, Project
from truth.two_services import PROGRAM

ONE, TWO = (
    '<authentication-certificate certificate-id="one" />',
    '<authentication-certificate certificate-id="two" />',
)
ORDERS, LEGACY = (f'<set-backend-service backend-id="{name}" />' for name in ("orders", "legacy"))
WHERE = 'context.Request.Headers.ContainsKey("x-flag")'
FLAG = f"@({WHERE})"
NEVER = 'condition="@(false)" count="1" interval="0"'
REFUSE = '<return-response><set-status code="403" reason="Forbidden" /></return-response>'

Seen = tuple[int, str, str]
"""Status, and what the backend saw: the certificate, and which backend it was; empty where none was called."""
A: Seen = (200, "one", "orders")


def document(inbound: str, backend: str = "<base />", *, swapped: bool = False) -> str:
    """A policy of the API."""
    sections = [f"<inbound>{inbound}</inbound>", f"<backend>{backend}</backend>"]
    return f"<policies>{''.join(reversed(sections) if swapped else sections)}<outbound><base /></outbound></policies>"


def branch(when: str, otherwise: str = "") -> str:
    """What only calls with the header `x-flag` meet, and what all others do."""
    other = f"<otherwise>{otherwise}</otherwise>" if otherwise else ""
    return f"<choose><when condition='{FLAG}'>{when}</when>{other}</choose>"


def guard(*values: str) -> str:
    """A check of the header `x-flag`, which makes 401 of a call without it."""
    allowed = "".join(f"<value>{each}</value>" for each in values)
    refusal = 'failed-check-httpcode="401" failed-check-error-message="no"'
    return f'<check-header name="x-flag" {refusal}>{allowed}</check-header>'


@dataclass(frozen=True)
class Change:
    """One step of the chain."""

    name: str
    """Under which its report is kept."""
    wanted: dict[str, str]
    """What is edited."""
    plain: Seen
    """What comes of a call afterwards."""
    flagged: Seen
    """The same of a call with the header."""
    level: str
    """What the report says of it, at worst."""
    says: tuple[str, ...] = field(default=())
    """What stands in one of the effects."""


BOUND = document(f"<base />{ORDERS}{ONE}")
FIRST = {"service": "first", "outer": "", "fragment": TWO, "policy": BOUND}
CHAIN = (
    Change(
        "branch",
        {"policy": document(f"<base />{ORDERS}{ONE}{branch(TWO)}")},
        A,
        (200, "two", "orders"),
        "risk",
        (
            'calls where context.Request.Headers.ContainsKey("x-flag"): presents a new certificate',
            "all others as before",
        ),
    ),
    Change(
        "certificate_in_branch",
        {"policy": document(f"<base />{ORDERS}{branch(ONE)}")},
        (403, "", ""),
        A,
        "outage",
        (f"calls where not ({WHERE}): no longer presents a certificate",),
    ),
    Change("bound_again", {"policy": BOUND}, A, A, "change"),
    Change(
        "refused_in_branch",
        {"policy": document(f"<base />{branch(REFUSE)}{ORDERS}{ONE}")},
        A,
        (403, "", ""),
        "risk",
        ("the gateway answers by itself (return-response 403): they no longer reach the backend",),
    ),
    Change(
        "no_longer_refused",
        {"policy": BOUND},
        A,
        A,
        "danger",
        ("are no longer refused by the policy (return-response 403)",),
    ),
    Change(
        "answered",
        {"policy": document(f"<base />{REFUSE}{ORDERS}{ONE}")},
        (403, "", ""),
        (403, "", ""),
        "outage",
        ("the gateway answers by itself (return-response 403): calls no longer reach the backend",),
    ),
    Change("answers_no_more", {"policy": BOUND}, A, A, "change"),
    Change(
        "guard_new",
        {"policy": document(f"<base />{guard('1')}{ORDERS}{ONE}")},
        (401, "", ""),
        A,
        "risk",
        ("calls have to get past check-header: those that do not meet it fail",),
    ),
    Change(
        "guard_weaker",
        {"policy": document(f"<base />{guard('1', '2')}{ORDERS}{ONE}")},
        (401, "", ""),
        A,
        "danger",
        ("check-header lets more through: 1 value more is accepted",),
    ),
    Change(
        "guard_in_branch",
        {"policy": document(f"<base />{branch(guard('1', '2'))}{ORDERS}{ONE}")},
        A,
        A,
        "danger",
        (f"check-header guards some calls only: only where {WHERE}",),
    ),
    Change(
        "guard_gone",
        {"policy": document(f"<base /><!-- {guard('1', '2')} -->{ORDERS}{ONE}")},
        A,
        A,
        "danger",
        ("check-header no longer guards it",),
    ),
    Change(
        "base_behind",
        {"outer": TWO, "policy": document(f"{ORDERS}{ONE}<base />")},
        (200, "two", "orders"),
        (200, "two", "orders"),
        "risk",
        ("presents a new certificate, CN=two",),
    ),
    Change("base_first", {"policy": BOUND}, A, A, "risk", ("presents a new certificate, CN=one",)),
    Change(
        "routed_in_backend",
        {
            "policy": document(
                f"<base />{ORDERS}{ONE}", f"<retry {NEVER}>{LEGACY}<forward-request /></retry>", swapped=True
            )
        },
        (200, "one", "legacy"),
        (200, "one", "legacy"),
        "risk",
        ("calls go to https://legacy.backend.internal instead of https://orders.backend.internal",),
    ),
    Change(
        "not_forwarded",
        {"policy": document(f"<base />{ORDERS}{ONE}", "")},
        (200, "", ""),
        (200, "", ""),
        "outage",
        ("the policy does not forward the call",),
    ),
    Change(
        "fragment",
        {"policy": document(f"<base />{ORDERS}{ONE}{branch('<include-fragment fragment-id=&quot;shared&quot; />')}")},
        A,
        (200, "two", "orders"),
        "change",
    ),
    Change("fragment_changes", {"fragment": ONE}, A, A, "risk", ("calls where", "presents a new certificate, CN=one")),
    Change(
        "another_service",
        {"service": "second"},
        (404, "", ""),
        (404, "", ""),
        "outage",
        ("moves from service apim-first to service apim-second: calls to the gateway of apim-first get 404",),
    ),
)


class Stack:
    """The program, deployed."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.made: dict[str, Made] = {name: make(name) for name in ("one", "two")}
        self.example: Example = project.program(PROGRAM)
        self.wanted: dict[str, str] = {}
        for name, made in self.made.items():
            (self.example.folder / f"{name}.pfx").write_bytes(made.pfx(""))
            for backend in ("orders", "legacy"):
                folder = project.azure.home.pki / f"{backend}-clients"
                folder.mkdir(exist_ok=True)
                (folder / f"{name}.pem").write_bytes(made.pem)

    def edit(self, wanted: dict[str, str]) -> None:
        self.wanted |= {key: value.replace("&quot;", '"') for key, value in wanted.items()}
        (self.example.folder / "wanted.json").write_text(json.dumps(self.wanted))

    def preview(self, folder: Path) -> None:
        """A preview, and the state before it, as files."""
        (folder / "preview.json").write_text(self.example.must("preview", "--json", "--show-sames"))
        (folder / "state.json").write_text(self.example.must("export"))

    def report(self, folder: Path, form: str) -> str:
        """What `python -m review` prints of them."""
        words = [sys.executable, "-m", "review", "preview.json", "--base", "state.json", "--format", form]
        result = subprocess.run(  # noqa: S603 -- our own command line
            words, cwd=folder, env={"PYTHONPATH": str(PROJECT)}, capture_output=True, text=True, check=True, timeout=60
        )
        return result.stdout

    def call(self, service: str, headers: dict[str, str]) -> Seen:
        """What comes of a call through the gateway of a service."""
        path = f"{self.project.azure.subscription}/resourceGroups/rg-calls/providers/Microsoft.ApiManagement/service"
        url = self.project.azure.arm("GET", f"{path}/apim-{service}").body["properties"]["gatewayUrl"]
        answer = self.project.azure.send("GET", f"{url}/things/x", headers=headers)
        body: dict[str, Any] = answer.body if isinstance(answer.body, dict) else {}
        thumbprint = (body.get("client") or {}).get("thumbprint")
        name = next((name for name, made in self.made.items() if made.thumbprint == thumbprint), "")
        return answer.status, name, body.get("backend", "")


def test_what_a_report_says_of_policies_is_what_calls_meet(project: Project, tmp_path: Path) -> None:
    stack = Stack(project)
    stack.edit(FIRST)
    stack.example.must("up")
    assert (stack.call("first", {}), stack.call("first", {"x-flag": "1"})) == (A, A)
    for change in CHAIN:
        stack.edit(change.wanted)
        stack.preview(tmp_path)
        expect(f"calls_{change.name}", stack.report(tmp_path, "markdown"))
        report = json.loads(stack.report(tmp_path, "json"))
        texts = [each["text"] for each in report["effects"] if "things" in each["who"]]
        assert report["level"] == change.level, (change.name, texts)
        assert all(any(words in text for text in texts) for words in change.says), (change.name, texts)
        stack.example.must("up")
        seen = (stack.call("first", {}), stack.call("first", {"x-flag": "1"}))
        assert seen == (change.plain, change.flagged), change.name
    assert stack.call("second", {}) == A
