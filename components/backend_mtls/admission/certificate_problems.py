"""What APIM would refuse about a client certificate, and what it must not share with another one. Pure.

Sources: REST 2024-05-01, Certificate (ids); facts of API Management: no Key Vault in workspaces, each thumbprint once;
aka.ms/apimmsi (client ids); azure-docs#90067, #114880 (user-assigned identities and firewalls).
"""

from backend_mtls.admission import certificate_source, user_assigned_identity, vault_grant
from backend_mtls.admission.certificate_source import CertificateDefinition, KeyVaultSource, PfxSource
from backend_mtls.admission.conflicts import CERTIFICATE, SECRET, THUMBPRINT, Declaration
from backend_mtls.admission.entity_id import id_problems
from backend_mtls.admission.inputs import known
from backend_mtls.admission.place import Place
from backend_mtls.admission.tiers import CONSUMPTION
from backend_mtls.admission.vault_grant import VaultGrant
from backend_mtls.admission.verdict import VaultDeclaration, Verdict
from backend_mtls.errors import Problem, ProblemError, Where
from backend_mtls.x509.pfx import PfxCertificate


def verdict(definition: CertificateDefinition, certificate_id: str, place: Place, access: VaultGrant | None) -> Verdict:
    """What is found out about a certificate with this id; `access` is the grant that it waits for."""
    found = certificate_source.problems(definition) + id_problems(certificate_id, "certificate_id")
    if definition.key_vault:
        found += _key_vault_problems(definition.key_vault, place, access)
    secret = definition.key_vault.secret if definition.key_vault else None
    where = Where.of("key_vault", "secret_id")
    return Verdict(
        problems=found,
        declarations=_declarations(definition, certificate_id, place),
        secrets=[VaultDeclaration(secret=secret, owner=place.key, where=where)] if secret else (),
    )


def content(source: PfxSource | None) -> PfxCertificate | None:
    """What is in the PFX; None as long as that is not known, and for one that is refused."""
    try:
        return source.content if source else None
    except ProblemError:
        return None


def _key_vault_problems(source: KeyVaultSource, place: Place, access: VaultGrant | None) -> list[Problem]:
    found = []
    if place.workspace_id:
        found.append(
            Problem(
                what="A workspace cannot take a certificate from Key Vault: it has no identity to read it with",
                where=Where.of(("workspace", "key_vault")),
                got=known(source.secret_id) or "a certificate in Key Vault",
                allowed="a PFX, or a certificate of the whole service",
                fix="upload a PFX here, or declare it without the workspace and bind it in a policy of the service",
            )
        )
    service = place.service
    identities, system = service.user_assigned_identities, service.system_principal_id
    of_identity = user_assigned_identity.client_id_problems(source.identity_client_id, identities, system)
    if access is not None:
        of_identity += [
            problem.at(Where.of("identity_client_id"))
            for problem in vault_grant.firewall_problems(
                user_assigned=source.identity_client_id is not None and access.identity is None,
                firewall=bool(access.vault_firewall),
            )
        ]
    return found + [each.below("key_vault") for each in of_identity]


def _declarations(definition: CertificateDefinition, certificate_id: str, place: Place) -> list[Declaration]:
    owner, consumption = place.key, known(place.service.sku) == CONSUMPTION
    where = Where.of("certificate_id")
    found = [
        Declaration(kind=CERTIFICATE, owner=owner, value=certificate_id, where=where, consumption=consumption),
    ]
    if known_content := content(definition.pfx):
        thumbprint = known_content.thumbprint
        found.append(Declaration(kind=THUMBPRINT, owner=owner, value=thumbprint, where=Where.of("pfx")))
    url = known(definition.key_vault.secret_id) if definition.key_vault else None
    if definition.key_vault and url is not None:
        where = Where.of("key_vault", "secret_id")
        found.append(Declaration(kind=SECRET, owner=owner, value=definition.key_vault.url(url), where=where))
    return found
