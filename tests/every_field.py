"""Two programs for every field of every argument, which differ in that field alone (test_every_field_arrives.py)."""

from collections.abc import Callable
from typing import Any

import backend_mtls
from backend_mtls import (
    ApiManagementArgs,
    BackendPoolArgs,
    ClientCertificateArgs,
    ClientCertificatePolicyArgs,
    DeclaredServiceArgs,
    ExistingServiceArgs,
    KeyVaultSource,
    PfxSource,
    PolicyScope,
    PoolMember,
    ServiceDefinition,
    UserAssignedIdentity,
    VaultAccessArgs,
    WorkspaceArgs,
)
from backend_mtls.x509 import ca_certificate
from certificates import make
from declared import CLIENT, PASSWORD, PFX, SECRET, VAULT, access, backend, pfx_certificate, service, vault_certificate

OTHER = make("client", key=CLIENT.key)
OPEN = CLIENT.pfx()
CA = ca_certificate.read(make("root", ca=True).pem)
IDENTITY = UserAssignedIdentity(resource_id="/i", client_id="c", principal_id="p")
POLICY = "<policies><inbound><base /><!-- mine --></inbound></policies>"
_NONE = "0" * 40
BOUND = POLICY.replace("<!-- mine -->", f'<authentication-certificate thumbprint="{_NONE}" />')
NOT_REGISTERED = {
    ("KeyVaultSource", "pinned"): "allows a version in secret_id, which is refused without it (refused.txt)",
    ("BackendSettings", "server_certificate"): "is only checked; a preview shows whose it is, not its bytes",
    ("VaultAccessArgs", "vault_firewall"): "is only checked (refused.txt)",
    ("Preflight", "*"): "decides what is asked of Key Vault (test_key_vault.py)",
    ("BackendMtlsArgs", "*"): "the keys of a configuration (configuration/test_keys_are_fields.py)",
    ("ApiDefinition", "*"): "MtlsApiArgs has its fields",
    ("CertificateDefinition", "*"): "ClientCertificateArgs has its fields",
    ("VaultGrant", "*"): "VaultAccessArgs has its fields",
    ("ExistingVaultAccessArgs", "*"): "registers nothing (test_registered.py)",
    ("ExistingWorkspaceArgs", "*"): "WorkspaceArgs has its fields",
    ("PolicyScope", "*"): "each kind is its own resource (tests/end_to_end/test_sources.py)",
    ("CertificateReference", "*"): "made by a ClientCertificate, no argument",
    ("BackendReference", "*"): "given by an MtlsApi, no argument of a program's own",
    ("CaCertificate", "*"): "read from a file (x509/test_ca_certificate.py)",
    ("Problem", "*"): "part of an error",
    ("Where", "*"): "part of an error",
}
_DEFINITION: dict[str, Any] = {"location": "l", "publisher_name": "n", "publisher_email": "e"}


def declared_service(**changes: Any) -> Any:
    """A service with this definition."""
    definition = ServiceDefinition(**(_DEFINITION | changes))
    args = ApiManagementArgs(resource_group_name="rg", service_name="apim", definition=definition)
    return backend_mtls.ApiManagement("apim", args)


def with_settings(**changes: Any) -> Any:
    return backend(vault_certificate(service()), **changes)


def identity(**changes: Any) -> Any:
    one = UserAssignedIdentity(**({"resource_id": "/i", "client_id": "c", "principal_id": "p"} | changes))
    on = service(identities=[one])
    certificate = vault_certificate(on, identity_client_id=one.client_id)
    return access(on, identity=one), certificate


def component(kind: str, args: Callable[..., Any], **base: Any) -> Callable[..., Any]:
    """Declares one component with the arguments, those that are changed over those that are always given."""

    def program(**changes: Any) -> Any:
        given = {key: made() for key, made in base.items() if key not in changes}
        return getattr(backend_mtls, kind)("x", args(**(given | changes)))

    return program


SELF: dict[str, Any] = {"certificate": lambda: vault_certificate(service("Premium"))}
Programs = tuple[Callable[[], Any], Callable[[], Any]]


def pair(made: Callable[..., Any], field: str, first: Any, second: Any) -> Programs:
    """Two programs that differ in one field; a function stands for a value that is made in the program."""

    def program(value: Any) -> Callable[[], Any]:
        return lambda: made(**{field: value() if callable(value) else value})

    return program(first), program(second)


def table(owner: str, made: Callable[..., Any], /, **values: tuple[Any, Any]) -> dict[tuple[str, str], Programs]:
    return {(owner, field): pair(made, field, *both) for field, both in values.items()}


_CREATED = component(
    "ApiManagement",
    ApiManagementArgs,
    resource_group_name=lambda: "rg",
    service_name=lambda: "apim",
    definition=lambda: ServiceDefinition(**_DEFINITION),
)
_BORROWED = component("ApiManagement", ExistingServiceArgs, resource_group_name=lambda: "rg", service_name=lambda: "s")


