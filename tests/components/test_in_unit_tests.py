"""Components can be unit-tested as Pulumi says: mocks, a program that is imported, `@pulumi.runtime.test`."""

import subprocess
import sys
from pathlib import Path

from conftest import PROJECT

UNIT_TEST = """
import pulumi
import pytest


class Azure(pulumi.runtime.Mocks):
    def new_resource(self, args):
        return f"{args.name}-id", args.inputs | {"gatewayUrl": "https://apim.azure-api.net"}

    def call(self, args):
        return {}


pulumi.runtime.set_mocks(Azure())

from backend_mtls import *

ask_key_vault(Preflight(mode="off"))
service = ApiManagement("service", ApiManagementArgs(
    resource_group_name="rg", service_name="apim",
    definition=ServiceDefinition(location="westeurope", publisher_name="Team", publisher_email="team@example.com")))
certificate = ClientCertificate.from_key_vault(
    "orders", service=service, source=KeyVaultSource(secret_id="https://kv.vault.azure.net/secrets/orders"))
api = MtlsApi("orders", MtlsApiArgs(
    service=service, certificate=certificate, path="orders", backend=BackendSettings(url="URL")))


@pulumi.runtime.test
def test_the_url():
    def check(url):
        assert url == "https://apim.azure-api.net/orders"

    return api.url.apply(check)
"""


def unit_test(folder: Path, url: str) -> str:
    (folder / "test_program.py").write_text(UNIT_TEST.replace('"URL"', f'"{url}"'))
    words = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:randomly", "test_program.py"]
    environment = {"PYTHONPATH": str(PROJECT), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    return subprocess.run(  # noqa: S603 -- our own command line
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    ).stdout


def test_a_program_without_mistakes_passes(tmp_path: Path) -> None:
    assert "1 passed" in unit_test(tmp_path, "https://orders")


def test_one_with_a_mistake_fails_with_its_message(tmp_path: Path) -> None:
    printed = unit_test(tmp_path, "http://orders")
    assert "1 failed" in printed
    assert "A client certificate is presented over TLS only" in printed
