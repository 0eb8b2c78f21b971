"""The identity that looks into Key Vault is the one that azure-native deploys with, found in the same order."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from azure import identity
from backend_mtls import azure_credential
from backend_mtls.azure_credential import CredentialError
from certificates import make
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

TENANT = "11111111-1111-4111-8111-111111111111"
PRINCIPAL = {"ARM_TENANT_ID": TENANT, "ARM_CLIENT_ID": "22222222-2222-4222-8222-222222222222"}
SECRET = {"ARM_CLIENT_SECRET": "of-the-principal"}
OIDC = {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN": "federated"}


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({}, identity.ChainedTokenCredential),
        (SECRET, identity.ChainedTokenCredential),
        (PRINCIPAL, identity.ChainedTokenCredential),
        (PRINCIPAL | SECRET, identity.ClientSecretCredential),
        (PRINCIPAL | SECRET | OIDC | {"ARM_USE_MSI": "true"}, identity.ClientSecretCredential),
        (PRINCIPAL | OIDC, identity.ClientAssertionCredential),
        (PRINCIPAL | OIDC | {"ARM_USE_OIDC": "false"}, identity.ChainedTokenCredential),
        (PRINCIPAL | {"ARM_USE_OIDC": "true"}, identity.ChainedTokenCredential),
        (PRINCIPAL | {"ARM_USE_MSI": "true"}, identity.ManagedIdentityCredential),
        ({"ARM_USE_MSI": "True"}, identity.ManagedIdentityCredential),
        (PRINCIPAL | SECRET | {"ARM_USE_DEFAULT_AZURE_CREDENTIAL": "true"}, identity.DefaultAzureCredential),
    ],
)
def test_the_kind_of_credential_follows_the_variables(environment: dict[str, str], expected: type) -> None:
    assert type(azure_credential.from_environment(environment)) is expected


def test_a_certificate_comes_before_a_secret(tmp_path: Path) -> None:
    made = make("principal")
    key = made.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "principal.pem").write_bytes(key + made.pem)
    environment = PRINCIPAL | SECRET | {"ARM_CLIENT_CERTIFICATE_PATH": str(tmp_path / "principal.pem")}
    assert isinstance(azure_credential.from_environment(environment), identity.CertificateCredential)


def test_a_certificate_that_cannot_be_read_is_an_error_of_one_line(tmp_path: Path) -> None:
    (tmp_path / "broken.pem").write_text("x\ny")
    for name, text in (("gone.pem", "No such file"), ("broken.pem", "Failed to deserialize")):
        with pytest.raises(CredentialError, match=text) as caught:
            azure_credential.from_environment(PRINCIPAL | {"ARM_CLIENT_CERTIFICATE_PATH": str(tmp_path / name)})
        assert len(str(caught.value).splitlines()) == 1


def test_a_tenant_id_that_is_none_is_an_error() -> None:
    with pytest.raises(CredentialError, match="tenant"):
        azure_credential.from_environment(PRINCIPAL | SECRET | {"ARM_TENANT_ID": "a b"})


@pytest.mark.parametrize(
    ("cloud", "authority"),
    [
        ({}, "login.microsoftonline.com"),
        ({"ARM_ENVIRONMENT": "public"}, "login.microsoftonline.com"),
        ({"ARM_ENVIRONMENT": "usgovernment"}, "login.microsoftonline.us"),
        ({"AZURE_ENVIRONMENT": "AzureChinaCloud"}, "login.chinacloudapi.cn"),
        ({"AZURE_AUTHORITY_HOST": "login.example.com"}, "login.example.com"),
    ],
)
def test_the_cloud_decides_where_to_log_in(cloud: dict[str, str], authority: str) -> None:
    credential = azure_credential.from_environment(PRINCIPAL | SECRET | cloud)
    assert credential._authority == f"https://{authority}"


def test_a_federated_token_in_a_file_is_read_each_time(tmp_path: Path) -> None:
    file = tmp_path / "token"
    environment = PRINCIPAL | {"ARM_USE_OIDC": "true", "ARM_OIDC_TOKEN_FILE_PATH": str(file)}
    credential = azure_credential.from_environment(environment)
    for token in ("first", "second"):
        file.write_text(token)
        assert credential._func() == token


class Issuer(BaseHTTPRequestHandler):
    """Answers as GitHub's token endpoint: with what it was asked."""

    def do_GET(self) -> None:
        body = json.dumps({"value": f"{self.headers['Authorization']} {self.path}"}).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Says nothing."""


@pytest.fixture
def issuer() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Issuer)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/token"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.mark.parametrize(
    ("query", "audience", "asked"),
    [
        ("", {}, "/token?audience=api%3A%2F%2FAzureADTokenExchange"),
        ("?v=1", {"ARM_OIDC_AUDIENCE": "other"}, "/token?v=1&audience=other"),
    ],
)
def test_a_federated_token_is_asked_of_github(issuer: str, query: str, audience: dict[str, str], asked: str) -> None:
    github = {"ACTIONS_ID_TOKEN_REQUEST_URL": issuer + query, "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "of-the-job"}
    credential = azure_credential.from_environment(PRINCIPAL | {"ARM_USE_OIDC": "true"} | github | audience)
    assert credential._func() == f"Bearer of-the-job {asked}"


def test_a_file_is_no_server_to_ask_for_a_token(tmp_path: Path) -> None:
    (tmp_path / "token").write_text('{"value": "x"}')
    github = {"ACTIONS_ID_TOKEN_REQUEST_URL": f"file://{tmp_path}/token", "ACTIONS_ID_TOKEN_REQUEST_TOKEN": "x"}
    credential = azure_credential.from_environment(PRINCIPAL | {"ARM_USE_OIDC": "true"} | github)
    with pytest.raises(ValueError, match="ACTIONS_ID_TOKEN_REQUEST_URL is no URL of a server"):
        credential._func()
