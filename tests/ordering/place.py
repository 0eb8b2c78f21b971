"""What the program builds in one place: a service, or a workspace of one."""

from pathlib import Path
from typing import Any

import pulumi
from backend_mtls import (
    ApiManagement,
    BackendPool,
    BackendPoolArgs,
    BackendSettings,
    ClientCertificate,
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
    VaultAccess,
    VaultAccessArgs,
    Workspace,
)
from backend_mtls.backend_reference import BackendReference
from pulumi_azure_native import apimanagement

SECRET = "https://kv-local.vault.azure.net/secrets/orders-client"


class Builder:
    """Builds the content of a place; names begin with the place's."""

    def __init__(
        self, name: str, service: ApiManagement, workspace: Workspace | None, folder: Path, vault_id: str
    ) -> None:
        self._name, self._service, self._workspace = name, service, workspace
        self._folder, self._vault_id = folder, vault_id
        self._certificates: dict[str, ClientCertificate] = {}
        self._backends: dict[str, MtlsBackend] = {}
        self._shared: dict[str, MtlsBackend | BackendPool] = {}

    def build(self, content: dict[str, Any]) -> None:
        """In the order in which a program has to declare it."""
        access = None
        if any(each["kind"] == "vault" for each in content["certificates"].values()):
            access = VaultAccess(self._name, VaultAccessArgs(service=self._service, vault_id=self._vault_id))
        for key, certificate in content["certificates"].items():
            self._certificates[key] = self._certificate(f"{self._name}-{key}", access, certificate)
        for key, backend in content["backends"].items():
            self._backends[key] = self._backend(f"{self._name}-{key}", backend)
        self._shared |= self._backends
        for key, pool in content["pools"].items():
            self._shared[key] = self._pool(f"{self._name}-{key}", pool["members"])
        for key, api in content["apis"].items():
            self._api(f"{self._name}-{key}", api)
        self._scopes(content["scopes"])

    def _certificate(self, name: str, access: VaultAccess | None, content: dict[str, Any]) -> ClientCertificate:
        if content["kind"] == "vault":
            source = KeyVaultSource(secret_id=SECRET)
            return ClientCertificate.from_key_vault(name, service=self._service, source=source, access=access)
        return ClientCertificate.from_pfx(
            name,
            service=self._service,
            workspace=self._workspace,
            source=PfxSource.from_file(self._folder / f"{name}-{content['kind']}-{content['version']}.pfx"),
            certificate_id=name if content["kind"] == "fixed" else None,
        )

    def _backend(self, name: str, content: dict[str, Any]) -> MtlsBackend:
        return MtlsBackend(
            name,
            MtlsBackendArgs(
                service=self._service,
                workspace=self._workspace,
                certificate=self._certificates[content["certificate"]],
                settings=BackendSettings(url=content["url"]),
                record_certificate=content["recorded"],
            ),
        )

    def _pool(self, name: str, members: list[str]) -> BackendPool:
        found = [PoolMember(backend=self._backends[member]) for member in members]
        return BackendPool(name, BackendPoolArgs(service=self._service, workspace=self._workspace, members=found))

    def _api(self, name: str, content: dict[str, Any]) -> None:
        shared = content["backend"]
        built = MtlsApi(
            name,
            MtlsApiArgs(
                service=self._service,
                workspace=self._workspace,
                certificate=self._certificates[content["certificate"]],
                backend=None if shared else BackendSettings(url=content["url"]),
                shared_backend=self._shared[shared] if shared else None,
                path=f"{name}/{content['path']}",
                policy=content["policy"],
                operations=content["operations"],
            ),
        )
        if content["operation"]:
            scope = built.operation_scope(content["operations"][0])
            self._policy(f"{name}-operation", scope, content["operation"], built.backend)

    def _scopes(self, scopes: dict[str, str | None]) -> None:
        if product := scopes["product"]:
            self._policy(f"{self._name}-product", self._product(f"{self._name}-product"), product)
        if policy := scopes["policy"]:
            whole = PolicyScope.of_workspace(self._workspace) if self._workspace else PolicyScope.service()
            self._policy(f"{self._name}-policy", whole, policy)
        if authority := scopes.get("authority"):
            self._authority(f"{self._name}-gateway", self._certificates[authority])

    def _policy(self, name: str, scope: PolicyScope, certificate: str, backend: BackendReference | None = None) -> None:
        bound = self._certificates[certificate]
        ClientCertificatePolicy(
            name,
            ClientCertificatePolicyArgs(service=self._service, scope=scope, certificate=bound, backend=backend),
        )

    def _product(self, name: str) -> PolicyScope:
        at, after = self._at()
        product = (apimanagement.WorkspaceProduct if self._workspace else apimanagement.Product)(
            name, **at, product_id=name, display_name=name, opts=after
        )
        return PolicyScope.product(name, product, self._workspace)

    def _authority(self, name: str, certificate: ClientCertificate) -> None:
        at, after = self._at()
        location = apimanagement.ResourceLocationDataContractArgs(name="here")
        gateway = apimanagement.Gateway(name, **at, gateway_id=name, location_data=location, opts=after)
        GatewayCertificateAuthority(
            name,
            GatewayCertificateAuthorityArgs(
                service=self._service, gateway_id=name, gateway=gateway, certificate=certificate
            ),
        )

    def _at(self) -> tuple[dict[str, Any], pulumi.ResourceOptions]:
        """Arguments and options of what the components do not build."""
        at: dict[str, Any] = {
            "resource_group_name": self._service.resource_group_name,
            "service_name": self._service.service_name,
        }
        if self._workspace is None:
            return at, pulumi.ResourceOptions(depends_on=self._service.resources)
        at["workspace_id"] = self._workspace.workspace_id
        return at, pulumi.ResourceOptions(depends_on=self._workspace.resources)
