"""Whatever is given as an argument is deployed or refused: no other exception, no hang, nothing half registered."""

import os
from collections.abc import Callable
from dataclasses import fields, replace
from random import Random
from typing import Any

import pulumi
import pytest
from backend_mtls import (
    ApiManagement,
    ApiManagementArgs,
    BackendCredentials,
    BackendPool,
    BackendPoolArgs,
    BackendProxy,
    BackendSettings,
    CircuitBreaker,
    ClientCertificate,
    ClientCertificateArgs,
    ClientCertificatePolicy,
    ClientCertificatePolicyArgs,
    GatewayCertificateAuthority,
    GatewayCertificateAuthorityArgs,
    KeyVaultSource,
    MtlsApi,
    MtlsApiArgs,
    MtlsBackend,
    MtlsBackendArgs,
    PfxSource,
    PolicyScope,
    PoolMember,
    ServiceDefinition,
    VaultAccess,
    VaultAccessArgs,
    Workspace,
    WorkspaceArgs,
)
from backend_mtls.arguments import ArgumentsError
from declared import PFX, SECRET, VAULT, existing, pfx_certificate, service, vault_certificate, workspace
from program import Azure, run

EXAMPLES = int(os.environ.get("ARGUMENT_EXAMPLES", "300"))
VALUES: dict[str, Callable[[], Any]] = {
    "None": lambda: None,
    "a number": lambda: 5,
    "a negative number": lambda: -1,
    "an empty text": lambda: "",
    "two lines": lambda: "a\nb",
    "no ASCII": lambda: "ü" * 300,
    "a list": lambda: [None],
    "a mapping": lambda: {"a": None},
    "an Output": lambda: pulumi.Output.from_input("x"),
    "an object": object,
}
DEFINITION = ServiceDefinition(location="x", publisher_name="x", publisher_email="x@example.com")
BACKEND = BackendSettings(
    url="https://x",
    credentials=BackendCredentials(headers={"X": ["1"]}),
    proxy=BackendProxy(url="http://proxy"),
    circuit_breaker=CircuitBreaker(),
)


def _policy(on: ApiManagement) -> ClientCertificatePolicyArgs:
    return ClientCertificatePolicyArgs(service=on, scope=PolicyScope.api("x"), certificate=pfx_certificate(on))


def _pool(on: ApiManagement) -> BackendPoolArgs:
    backend = MtlsBackend("b", MtlsBackendArgs(service=on, certificate=pfx_certificate(on), settings=BACKEND))
    return BackendPoolArgs(service=on, members=[PoolMember(backend=backend)])


COMPONENTS: dict[str, tuple[Any, Callable[[ApiManagement], Any]]] = {
    "service": (
        ApiManagement,
        lambda _: ApiManagementArgs(resource_group_name="rg", service_name="x", definition=DEFINITION),
    ),
    "workspace": (Workspace, lambda on: WorkspaceArgs(service=on, workspace_id="w")),
    "access": (VaultAccess, lambda on: VaultAccessArgs(service=on, vault_id=VAULT)),
    "vault": (
        ClientCertificate,
        lambda on: ClientCertificateArgs(service=on, key_vault=KeyVaultSource(secret_id=SECRET)),
    ),
    "pfx": (
        ClientCertificate,
        lambda on: ClientCertificateArgs(service=on, pfx=PfxSource(data=PFX.data, password=PFX.password)),
    ),
    "backend": (MtlsBackend, lambda on: MtlsBackendArgs(service=on, certificate=pfx_certificate(on), settings=BACKEND)),
    "pool": (BackendPool, _pool),
    "policy": (ClientCertificatePolicy, _policy),
    "authority": (
        GatewayCertificateAuthority,
        lambda on: GatewayCertificateAuthorityArgs(service=on, gateway_id="g", certificate=pfx_certificate(on)),
    ),
    "api": (MtlsApi, lambda on: MtlsApiArgs(service=on, certificate=vault_certificate(on), path="x", backend=BACKEND)),
}
"""Component, and arguments of it that are right."""

_NESTED = (
    ServiceDefinition,
    BackendSettings,
    KeyVaultSource,
    PfxSource,
    PolicyScope,
    BackendCredentials,
    BackendProxy,
    CircuitBreaker,
)


def places(args: Any, prefix: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """The path of every field, nested ones included."""
    found = []
    for field in fields(args):
        path = (*prefix, field.name)
        value = getattr(args, field.name)
        nested = isinstance(value, _NESTED)
        found += [path, *(places(value, path) if nested else [])]
    return found


def spoilt(args: Any, path: tuple[str, ...], value: Any) -> Any:
    """The arguments with another value at the path."""
    first, *rest = path
    return replace(args, **{first: spoilt(getattr(args, first), tuple(rest), value) if rest else value})


def cases() -> list[tuple[str, tuple[str, ...], str]]:
    """Every component, field and value."""
    found: list[tuple[str, tuple[str, ...], str]] = []

    def program() -> None:
        on = service("Premium")
        for name, (_, right) in COMPONENTS.items():
            found.extend((name, path, value) for path in places(right(on)) for value in VALUES)

    with pytest.raises(ArgumentsError):  # the same certificates again and again
        run(program)
    return found


def chosen() -> list[tuple[str, tuple[str, ...], str]]:
    """So many of them; `ARGUMENT_EXAMPLES=100000` is all."""
    every = cases()
    return Random(0).sample(every, min(EXAMPLES, len(every)))  # noqa: S311 -- the same ones each time


@pytest.mark.parametrize(
    ("name", "path", "value"), chosen(), ids=lambda each: ".".join(each) if isinstance(each, tuple) else each
)
def test_a_hostile_value_is_deployed_or_refused(name: str, path: tuple[str, ...], value: str) -> None:
    azure = Azure()

    def program() -> None:
        component, right = COMPONENTS[name]
        component("x", spoilt(right(service("Premium")), path, VALUES[value]()))

    try:
        run(program, azure)
    except ArgumentsError:  # what is known later is found when the other components are there already
        assert [each.name for each in azure.registered if value != "an Output" or each.name.startswith("x")] == []
    else:
        assert azure.registered


def test_every_component_says_what_type_was_wanted() -> None:
    def program() -> None:
        VaultAccess("kv", VaultAccessArgs(service=existing(), vault_id=VAULT, kind="rbac"))  # type: ignore[arg-type]

    with pytest.raises(ArgumentsError, match=r"kind\n    got:     'rbac'\n    allowed: 'role' or 'access_policy'"):
        run(program)


def test_what_was_declared_before_a_wrong_type_is_in_the_same_message() -> None:
    def program() -> None:
        on = service("Gold")
        workspace(on)
        VaultAccess("kv", VaultAccessArgs(service=on, vault_id=None))  # type: ignore[arg-type]

    with pytest.raises(ArgumentsError) as caught:
        run(program)
    assert [str(each.where) for each in caught.value.problems] == [
        "ApiManagement apim: definition.sku",
        "Workspace team: service",
        "VaultAccess kv: vault_id",
    ]
