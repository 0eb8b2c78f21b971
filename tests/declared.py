"""Short ways to declare components in a test's program."""

from typing import Any

from backend_mtls import (
    ApiManagement,
    ApiManagementArgs,
    BackendPool,
    BackendPoolArgs,
    BackendSettings,
    ClientCertificate,
    ClientCertificateArgs,
    ClientCertificatePolicy,
    ClientCertificatePolicyArgs,
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
)
from certificates import Made, make

SECRET = "https://kv.vault.azure.net/secrets/orders"
VAULT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
CLIENT: Made = make("client")
PASSWORD = "pfx-password"
PFX = PfxSource(data=CLIENT.pfx(PASSWORD), password=PASSWORD)


def service(sku: str = "Developer", capacity: int | None = None, name: str = "apim", **args: Any) -> ApiManagement:
    definition = ServiceDefinition(
        location="westeurope",
        publisher_name="Team",
        publisher_email="team@example.com",
        sku=sku,
        capacity=capacity if capacity is not None else int(sku != "Consumption"),
        user_assigned_identities=args.pop("identities", ()),
    )
    return ApiManagement(
        name, ApiManagementArgs(resource_group_name="rg", service_name=name, definition=definition, **args)
    )


def existing(name: str = "existing") -> ApiManagement:
    return ApiManagement.from_existing(name, resource_group_name="rg", service_name=name)


def workspace(on: ApiManagement, name: str = "team") -> Workspace:
    return Workspace.from_existing(name, service=on, workspace_id=name)


def vault_certificate(on: ApiManagement, name: str = "orders", **source: Any) -> ClientCertificate:
    where, grant = source.pop("workspace", None), source.pop("access", None)
    vault = KeyVaultSource(secret_id=source.pop("secret_id", SECRET), **source)
    return ClientCertificate(name, ClientCertificateArgs(service=on, workspace=where, key_vault=vault, access=grant))


def pfx_certificate(on: ApiManagement, name: str = "legacy", pfx: PfxSource = PFX, **args: Any) -> ClientCertificate:
    return ClientCertificate(name, ClientCertificateArgs(service=on, pfx=pfx, **args))


def access(on: ApiManagement, **args: Any) -> VaultAccess:
    return VaultAccess("kv", VaultAccessArgs(service=on, vault_id=args.pop("vault_id", VAULT), **args))


def backend(certificate: ClientCertificate, name: str = "orders", **settings: Any) -> MtlsBackend:
    on = certificate.placement
    args = {key: settings.pop(key) for key in ("backend_id", "record_certificate", "adopt") if key in settings}
    known = BackendSettings(url=settings.pop("url", "https://orders"), **settings)
    return MtlsBackend(
        name,
        MtlsBackendArgs(service=on.service, workspace=on.workspace, certificate=certificate, settings=known, **args),
    )


def pool(*members: PoolMember, on: ApiManagement) -> BackendPool:
    return BackendPool("pool", BackendPoolArgs(service=on, members=members))


def policy(certificate: ClientCertificate, name: str = "orders", **args: Any) -> ClientCertificatePolicy:
    scope = args.pop("scope", PolicyScope.api("orders", workspace=certificate.placement.workspace))
    on = args.pop("service", certificate.placement.service)
    return ClientCertificatePolicy(
        name, ClientCertificatePolicyArgs(service=on, scope=scope, certificate=certificate, **args)
    )


def api(certificate: ClientCertificate, name: str = "orders", **args: Any) -> MtlsApi:
    on = certificate.placement
    given: dict[str, Any] = {"path": "orders", "backend": BackendSettings(url="https://orders")} | args
    return MtlsApi(name, MtlsApiArgs(service=on.service, workspace=on.workspace, certificate=certificate, **given))
