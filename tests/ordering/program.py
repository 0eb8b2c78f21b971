"""The Pulumi program: builds the configuration in `ORDERING_FILE` with the components."""

import json
import os
from pathlib import Path
from typing import Any

from components.api_management import ApiManagement, ApiManagementArgs, ServiceDefinition
from components.client_certificate import ClientCertificate, KeyVaultSource, PfxSource
from components.mtls_api import MtlsApi, MtlsApiArgs
from components.mtls_backend import BackendSettings
from components.vault_access import VaultAccess, VaultAccessArgs
from ordering.scopes import SCOPES

SECRET = "https://kv-local.vault.azure.net/secrets/orders-client"


def build() -> None:
    """Everything in the configuration; names begin with the service's."""
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
            for scope in api["scopes"]:
                SCOPES[scope].build(built)


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
