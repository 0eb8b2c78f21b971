"""The Pulumi program: builds the configuration in `ORDERING_FILE` with the components."""

import json
import os
from pathlib import Path
from typing import Any

import pulumi
from pulumi_azure_native import apimanagement

from components import (
    ApiManagement,
    ApiManagementArgs,
    BackendSettings,
    ClientCertificate,
    ClientCertificatePolicy,
    ClientCertificatePolicyArgs,
    KeyVaultSource,
    MtlsApi,
    MtlsApiArgs,
    PfxSource,
    PolicyScope,
    Preflight,
    ServiceDefinition,
    VaultAccess,
    VaultAccessArgs,
    ask_key_vault,
)
from components.backend_reference import BackendReference

SECRET = "https://kv-local.vault.azure.net/secrets/orders-client"


def build() -> None:
    """Everything in the configuration; names begin with the service's."""
    ask_key_vault(Preflight(mode="off"))
    file = Path(os.environ["ORDERING_FILE"])
    settings = json.loads(file.read_text())
    for name, content in settings["services"].items():
        service = _service(name, settings["names"][name])
        access = None
        if any(each["kind"] == "vault" for each in content["certificates"].values()):
            access = VaultAccess(name, VaultAccessArgs(service=service, vault_id=settings["vault"]))
        certificates = {
            key: _certificate(f"{name}-{key}", service, access, each, file.parent)
            for key, each in content["certificates"].items()
        }
        for key, api in content["apis"].items():
            built = MtlsApi(
                f"{name}-{key}",
                MtlsApiArgs(
                    service=service,
                    certificate=certificates[api["certificate"]],
                    backend=BackendSettings(url=api["url"]),
                    path=f"{name}-{key}",
                    policy=api["policy"],
                    operations=api["operations"],
                ),
            )
            if api["operation"]:
                scope = built.operation_scope(api["operations"][0])
                _policy(f"{name}-{key}-operation", service, scope, certificates[api["operation"]], built.backend)
        if content["product"]:
            product = _product(name, service)
            _policy(f"{name}-product", service, product, certificates[content["product"]])
        if content["policy"]:
            _policy(f"{name}-service", service, PolicyScope.service(), certificates[content["policy"]])


def _product(name: str, service: ApiManagement) -> PolicyScope:
    product = apimanagement.Product(
        f"{name}-product",
        resource_group_name=service.resource_group_name,
        service_name=service.service_name,
        product_id=f"{name}-product",
        display_name=name,
        opts=pulumi.ResourceOptions(depends_on=service.resources),
    )
    return PolicyScope.product(f"{name}-product", product)


def _policy(
    name: str,
    service: ApiManagement,
    scope: PolicyScope,
    certificate: ClientCertificate,
    backend: BackendReference | None = None,
) -> None:
    ClientCertificatePolicy(
        name, ClientCertificatePolicyArgs(service=service, scope=scope, certificate=certificate, backend=backend)
    )


def _service(name: str, service_name: str) -> ApiManagement:
    definition = ServiceDefinition(location="westeurope", publisher_name="Test", publisher_email="test@example.com")
    return ApiManagement(
        name,
        ApiManagementArgs(
            resource_group_name="rg-ordering",
            service_name=service_name,
            definition=definition if name == "owned" else None,
        ),
    )


def _certificate(
    name: str, service: ApiManagement, access: VaultAccess | None, content: dict[str, Any], folder: Path
) -> ClientCertificate:
    if content["kind"] == "vault":
        source = KeyVaultSource(secret_id=SECRET, access=access)
        return ClientCertificate.from_key_vault(name, service=service, source=source)
    pfx = PfxSource.from_file(folder / f"{name}-{content['kind']}-{content['version']}.pfx")
    fixed = f"{name}-fixed" if content["kind"] == "fixed" else None
    return ClientCertificate.from_pfx(name, service=service, source=pfx, certificate_id=fixed)
