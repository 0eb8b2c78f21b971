"""`call` shows what each backend saw, says why a call failed, and succeeds only if everything is as declared."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import LocalAzure

from local.azure import pki, x509
from local.call import Result, call_all
from local.errors import LocalError
from local.home import Home

GROUP = f"{LocalAzure.subscription}/resourceGroups/rg-call"
SERVICE = f"{GROUP}/providers/Microsoft.ApiManagement/service/call-by-tests"
POLICY = """<policies><inbound><base /><authentication-certificate thumbprint="{thumbprint}" />
<set-backend-service backend-id="legacy" /></inbound></policies>"""


@pytest.fixture(scope="module")
def outputs(local_azure: LocalAzure) -> dict[str, Any]:
    """The outputs of a stack with two APIs: `good` presents a certificate, `bad` validates a self-signed backend."""
    pfx = (local_azure.home.pki / "legacy-client.pfx").read_bytes()
    pair, _ = x509.read_pkcs12(pfx, pki.LEGACY_CLIENT_PASSWORD)
    thumbprint = x509.thumbprint(pair.certificate)
    publisher = {"publisherEmail": "a@b.c", "publisherName": "tests"}
    service = {"location": "westeurope", "sku": {"name": "Developer", "capacity": 1}, "properties": publisher}
    local_azure.arm("PUT", GROUP, {"location": "westeurope"}, api_version="2024-03-01")
    entities: dict[str, Any] = {
        "": service,
        "/certificates/legacy": {
            "properties": {"data": base64.b64encode(pfx).decode(), "password": pki.LEGACY_CLIENT_PASSWORD}
        },
        "/backends/legacy": _backend(chain=False),
        "/backends/strict": _backend(chain=True),
    }
    for name, backend in (("good", "legacy"), ("bad", "strict")):
        policy = POLICY.format(thumbprint=thumbprint).replace('"legacy"', f'"{backend}"')
        entities |= {
            f"/apis/{name}": {"properties": {"displayName": name, "path": name, "protocols": ["https"]}},
            f"/apis/{name}/operations/get": {"properties": {"displayName": "get", "method": "GET", "urlTemplate": "/"}},
            f"/apis/{name}/policies/policy": {"properties": {"format": "rawxml", "value": policy}},
        }
    for path, body in entities.items():
        answer = local_azure.arm("PUT", SERVICE + path, body)
        assert answer.status in {200, 201, 202}, answer.body
    gateway = local_azure.arm("GET", SERVICE).body["properties"]["gatewayUrl"]
    apis = {
        name: {"url": f"{gateway}/{name}", "thumbprint": thumbprint, "subject": "CN=legacy-client"}
        for name in ("good", "bad")
    }
    return {"service": {"id": SERVICE}, "apis": apis}


def _backend(*, chain: bool) -> dict[str, Any]:
    tls = {"validateCertificateChain": chain, "validateCertificateName": True}
    return {"properties": {"url": "https://legacy.backend.internal", "protocol": "http", "tls": tls}}


@pytest.fixture
def deploy(local_azure: LocalAzure, tmp_path: Path) -> Callable[[dict[str, Any]], str]:
    """Writes the state that an engine would leave; returns the stack's name."""
    (tmp_path / "Pulumi.yaml").write_text("runtime: python\nname: call-tests  # a comment\n")

    def write(outputs: dict[str, Any]) -> str:
        folder = local_azure.home.root / ".pulumi" / "stacks" / "call-tests"
        folder.mkdir(parents=True, exist_ok=True)
        stack = {"type": "pulumi:pulumi:Stack", "outputs": outputs}
        other = {"type": "azure-native:resources:ResourceGroup", "outputs": {"apis": "no"}}
        state = {"version": 3, "checkpoint": {"latest": {"resources": [other, stack]}}}
        (folder / f"{tmp_path.name}.json").write_text(json.dumps(state))
        return tmp_path.name

    return write


def command(azure: LocalAzure, stack: str, project: Path, *more: str) -> Any:
    return azure.command("call", "--stack", stack, "--cwd", str(project), *more)


