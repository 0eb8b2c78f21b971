"""A real local Azure for tests: its own home, its own process, free ports, TLS with its own CA."""

import json
import os
import ssl
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from local import endpoints
from local.azure import request_log
from local.endpoints import SUBSCRIPTION_ID, Endpoints
from local.home import HOME_VARIABLE, Home

PROJECT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Answer:
    """What was answered; `headers` by lower-case name, `body` the parsed JSON or None."""

    status: int
    headers: dict[str, str]
    body: Any

    @property
    def error(self) -> dict[str, Any]:
        """ARM's error object."""
        error: dict[str, Any] = self.body["error"]
        return error


class LocalAzure:
    """A local Azure in its own home; `start` and `stop` run the commands a user runs."""

    subscription = f"/subscriptions/{SUBSCRIPTION_ID}"

    def __init__(self, root: Path) -> None:
        self.home = Home(root=root)

    @cached_property
    def endpoints(self) -> Endpoints:
        return endpoints.load(self.home)

    @cached_property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=self.endpoints.ca)

    @cached_property
    def token(self) -> str:
        return self.token_for("https://management.azure.com")

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Runs `python -m local …` against this home."""
        return subprocess.run(  # noqa: S603 -- our own command line
            [sys.executable, "-m", "local", *arguments],
            cwd=PROJECT,
            env=os.environ | {HOME_VARIABLE: str(self.home.root)},
            capture_output=True,
            text=True,
            check=False,
            timeout=60,
        )

    def start(self, port: int = 0) -> None:
        result = self.command("start", "--port", str(port))
        assert result.returncode == 0, result.stdout + result.stderr
        for name in ("endpoints", "tls", "token"):
            self.__dict__.pop(name, None)

    def stop(self) -> None:
        result = self.command("stop")
        assert result.returncode == 0, result.stdout + result.stderr

    def token_for(self, audience: str) -> str:
        """A bearer token of the service principal that owns the subscription."""
        form = {
            "grant_type": "client_credentials",
            "client_id": self.endpoints.client_id,
            "client_secret": self.endpoints.client_secret,
            "scope": f"{audience}/.default",
        }
        url = f"{self.endpoints.authority}/{self.endpoints.tenant_id}/oauth2/v2.0/token"
        token: str = self.send("POST", url, urllib.parse.urlencode(form).encode()).body["access_token"]
        return token

    def send(
        self, method: str, url: str, data: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Any HTTPS request that trusts local Azure's CA; an error status is an answer, not an exception."""
        request = urllib.request.Request(url, data=data, method=method, headers=dict(headers or {}))  # noqa: S310 -- https
        try:
            response = urllib.request.urlopen(request, context=self.tls, timeout=30)  # noqa: S310 -- https
        except urllib.error.HTTPError as error:
            response = error
        with response:
            content = response.read()
            found = {name.lower(): value for name, value in response.headers.items()}
            is_json = "json" in found.get("content-type", "")
            return Answer(response.status, found, json.loads(content) if content and is_json else content or None)

    def arm(
        self,
        method: str,
        path: str,
        body: Any = None,
        api_version: str | None = "2024-05-01",
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """One authenticated ARM request; `path` starts with `/subscriptions/…` or is a whole URL (Location)."""
        url = path if path.startswith("https://") else self.endpoints.arm + urllib.parse.quote(path, safe="/?&=$;%")
        if api_version and "api-version=" not in url:
            url += ("&" if "?" in url else "?") + f"api-version={api_version}"
        sent = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"} | dict(headers or {})
        return self.send(method, url, None if body is None else json.dumps(body).encode(), sent)

    def requests(self) -> list[dict[str, Any]]:
        """The request log so far."""
        return request_log.read(self.home.request_log)


def _running(root: Path) -> Iterator[LocalAzure]:
    azure = LocalAzure(root)
    azure.start()
    yield azure
    azure.stop()


@pytest.fixture(scope="session")
def local_azure(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LocalAzure]:
    """One running local Azure for all tests of a worker: use names of your own."""
    yield from _running(tmp_path_factory.mktemp("azure"))


@pytest.fixture
def fresh_azure(tmp_path: Path) -> Iterator[LocalAzure]:
    """A running local Azure for one test alone."""
    yield from _running(tmp_path / "azure")
