"""Builds what a configuration says: the service, who may read the vaults, the certificates, the APIs."""

from dataclasses import replace
from typing import Any

import pulumi

from backend_mtls import ApiManagement, ClientCertificate, MtlsApi, VaultAccess, VaultAccessArgs
from backend_mtls.configuration.settings import Settings


def build(settings: Settings) -> dict[str, Any]:
    """Declares every resource and returns the outputs."""
    protected = pulumi.ResourceOptions(protect=True) if settings.protect else None
    service = ApiManagement("service", settings.service, protected)
    certificates = _certificates(settings, service)
    apis = {
        name: MtlsApi(name, replace(api.args, service=service, certificate=certificates[api.certificate]))
        for name, api in settings.apis.items()
    }
    return {
        "service": {"id": service.resource_id, "name": service.service_name, "gatewayUrl": service.gateway_url},
        "apis": {
            name: _api_output(api, certificates[settings.apis[name].certificate], settings.apis[name].args.path)
            for name, api in apis.items()
        },
    }


def _certificates(settings: Settings, service: ApiManagement) -> dict[str, ClientCertificate]:
    """The certificates, and one grant for each place that several of them may need access to."""
    access: dict[VaultAccessArgs, VaultAccess] = {}
    certificates = {}
    for name, each in settings.certificates.items():
        args = replace(each.args, service=service)
        if each.access and args.key_vault:
            if each.access not in access:
                access[each.access] = VaultAccess(_grant_name(each.access), replace(each.access, service=service))
            args = replace(args, key_vault=replace(args.key_vault, access=access[each.access]))
        certificates[name] = ClientCertificate(name, args)
    return certificates


def _grant_name(args: VaultAccessArgs) -> str:
    """The vault's name; what else tells this grant from another one of the same vault stands behind it."""
    identity = args.identity.client_id if args.identity else None
    return "-".join(part for part in (args.vault_id.rpartition("/")[2], args.secret_name, identity) if part)


def _api_output(api: MtlsApi, certificate: ClientCertificate, path: str | None) -> dict[str, Any]:
    return {
        "path": path,
        "url": api.url,
        "certificate": certificate.certificate_id,
        "thumbprint": certificate.thumbprint,
        "subject": certificate.subject,
        "backend": api.backend.backend_id,
        "validation": api.backend.validation,
    }