Deploy = Callable[[dict[str, Any]], str]


def test_every_api_is_called_and_the_declared_certificate_is_compared(
    local_azure: LocalAzure, outputs: dict[str, Any], deploy: Deploy, tmp_path: Path
) -> None:
    bad, good = call_all(local_azure.home, tmp_path, deploy(outputs))

    thumbprint = outputs["apis"]["good"]["thumbprint"]
    assert good == Result(
        api="good",
        url=outputs["apis"]["good"]["url"],
        status=200,
        presented_thumbprint=thumbprint,
        presented_subject="CN=legacy-client",
        expected_thumbprint=thumbprint,
        expected_subject="CN=legacy-client",
        validation="name only",
        reason=None,
    )
    assert good.ok
    assert (bad.status, bad.ok, bad.presented_thumbprint) == (500, False, None)
    assert "The remote certificate is invalid according to the validation procedure." in (bad.reason or "")


def test_another_certificate_than_declared_is_not_ok(
    local_azure: LocalAzure, outputs: dict[str, Any], deploy: Deploy, tmp_path: Path
) -> None:
    good = outputs["apis"]["good"] | {"thumbprint": "0" * 40}
    stack = deploy(outputs | {"apis": {"good": good}})

    (result,) = call_all(local_azure.home, tmp_path, stack)

    assert (result.status, result.ok) == (200, False)
    failed = command(local_azure, stack, tmp_path)
    assert failed.returncode == 1
    assert "The backend saw another certificate than the stack declares." in failed.stdout


def test_the_json_and_the_exit_code(
    local_azure: LocalAzure, outputs: dict[str, Any], deploy: Deploy, tmp_path: Path
) -> None:
    good = outputs["apis"]["good"]

    done = command(local_azure, deploy(outputs | {"apis": {"good": good}}), tmp_path, "--json")

    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [
        {
            "api": "good",
            "url": good["url"],
            "status": 200,
            "presented_thumbprint": good["thumbprint"],
            "expected_thumbprint": good["thumbprint"],
            "ok": True,
        }
    ]


def test_the_table_says_why_a_call_failed(
    local_azure: LocalAzure, outputs: dict[str, Any], deploy: Deploy, tmp_path: Path
) -> None:
    failed = command(local_azure, deploy(outputs), tmp_path)

    assert failed.returncode == 1
    words = " ".join(failed.stdout.split())
    assert "bad: BackendConnectionFailure in forward-request" in words
    assert "FAILED" in words


def test_a_stack_without_apis_is_an_error_with_the_fix(
    local_azure: LocalAzure, outputs: dict[str, Any], deploy: Deploy, tmp_path: Path
) -> None:
    stack = deploy(outputs | {"apis": {}})
    failed = command(local_azure, stack, tmp_path)
    assert failed.returncode == 1
    assert failed.stderr == (
        f"error: Stack '{stack}' has no API to call. Deploy it with: python -m local up --stack {stack}\n"
    )


def test_a_stack_without_state_is_an_error(local_azure: LocalAzure, tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: call-tests\n")
    with pytest.raises(LocalError, match=r"^Stack 'none' has no state \(.*none\.json\)\. Deploy it with: "):
        call_all(local_azure.home, tmp_path, "none")


def test_a_folder_without_a_project_is_an_error(local_azure: LocalAzure, tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"is no Pulumi project: it has no Pulumi\.yaml\. Name one with --cwd$"):
        call_all(local_azure.home, tmp_path, "local")


def test_a_service_that_is_gone_is_an_error(
    local_azure: LocalAzure, outputs: dict[str, Any], deploy: Deploy, tmp_path: Path
) -> None:
    gone = deploy(outputs | {"service": {"id": SERVICE + "-gone"}})
    with pytest.raises(LocalError, match=r"No subscription key from .*-gone"):
        call_all(local_azure.home, tmp_path, gone)


def test_without_local_azure_the_error_says_how_to_start_it(tmp_path: Path) -> None:
    with pytest.raises(LocalError, match=r"Local Azure is not running .* python -m local start"):
        call_all(Home(root=tmp_path), tmp_path, "local")