def on_borrowed(**changes: Any) -> Any:
    return pfx_certificate(_BORROWED(**changes))


def on_declared(**changes: Any) -> Any:
    given: dict[str, Any] = {"service": _id("x")} | changes
    return pfx_certificate(backend_mtls.ApiManagement("d", DeclaredServiceArgs(**given)))


def _id(name: str) -> str:
    return f"/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/{name}"


def pool_of(members: list[PoolMember]) -> Any:
    return backend_mtls.BackendPool("x", BackendPoolArgs(members=members))


def policy_to(name: str | None) -> Any:
    certificate = vault_certificate(service())
    to = backend(certificate)
    args = ClientCertificatePolicyArgs(
        scope=PolicyScope.api("a"), certificate=certificate, backend=to if name else None
    )
    return backend_mtls.ClientCertificatePolicy("x", args)


OF_SERVICES: dict[tuple[str, str], Programs] = {
    **table(
        "ServiceDefinition",
        declared_service,
        location=("a", "b"),
        publisher_name=("a", "b"),
        publisher_email=("a", "b"),
        sku=("Developer", "Premium"),
        capacity=(1, 2),
        create_resource_group=(False, True),
        user_assigned_identities=((), (IDENTITY,)),
        tags=({}, {"a": "b"}),
    ),
    **table(
        "ApiManagementArgs",
        _CREATED,
        resource_group_name=("a", "b"),
        service_name=("a", "b"),
        definition=(ServiceDefinition(**_DEFINITION), ServiceDefinition(**(_DEFINITION | {"location": "z"}))),
        ca_certificates=((), (CA,)),
    ),
    **table("ExistingServiceArgs", on_borrowed, resource_group_name=("a", "b"), service_name=("a", "b")),
    **table(
        "DeclaredServiceArgs",
        on_declared,
        service=(_id("a"), _id("b")),
        resource_group_name=("a", "b"),
        service_name=("a", "b"),
    ),
    **table("UserAssignedIdentity", identity, resource_id=("/a", "/b"), client_id=("a", "b"), principal_id=("a", "b")),
    **table(
        "WorkspaceArgs",
        component("Workspace", WorkspaceArgs, service=lambda: service("Premium"), workspace_id=lambda: "w"),
        service=(lambda: service("Premium", name="one"), lambda: service("Premium", name="two")),
        workspace_id=("a", "b"),
        display_name=("a", "b"),
        description=("a", "b"),
    ),
    **table(
        "VaultAccessArgs",
        component("VaultAccess", VaultAccessArgs, service=service, vault_id=lambda: VAULT),
        service=(lambda: service(name="one"), lambda: service(name="two")),
        vault_id=(VAULT, f"{VAULT}2"),
        kind=("role", "access_policy"),
        secret_name=("a", "b"),
        identity=(None, IDENTITY),
    ),
    **table(
        "ClientCertificateArgs",
        component("ClientCertificate", ClientCertificateArgs, service=lambda: service("Premium")),
        key_vault=(KeyVaultSource(secret_id=SECRET), KeyVaultSource(secret_id=f"{SECRET}2")),
        pfx=(PFX, PfxSource(data=OTHER.pfx(PASSWORD), password=PASSWORD)),
    ),
    **table(
        "ClientCertificateArgs",
        component("ClientCertificate", ClientCertificateArgs, service=lambda: service("Premium"), pfx=lambda: PFX),
        service=(lambda: service(name="one"), lambda: service(name="two")),
        certificate_id=("a", "b"),
        adopt=(False, True),
    ),
    ("ClientCertificateArgs", "workspace"): (
        lambda: pfx_certificate(service("Premium")),
        lambda: pfx_certificate(
            on := service("Premium"), workspace=backend_mtls.Workspace.from_existing("w", service=on, workspace_id="w")
        ),
    ),
    ("ClientCertificateArgs", "access"): (
        lambda: (access(on := service()), vault_certificate(on)),
        lambda: vault_certificate(on := service(), access=access(on)),
    ),
    **table(
        "KeyVaultSource",
        lambda **changes: vault_certificate(service(identities=[IDENTITY]), **changes),
        secret_id=(SECRET, f"{SECRET}2"),
        identity_client_id=(None, "c"),
    ),
    **table(
        "PfxSource",
        lambda **changes: pfx_certificate(
            service(), pfx=PfxSource(**({"data": CLIENT.pfx(PASSWORD), "password": PASSWORD} | changes))
        ),
        data=(CLIENT.pfx(PASSWORD), OTHER.pfx(PASSWORD)),
    ),
    ("PfxSource", "password"): (
        lambda: pfx_certificate(service(), pfx=PfxSource(data=OPEN)),
        lambda: pfx_certificate(service(), pfx=PFX),
    ),
}
