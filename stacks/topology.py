"""Builds a stack from its settings: the service, who may read the vaults, the certificates, the APIs."""

from dataclasses import replace
from typing import Any

from components import (
    ApiManagement,
    ApiManagementArgs,
    ClientCertificate,
    ClientCertificateArgs,
    MtlsApi,
    MtlsApiArgs,
    VaultAccess,
    VaultAccessArgs,
    version_aliases,
)
from stacks.settings import StackSettings


def build(settings: StackSettings) -> dict[str, Any]:
    """Declares every resource of the stack and returns its outputs."""
    if settings.keep_version_aliases:
        version_aliases.keep()
    service = ApiManagement(
        "service",
        ApiManagementArgs(
            resource_group_name=settings.resource_group,
            service_name=settings.service_name,
            definition=settings.definition,
        ),
    )
    certificates = _certificates(settings, service)
    apis = {
        name: MtlsApi(
            name,
            MtlsApiArgs(
                service=service,
                certificate=certificates[api.certificate],
                backend=api.backend,
                path=api.path,
                display_name=api.display_name,
                operations=api.operations,
                subscription_required=api.subscription_required,
                policy=api.policy,
            ),
        )
        for name, api in settings.apis.items()
    }
    return {
        "service": {"id": service.resource_id, "name": service.service_name, "gatewayUrl": service.gateway_url},
        "apis": {
            name: _api_output(api, certificates[settings.apis[name].certificate], settings.apis[name].path)
            for name, api in apis.items()
        },
    }


def _certificates(settings: StackSettings, service: ApiManagement) -> dict[str, ClientCertificate]:
    vaults = sorted({each.vault_id for each in settings.certificates.values() if each.vault_id})
    access = {
        vault: VaultAccess(vault.rpartition("/")[2], VaultAccessArgs(service=service, vault_id=vault))
        for vault in vaults
    }
    return {
        name: ClientCertificate(
            name,
            ClientCertificateArgs(
                service=service,
                key_vault=each.key_vault and replace(each.key_vault, access=access.get(each.vault_id or "")),
                pfx=each.pfx,
                certificate_id=each.certificate_id,
            ),
        )
        for name, each in settings.certificates.items()
    }


def _api_output(api: MtlsApi, certificate: ClientCertificate, path: str) -> dict[str, Any]:
    return {
        "path": path,
        "url": api.url,
        "certificate": certificate.certificate_id,
        "thumbprint": certificate.thumbprint,
        "subject": certificate.subject,
        "backend": api.backend.backend_id,
        "validation": api.backend.validation,
    }
