"""Whatever a vault answers other than a certificate is one line that says what to do about it."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from azure.core.credentials import AccessToken
from backend_mtls import key_vault
from backend_mtls.vault.secret_identifier import SecretIdentifier

from local.azure import pki
from local.home import Home


class Answering(BaseHTTPRequestHandler):
    """Answers every request the same."""

    status, body = 200, b""

    def do_GET(self) -> None:
        self.send_response(self.status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


class Anybody:
    """Logged in, but never asked."""

    def get_token(self, *_: str, **__: object) -> AccessToken:
        return AccessToken("token", 4_000_000_000)


@pytest.fixture(scope="module")
def vault(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """Address and CA of a TLS server that answers as it is told."""
    home = Home(root=tmp_path_factory.mktemp("vault"))
    home.create()
    pki.seed(home)
    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    server.socket = pki.endpoint_context(home).wrap_socket(server.socket, server_side=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"https://localhost:{server.server_port}", str(Path(home.pki) / "ca.pem")
    server.shutdown()
    thread.join()
    server.server_close()


def error(code: str, message: str = "Because.", inner: str | None = None) -> str:
    details = {"innererror": {"code": inner}} if inner else {}
    return json.dumps({"error": {"code": code, "message": message} | details})


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (
            403,
            error("Forbidden", inner="ForbiddenByFirewall"),
            "the vault's firewall refuses this machine (ForbiddenByFirewall)",
        ),
        (
            403,
            error("Forbidden", inner="ForbiddenByConnection"),
            "the vault's firewall refuses this machine (ForbiddenByConnection)",
        ),
        (
            403,
            error("Forbidden", inner="AccessDenied"),
            "the identity may not read certificates in the vault (AccessDenied)",
        ),
        (403, error("Forbidden"), "the identity may not read certificates in the vault (Forbidden)"),
        (403, "", "the identity may not read certificates in the vault (Forbidden)"),
        (404, error("VaultNotFound"), "the vault answered 404: (VaultNotFound) Because."),
        (404, "<html>", "the vault answered 404: JSON is invalid: Expecting value: line 1 column 1 (char 0)"),
        (429, error("Throttled"), "the vault answered 429: (Throttled) Because."),
        (500, error("Internal", "x" * 300), "the vault answered 500: (Internal) " + "x" * 189 + "…"),
        (503, "", "the vault answered 503: Operation returned an invalid status 'Service Unavailable'"),
    ],
)
def test_an_answer_that_is_no_certificate_is_one_line(
    vault: tuple[str, str], monkeypatch: pytest.MonkeyPatch, status: int, body: str, expected: str
) -> None:
    monkeypatch.setattr(Answering, "status", status)
    monkeypatch.setattr(Answering, "body", body.encode())
    assert ask(vault) == expected


@pytest.mark.parametrize("body", ["", "{", "[]", '"x"', "{}", '{"id": 1}', '{"policy": {}}', "<html>"])
def test_a_success_that_says_nothing_is_not_taken_for_a_certificate(
    vault: tuple[str, str], monkeypatch: pytest.MonkeyPatch, body: str
) -> None:
    monkeypatch.setattr(Answering, "status", 200)
    monkeypatch.setattr(Answering, "body", body.encode())
    assert ask(vault).startswith("the vault")


def ask(vault: tuple[str, str]) -> str:
    """Why nothing could be checked."""
    url, ca = vault
    secret = SecretIdentifier(url=f"{url}/secrets/x", vault="kv", vault_url=url, name="x", version=None)
    options = {"verify_challenge_resource": False, "connection_verify": ca}
    (found,) = key_vault.look_up(
        [secret], key_vault.Preflight(timeout_seconds=30), credential=Anybody(), client_options=options
    )
    assert (found.problems, found.certificate) == ((), None)
    assert found.unchecked is not None
    return found.unchecked
