"""What APIM would refuse about a client certificate, and what it must not share with another one.

Sources: REST 2024-05-01, Certificate (ids); facts of API Management: no Key Vault in workspaces, each thumbprint once;
aka.ms/apimmsi (client ids); azure-docs#90067, #114880 (user-assigned identities and firewalls).
"""

from typing import Any

from backend_mtls import vault_access
from backend_mtls.admission import certificate_source, user_assigned_identity
from backend_mtls.admission.certificate_source import KeyVaultSource
from backend_mtls.admission.conflicts import CERTIFICATE, SECRET, THUMBPRINT, Declaration
from backend_mtls.admission.entity_id import id_problems
from backend_mtls.errors import Problem
from backend_mtls.placement import Placement
from backend_mtls.x509.pfx import PfxCertificate


def problems(args: Any, certificate_id: str) -> list[Problem]:
    """What is wrong with the arguments of a `ClientCertificate` with this id."""
    found = certificate_source.problems(args.key_vault, args.pfx, args.certificate_id)
    found += id_problems(certificate_id, "certificate_id")
    if args.key_vault:
        found += _key_vault_problems(args, args.key_vault)
    in_key_vault = {"secret_id", "identity_client_id"}
    return [each.at(f"key_vault.{each.where}") if each.where in in_key_vault else each for each in found]


def _key_vault_problems(args: Any, source: KeyVaultSource) -> list[Problem]:
    service, found = args.service, []
    if args.workspace:
        found.append(
            Problem(
                what="A workspace cannot take a certificate from Key Vault: it has no identity to read it with",
                where="workspace, key_vault",
                got=source.secret_id,
                allowed="a PFX, or a certificate of the whole service",
                fix="upload a PFX here, or declare it without the workspace and bind it in a policy of the service",
            )
        )
    found += user_assigned_identity.client_id_problems(
        source.identity_client_id, service.user_assigned_identities, service.system_principal_id
    )
    access = source.access
    if access is not None:
        found += [
            problem.at("identity_client_id")
            for problem in vault_access.firewall_problems(
                user_assigned=source.identity_client_id is not None and access.identity is None,
                firewall=access.vault_firewall,
            )
        ]
    return found


def declarations(place: str, args: Any, certificate_id: str, content: PfxCertificate | None) -> list[Declaration]:
    """What nothing else on the service may have."""
    owner = Placement(args.service, args.workspace).key
    consumption = args.service.sku == "Consumption"
    found = [
        Declaration(
            kind=CERTIFICATE,
            owner=owner,
            value=certificate_id,
            where=f"{place}: certificate_id",
            consumption=consumption,
        )
    ]
    if content:
        found.append(Declaration(kind=THUMBPRINT, owner=owner, value=content.thumbprint, where=f"{place}: pfx"))
    if args.key_vault:
        url = certificate_source.secret_url(args.key_vault)
        found.append(Declaration(kind=SECRET, owner=owner, value=url, where=f"{place}: key_vault.secret_id"))
    return found
