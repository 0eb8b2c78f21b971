"""`call`: calls every API of a deployed stack through the gateway and shows which certificate its backend saw.

Reads the stack's outputs from its state, the subscription key and the trace from ARM, as any client could.
"""

import argparse
import asyncio
import json
import re
import ssl
import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import aiohttp

from local import endpoints
from local.endpoints import Endpoints
from local.errors import LocalError
from local.home import Home, locate

_API_VERSION = "2024-05-01"
_TIMEOUT = aiohttp.ClientTimeout(total=60)


@dataclass(frozen=True, kw_only=True)
class Result:
    """One API, called once."""

    api: str
    url: str
    status: int
    """0: the gateway did not answer."""
    presented_thumbprint: str | None
    """What the backend saw; where it does not tell, what the gateway traced."""
    presented_subject: str | None
    expected_thumbprint: str
    """What the stack declares."""
    expected_subject: str
    validation: str | None
    """How the gateway validated the backend's certificate, from its trace."""
    reason: str | None
    """Why the call failed."""

    @property
    def ok(self) -> bool:
        """200, with the certificate that the stack declares."""
        return self.status == 200 and self.presented_thumbprint == self.expected_thumbprint


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--stack`, `--cwd`, `--json`."""
    parser.add_argument("--stack", default="local", help="name of the stack (default: local)")
    parser.add_argument("--cwd", type=Path, default=Path(), help="folder of the Pulumi project (default: this one)")
    parser.add_argument("--json", action="store_true", help="the results as JSON")


def run(arguments: argparse.Namespace) -> int:
    """Calls and prints; 0 if every backend saw the declared certificate."""
    results = call_all(locate(), arguments.cwd, arguments.stack)
    if arguments.json:
        names = ("api", "url", "status", "presented_thumbprint", "expected_thumbprint", "ok")
        print(json.dumps([{name: getattr(result, name) for name in names} for result in results], indent=2))
    else:
        _print_table(results)
    return 0 if all(result.ok for result in results) else 1


def call_all(home: Home, project_dir: Path, stack: str) -> list[Result]:
    """Calls every API of the stack once, all at the same time; by name."""
    known = endpoints.load(home)
    outputs = _outputs(home, project_dir, stack)
    if not outputs.get("apis"):
        raise LocalError(f"Stack '{stack}' has no API to call. Deploy it with: python -m local up --stack {stack}")
    return asyncio.run(_call_all(known, outputs["service"]["id"], outputs["apis"]))


def _outputs(home: Home, project_dir: Path, stack: str) -> dict[str, Any]:
    project_file = project_dir / "Pulumi.yaml"
    if not project_file.exists():
        raise LocalError(f"{project_dir.resolve()} is no Pulumi project: it has no Pulumi.yaml. Name one with --cwd")
    found = re.search(r"""^name:\s*["']?([^\s"'#]+)""", project_file.read_text(), re.MULTILINE)
    state = home.root / ".pulumi" / "stacks" / (found.group(1) if found else "") / f"{stack}.json"
    if not state.exists():
        raise LocalError(f"Stack '{stack}' has no state ({state}). Deploy it with: python -m local up --stack {stack}")
    latest = json.loads(state.read_text())["checkpoint"].get("latest") or {}
    for resource in latest.get("resources") or []:
        if resource["type"] == "pulumi:pulumi:Stack":
            return resource.get("outputs") or {}
    return {}


async def _call_all(known: Endpoints, service_id: str, apis: Mapping[str, Any]) -> list[Result]:
    connector = aiohttp.TCPConnector(ssl=ssl.create_default_context(cafile=known.ca))
    async with aiohttp.ClientSession(connector=connector, timeout=_TIMEOUT) as session:
        caller = await _Caller.of(session, known, service_id)
        return await asyncio.gather(*(caller.call(name, api) for name, api in sorted(apis.items())))


@dataclass(frozen=True, kw_only=True)
class _Caller:
    session: aiohttp.ClientSession
    arm: str
    service_id: str
    token: Mapping[str, str]
    key: str

    @classmethod
    async def of(cls, session: aiohttp.ClientSession, known: Endpoints, service_id: str) -> "_Caller":
        form = {"grant_type": "client_credentials", "client_id": known.client_id, "client_secret": known.client_secret}
        form["scope"] = "https://management.azure.com/.default"
        try:
            async with session.post(f"{known.authority}/{known.tenant_id}/oauth2/v2.0/token", data=form) as answer:
                token = {"Authorization": f"Bearer {(await answer.json())['access_token']}"}
            caller = cls(session=session, arm=known.arm, service_id=service_id, token=token, key="")
            keys = await caller.post("subscriptions/master/listSecrets")
        except aiohttp.ClientError as error:
            raise LocalError(f"Local Azure does not answer at {known.arm}: {error}") from error
        if "primaryKey" not in keys:
            text = keys.get("error", {}).get("message", "")
            raise LocalError(
                f"No subscription key from {service_id}: {text} Deploy the stack again: python -m local up"
            )
        return replace(caller, key=keys["primaryKey"])

    async def post(self, action: str, body: Any = None) -> dict[str, Any]:
        url = f"{self.arm}{self.service_id}/{action}?api-version={_API_VERSION}"
        async with self.session.post(url, json=body or {}, headers=self.token) as answer:
            answered: dict[str, Any] = await answer.json()
            return answered

    async def call(self, name: str, api: Mapping[str, Any]) -> Result:
        purposes = {"apiId": f"{self.service_id}/apis/{name}", "purposes": ["tracing"]}
        debug = await self.post("gateways/managed/listDebugCredentials", purposes)
        headers = {"Ocp-Apim-Subscription-Key": self.key, "Apim-Debug-Authorization": debug.get("token", "")}
        try:
            async with self.session.get(api["url"], headers=headers) as answer:
                status, text, trace_id = answer.status, await answer.text(), answer.headers.get("Apim-Trace-Id", "")
            trace = (await self.post("gateways/managed/listTrace", {"traceId": trace_id})).get("traceEntries", {})
        except aiohttp.ClientError as error:
            status, text, trace = 0, str(error), {}
        forwarded: dict[str, Any] = next((e["data"] for e in trace.get("backend", []) if "validation" in e["data"]), {})
        presented = _seen(text) or forwarded.get("clientCertificate") or {}
        return Result(
            api=name,
            url=api["url"],
            status=status,
            presented_thumbprint=presented.get("thumbprint"),
            presented_subject=presented.get("subject"),
            expected_thumbprint=api["thumbprint"],
            expected_subject=api["subject"],
            validation=forwarded.get("validation"),
            reason=None if status == 200 else _reason(trace, text),
        )


def _seen(text: str) -> dict[str, Any] | None:
    """What the backends of local Azure tell."""
    try:
        client: dict[str, Any] | None = json.loads(text).get("client")
    except (ValueError, AttributeError):
        return None
    return client


def _reason(trace: Mapping[str, Any], text: str) -> str:
    errors = trace.get("on-error", [])
    return errors[0]["data"]["message"] if errors else text[:300]


_OTHER_CERTIFICATE = (
    "The backend saw another certificate than the stack declares. If it was renewed in Key Vault, let the stack know: "
    "python -m local refresh, then python -m local up"
)
_TITLES = ("API", "URL", "Status", "Backend saw", "Stack declares", "Backend validated by", "Verdict")
_WIDE = 165
"""Columns from which a row fits: two thumbprints of 40 digits stand side by side."""


def _print_table(results: list[Result]) -> None:
    from rich.console import Console  # noqa: PLC0415  start-up time: --json needs none of it
    from rich.table import Table  # noqa: PLC0415
    from rich.text import Text  # noqa: PLC0415

    console = Console(width=None if sys.stdout.isatty() else 200)  # a log need not fit a screen
    rows = [[Text(cell, overflow="fold") for cell in _cells(result)] for result in results]
    for row, result in zip(rows, results, strict=True):
        row[-1].stylize("green" if result.ok else "red")
    if console.width >= _WIDE:
        table = Table(*_TITLES, show_lines=True)
        for row in rows:
            table.add_row(*row)
        console.print(table)
    else:
        for row in rows:
            table = Table(show_header=False)
            for title, cell in zip(_TITLES, row, strict=True):
                table.add_row(title, cell)
            console.print(table)
    for result in results:
        if not result.ok:
            text = result.reason or _OTHER_CERTIFICATE
            console.print(f"{result.api}: {text}", markup=False, style="red")


def _cells(result: Result) -> tuple[str, ...]:
    return (
        result.api,
        result.url,
        str(result.status),
        f"{result.presented_subject or 'none'}\n{result.presented_thumbprint or ''}".strip(),
        f"{result.expected_subject}\n{result.expected_thumbprint}",
        result.validation or "",
        "ok" if result.ok else "FAILED",
    )
