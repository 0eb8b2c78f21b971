"""HTTPS to ARM: connections, token, retries, and the real provider's reading of the answers.

source: azure/client_azcore.go, with azcore's retry policy
"""

import base64
import json
import queue
import ssl
import threading
import time
from http.client import HTTPException, HTTPSConnection
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urlsplit

from local.endpoints import Endpoints
from local.provider.errors import ArmError, CancelledError, ProviderError

_RETRIED = {408, 429, 500, 502, 503, 504}
_ATTEMPTS = 4
_RETRY_DELAY = 0.5
"""Seconds before the first retry. The real provider starts at 20 s; here the other side is on this machine."""
_SOCKET_TIMEOUT = 100.0
_TOKEN_MARGIN = 60.0


class Answer(NamedTuple):
    """One HTTP answer."""

    status: int
    headers: dict[str, str]
    content: bytes

    @property
    def body(self) -> dict[str, Any]:
        """The JSON object in it; empty when there is none."""
        try:
            body = json.loads(self.content or b"{}")
        except ValueError:
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def retry_after(self) -> float | None:
        """Seconds to wait, as the server asks."""
        value = self.headers.get("retry-after", "")
        return float(value) if value.isdecimal() else None

    def error(self) -> ArmError:
        """The error that the user sees for it."""
        error = self.body.get("error")
        details = error if isinstance(error, dict) else {}
        message = details.get("message") or self.content.decode(errors="replace")
        return ArmError(self.status, str(details.get("code") or ""), str(message))


class ArmClient:
    """Requests to one ARM endpoint, from any thread."""

    def __init__(self, endpoints: Endpoints) -> None:
        self.endpoints = endpoints
        self.cancelled = threading.Event()
        self._tls = ssl.create_default_context(cafile=endpoints.ca)
        self._idle: dict[str, queue.LifoQueue[HTTPSConnection]] = {}
        self._token = ""
        self._token_until = 0.0
        self._token_lock = threading.Lock()

    def send(self, method: str, url: str, body: Any = None, *, deadline: float | None = None) -> Answer:
        """Sends one request (a path below ARM, or a whole URL), and again where Azure's clients would."""
        target = url if url.startswith("https:") else self.endpoints.arm + quote(url, safe="/?&=%$+:@,;!'()*~")
        content = None if body is None else json.dumps(body).encode()
        for attempt in range(_ATTEMPTS):
            headers = {"Authorization": f"Bearer {self.token()}", "Accept": "application/json"}
            if content is not None:
                headers["Content-Type"] = "application/json; charset=utf-8"
            answer = self._exchange(method, target, content, headers)
            if not _is_transient(answer) or attempt == _ATTEMPTS - 1:
                break
            delay = answer.retry_after
            self.sleep(_RETRY_DELAY * (2 ** (attempt + 1) - 1) if delay is None else delay, deadline)
        return answer

    def get(self, arm_id: str, api_version: str) -> dict[str, Any]:
        """Reads a resource; raises ArmError when ARM answers anything but 200."""
        answer = self.send("GET", f"{arm_id}?api-version={api_version}")
        if answer.status != 200:
            raise answer.error()
        return answer.body

    def sleep(self, seconds: float, deadline: float | None) -> None:
        """Waits; raises CancelledError when the engine cancels or the time is up."""
        if deadline is not None and time.monotonic() + seconds > deadline:
            raise CancelledError("operation timed out")
        if self.cancelled.wait(seconds):
            raise CancelledError("operation cancelled")

    def close(self) -> None:
        """Closes the idle connections."""
        for idle in self._idle.values():
            while not idle.empty():
                idle.get().close()

    def token(self) -> str:
        """An access token for ARM, kept until shortly before it expires."""
        with self._token_lock:
            if time.monotonic() >= self._token_until:
                self._token, lifetime = self._fetch_token()
                self._token_until = time.monotonic() + lifetime - _TOKEN_MARGIN
            return self._token

    def claims(self) -> dict[str, Any]:
        """What the token says about its owner (JWT payload)."""
        payload = self.token().split(".")[1]
        claims: dict[str, Any] = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        return claims

    def _fetch_token(self) -> tuple[str, float]:
        known = self.endpoints
        form = urlencode(
            {
                "grant_type": "client_credentials",
                "client_id": known.client_id,
                "client_secret": known.client_secret,
                "scope": "https://management.azure.com/.default",
            }
        )
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        url = f"{known.authority}/{known.tenant_id}/oauth2/v2.0/token"
        answer = self._exchange("POST", url, form.encode(), headers)
        if answer.status != 200:
            raise ProviderError(
                f"No token from {url} for client {known.client_id}: HTTP {answer.status} "
                f"{answer.body.get('error_description', '')}. Restart local Azure: python -m local start"
            )
        return str(answer.body["access_token"]), float(answer.body["expires_in"])

    def _exchange(self, method: str, url: str, content: bytes | None, headers: dict[str, str]) -> Answer:
        parts = urlsplit(url)
        idle = self._idle.setdefault(parts.netloc, queue.LifoQueue())
        target = parts.path + ("?" + parts.query if parts.query else "")
        while True:
            try:
                connection, is_fresh = idle.get_nowait(), False
            except queue.Empty:
                connection = HTTPSConnection(parts.netloc, timeout=_SOCKET_TIMEOUT, context=self._tls)
                is_fresh = True
            try:
                connection.request(method, target, content, headers)
                response = connection.getresponse()
                answer = Answer(response.status, {k.lower(): v for k, v in response.getheaders()}, response.read())
            except (OSError, HTTPException) as error:
                connection.close()
                if not is_fresh and isinstance(error, ConnectionError | ssl.SSLError):
                    continue  # the server has closed an idle connection: try the next one
                where = f"https://{parts.netloc}"
                raise ProviderError(
                    f"Local Azure does not answer at {where}: {error}. Start it with: python -m local start"
                ) from error
            idle.put(connection)
            return answer


def _is_transient(answer: Answer) -> bool:
    conflict = answer.status == 409 and answer.error().code == "AnotherOperationInProgress"
    return conflict or answer.status in _RETRIED
