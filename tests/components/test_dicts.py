"""A dictionary stands for any arguments: typed, deployed alike, and refused with the nearest key."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from backend_mtls import (
    ApiManagement,
    BackendPool,
    ClientCertificate,
    ClientCertificatePolicy,
    MtlsApi,
    MtlsBackend,
    PolicyScope,
    VaultAccess,
    dict_types,
)
from declared import SECRET, VAULT, service, vault_certificate
from program import refusal, run

PROJECT = Path(__file__).parents[2]
WRITTEN = Path(dict_types.__file__).with_name("dicts.py")
DEFINITION: dict[str, Any] = {"location": "westeurope", "publisher_name": "Team", "publisher_email": "t@example.com"}
TYPED = """
from backend_mtls import ApiManagement, ClientCertificate, MtlsApi

service = ApiManagement.from_existing("service", resource_group_name="rg", service_name="apim")
client = ClientCertificate("client", {{"service": service, "key_vault": {{"secret_id": "https://kv"}}}})
MtlsApi("orders", {{"certificate": client, "path": "orders", "backend": {{"url": "https://orders"{more}}}}})
"""


def classes(text: str) -> dict[str, str]:
    return {each.name: ast.dump(each) for each in ast.parse(text).body if isinstance(each, ast.ClassDef)}


def test_the_module_is_what_the_classes_say() -> None:
    assert classes(WRITTEN.read_text()) == classes(dict_types.module()), (
        "python -m backend_mtls.dict_types > components/backend_mtls/dicts.py, then make format"
    )


def test_dictionaries_all_the_way_down_are_deployed_as_classes_are() -> None:
    def program() -> None:
        given = {"resource_group_name": "rg", "service_name": "apim", "definition": DEFINITION}
        on = ApiManagement("apim", given)  # type: ignore[arg-type] # a variable's keys are not known to mypy
        grant = VaultAccess("kv", {"service": on, "vault_id": VAULT})
        client = ClientCertificate("client", {"service": on, "access": grant, "key_vault": {"secret_id": SECRET}})
        to = MtlsBackend("to", {"certificate": client, "settings": {"url": "https://to", "circuit_breaker": {}}})
        BackendPool("pool", {"members": [{"backend": to, "weight": 5}]})
        MtlsApi("api", {"certificate": client, "path": "api", "shared_backend": to})
        ClientCertificatePolicy("all", {"certificate": client, "scope": PolicyScope.service()})

    azure = run(program)
    assert azure.inputs("ApiManagementService")["apim"]["location"] == "westeurope"
    assert azure.inputs("Certificate")["client"]["keyVault"] == {"secretIdentifier": SECRET}
    assert azure.inputs("Backend")["to"]["circuitBreaker"]["rules"][0]["failureCondition"]["count"] == 3
    assert azure.inputs("Backend")["pool"]["pool"]["services"][0]["weight"] == 5
    assert set(azure.inputs("ApiPolicy")) == {"api"}
    assert set(azure.inputs("Policy")) == {"all"}


def test_a_key_that_there_is_not_proposes_the_nearest() -> None:
    def program() -> None:
        given: Any = {"resource_group_name": "rg", "service_name": "apim", "definition": DEFINITION | {"skus": "Basic"}}
        ApiManagement("apim", given)

    assert str(refusal(program)) == (
        "1 problem found; nothing of these components was registered\n"
        "1. There is no such argument\n"
        "    where:   ApiManagement apim: definition.skus\n"
        "    got:     skus\n"
        "    allowed: location, publisher_name, publisher_email, sku, capacity, create_resource_group, "
        "user_assigned_identities, tags\n"
        "    fix:     write sku"
    )


def test_a_key_that_is_missing_is_named() -> None:
    def program() -> None:
        given: Any = {"resource_group_name": "rg", "service_name": "apim", "definition": {"location": "westeurope"}}
        ApiManagement("apim", given)

    text = str(refusal(program))
    assert "A required argument is missing\n    where:   ApiManagement apim: definition.publisher_email" in text
    assert "where:   ApiManagement apim: definition.publisher_name" in text


@pytest.mark.parametrize(("more", "errors"), [("", 0), (', "urls": ""', 1)])
def test_mypy_checks_the_keys(tmp_path: Path, more: str, errors: int) -> None:
    program = tmp_path / "program.py"
    program.write_text(TYPED.format(more=more))
    words = [sys.executable, "-m", "mypy", "--config-file", "pyproject.toml", "--cache-dir", str(tmp_path / "cache")]
    ended = subprocess.run(  # noqa: S603 -- our own words
        [*words, str(program)], cwd=PROJECT, capture_output=True, text=True, check=False
    )
    found = [line for line in ended.stdout.splitlines() if "program.py" in line and "error:" in line]
    assert len(found) == errors, ended.stdout


SECRET_WORD = "s3cr3t-that-nobody-may-read"


@pytest.mark.parametrize(
    "credentials",
    [
        {SECRET_WORD: "x"},
        {"headers": {SECRET_WORD: 5}},
        {"headers": {"X-Key": SECRET_WORD}},
        {"headers": SECRET_WORD},
        {"query": {SECRET_WORD: [5]}},
        {"authorization": SECRET_WORD},
        SECRET_WORD,
    ],
    ids=["key", "header", "value", "headers", "parameter", "authorization", "credentials"],
)
def test_nothing_of_a_credential_in_the_wrong_place_is_shown(credentials: Any) -> None:
    def program() -> None:
        certificate = vault_certificate(service())
        MtlsBackend("x", {"certificate": certificate, "settings": {"url": "https://x", "credentials": credentials}})

    text = str(refusal(program))
    assert SECRET_WORD not in text
    assert "settings.credentials" in text
