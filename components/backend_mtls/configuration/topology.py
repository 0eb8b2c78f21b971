"""Builds what a configuration says: the service, who may read the vaults, the certificates, the APIs."""

from dataclasses import replace
from typing import Any

import pulumi

from backend_mtls import trusting_backend
from backend_mtls.admission import definition
from backend_mtls.admission.certificate_source import CertificateDefinition
from backend_mtls.admission.vault_grant import VaultGrant
from backend_mtls.api_management import ApiManagement
from backend_mtls.client_certificate import ClientCertificate, ClientCertificateArgs
from backend_mtls.configuration.settings import Settings
from backend_mtls.mtls_api import MtlsApi, MtlsApiArgs
from backend_mtls.vault_access import VaultAccess, VaultAccessArgs


def build(settings: Settings, parent: pulumi.Resource | None = None, owner: str = "") -> dict[str, Any]:
    """Declares every resource and returns the outputs; without a `parent` they stand at the top of the stack.

    `owner` is the name of the parent: the logical names begin with it, since a URN holds the parent's type only.
    """
    prefix = f"{owner}-" if owner else ""
    trusts = any(api.definition.backend and api.definition.backend.trust for api in settings.apis.values())
    providers = trusting_backend.below(parent, owner) if parent and trusts else []
    options = pulumi.ResourceOptions(parent=parent, providers=providers or None)
    protection = pulumi.ResourceOptions(protect=True) if settings.protect else None
    protected = pulumi.ResourceOptions.merge(options, protection)
    service = ApiManagement(f"{prefix}service", settings.service, protected)
    certificates = _certificates(settings, service, options, prefix)
    apis = {
        name: MtlsApi(
            prefix + name,
            MtlsApiArgs.of(replace(api.definition, api_id=name), certificates[api.certificate]),
            options,
        )
        for name, api in settings.apis.items()
    }
    return {
        "service": {"id": service.resource_id, "name": service.service_name, "gatewayUrl": service.gateway_url},
        "apis": {
            name: _api_output(api, certificates[settings.apis[name].certificate], settings.apis[name].definition.path)
            for name, api in apis.items()
        },
    }


def _certificates(
    settings: Settings, service: ApiManagement, options: pulumi.ResourceOptions, prefix: str
) -> dict[str, ClientCertificate]:
    """The certificates, and one grant for each place that several of them may need access to."""
    access: dict[Any, VaultAccess] = {}
    certificates = {}
    firewalls = _firewalls(settings)
    for name, each in settings.certificates.items():
        grant, own = each.grant, each.definition
        if grant and _same(grant) not in access:
            given = definition.values(VaultGrant, grant) | {"vault_firewall": firewalls[_same(grant)]}
            granted = VaultAccessArgs(service=service, **given)
            access[_same(grant)] = VaultAccess(prefix + _name(grant, name), granted, options)
        own = replace(own, certificate_id=own.certificate_id or (name if own.key_vault else None))
        given = definition.values(CertificateDefinition, own)
        args = ClientCertificateArgs(service=service, access=access[_same(grant)] if grant else None, **given)
        certificates[name] = ClientCertificate(prefix + name, args, options)
    return certificates


def _same(grant: VaultGrant) -> tuple[Any, ...]:
    """What is the same for two ways of spelling one grant: Azure takes it once."""
    parts = (grant.vault_id, grant.secret_name)
    spelt = tuple(part.lower() if isinstance(part, str) else part for part in parts)
    return (*spelt, grant.kind, grant.identity)


def _firewalls(settings: Settings) -> dict[Any, bool | None]:
    """Whether the vault of a grant has a firewall, by whichever certificate says it."""
    said: dict[Any, bool | None] = {}
    for grant in (each.grant for each in settings.certificates.values() if each.grant):
        said[_same(grant)] = said.get(_same(grant)) if grant.vault_firewall is None else grant.vault_firewall
    return said


def _name(grant: VaultGrant, certificate: str) -> str:
    """The vault's name; what else tells this grant from another one of the same vault stands behind it.

    That of the certificate, when a part is known later.
    """
    identity = grant.identity.client_id if grant.identity else None
    parts = (grant.vault_id, grant.secret_name, identity)
    if not all(isinstance(part, str | None) for part in parts):
        return certificate
    return "-".join(str(part).rpartition("/")[2] for part in parts if part)


def _api_output(api: MtlsApi, certificate: ClientCertificate, path: Any) -> dict[str, Any]:
    return {
        "path": path,
        "url": api.url,
        "certificate": certificate.certificate_id,
        "thumbprint": certificate.thumbprint,
        "subject": certificate.subject,
        "backend": api.backend.backend_id,
        "validation": api.backend.validation,
    }
