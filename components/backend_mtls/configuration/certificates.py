"""The client certificates of a stack: keys and files in, arguments of `ClientCertificate` and `VaultAccess` out."""

import base64
import binascii
from dataclasses import dataclass
from typing import cast

from backend_mtls import (
    ApiManagement,
    ClientCertificateArgs,
    KeyVaultSource,
    PfxSource,
    UserAssignedIdentity,
    VaultAccessArgs,
    vault_access,
)
from backend_mtls.admission import certificate_source, user_assigned_identity
from backend_mtls.admission.conflicts import CERTIFICATE, SECRET, THUMBPRINT
from backend_mtls.configuration import schema
from backend_mtls.configuration.reading import Reading, plain
from backend_mtls.errors import ProblemError
from backend_mtls.vault import secret_identifier
from backend_mtls.x509 import pfx

LATER = cast("ApiManagement", None)
"""Stands for the service in arguments that the topology completes."""


@dataclass(frozen=True, kw_only=True)
class CertificateSettings:
    """One client certificate, ready to be declared once there is a service."""

    args: ClientCertificateArgs
    """What to declare; `service` and the source's `access` are filled in by the topology."""
    access: VaultAccessArgs | None
    """The grant that it needs, or None when there is one already; `service` is filled in by the topology."""


def read(reading: Reading, name: str, keys: schema.Certificate, service: schema.Service) -> CertificateSettings:
    """The certificate `certificates.<name>`."""
    where = f"certificates.{name}"
    if (keys.key_vault is None) == (keys.pfx is None):
        got = "neither" if keys.pfx is None else "both"
        reading.add("The certificate needs exactly one source", where, got, "keyVault or pfx", "name one of them")
    source = _pfx(reading, f"{where}.pfx", keys.pfx) if keys.pfx else None
    if keys.certificate_id or keys.key_vault:
        reading.once(CERTIFICATE, keys.certificate_id or name, where)
    return CertificateSettings(
        args=ClientCertificateArgs(
            service=LATER,
            key_vault=_key_vault(reading, f"{where}.keyVault", keys.key_vault, service) if keys.key_vault else None,
            pfx=source,
            certificate_id=keys.certificate_id,
            adopt=keys.adopt,
        ),
        access=_access(reading, f"{where}.keyVault", keys.key_vault, service) if keys.key_vault else None,
    )


def identities(service: schema.Service) -> list[UserAssignedIdentity]:
    """The user-assigned identities that the stack gives its service."""
    return [
        UserAssignedIdentity(resource_id=each.resource_id, client_id=each.client_id, principal_id=each.principal_id)
        for each in (service.owned.user_assigned_identities if service.owned else ())
    ]


def _key_vault(reading: Reading, where: str, keys: schema.KeyVault, service: schema.Service) -> KeyVaultSource:
    source = KeyVaultSource(secret_id=keys.secret_id, pinned=keys.pinned, identity_client_id=keys.identity_client_id)
    reading.found(f"{where}.secretId", certificate_source.problems(source, None, None))
    reading.found_below(
        where,
        user_assigned_identity.client_id_problems(keys.identity_client_id, identities(service), None)
        if service.owned
        else [],
    )
    reading.once(SECRET, certificate_source.secret_url(source), where)
    return source


def _access(reading: Reading, where: str, keys: schema.KeyVault, service: schema.Service) -> VaultAccessArgs | None:
    grant = keys.grant_access
    if grant is None:
        return None
    subscription = grant.subscription_id or reading.subscription_id
    if not subscription:
        reading.add(
            "The subscription of the vault is not known",
            f"{where}.grantAccess.subscriptionId",
            "nothing",
            "a subscription id",
            "set it here, or for the stack: pulumi config set azure-native:subscriptionId ID",
        )
    try:
        secret = secret_identifier.parse(keys.secret_id, pinned=True)
    except ProblemError:
        return None  # reported with the URL itself
    identity = next((each for each in identities(service) if each.client_id == keys.identity_client_id), None)
    if keys.identity_client_id and identity is None and not service.owned:  # an owned one is reported above
        reading.add(
            "The identity that would be granted access is not known",
            f"{where}.identityClientId",
            keys.identity_client_id,
            "the clientId of an entry of service.owned.userAssignedIdentities",
            "add the identity there, or leave grantAccess out and grant it where the identity is owned",
        )
    args = VaultAccessArgs(
        service=LATER,
        vault_id=f"/subscriptions/{subscription}/resourceGroups/{grant.resource_group}"
        f"/providers/Microsoft.KeyVault/vaults/{secret.vault}",
        kind="role" if grant.kind == "role" else "access_policy",
        secret_name=secret.name if grant.scope == "secret" else None,
        identity=identity,
        vault_firewall=grant.firewall,
    )
    reading.found_below(
        f"{where}.grantAccess",
        vault_access.problems(args, firewall=bool(grant.firewall)),
        {"secret_name": "scope", "vault_firewall": "firewall"},
    )
    return args


def _pfx(reading: Reading, where: str, keys: schema.Pfx) -> PfxSource | None:
    data, place = _content(reading, where, keys)
    if data is None:
        return None
    source = PfxSource(data=data, password=plain(keys.password))
    problems = certificate_source.problems(None, source, None)
    wrong_password = [each for each in problems if "password" in each.what]
    reading.found(f"{where}.password" if wrong_password else place, problems)
    if not problems:
        reading.once(THUMBPRINT, pfx.read(data, plain(keys.password)).thumbprint, where)
    return source


def _content(reading: Reading, where: str, keys: schema.Pfx) -> tuple[bytes | None, str]:
    """The PFX and the place that it is from."""
    if (keys.file is None) == (keys.data is None):
        got = "neither" if keys.file is None else "both"
        reading.add("The PFX is given twice or not at all", where, got, "file or data", "name one of them")
        return None, where
    if keys.file is not None:
        return reading.file(f"{where}.file", keys.file), f"{where}.file ({keys.file})"
    try:
        return base64.b64decode(plain(keys.data) or "", validate=True), f"{where}.data"
    except (ValueError, binascii.Error):
        fix = f'pulumi config set --secret --path "{where}.data" "$(base64 -w0 FILE.pfx)"'
        reading.add("The PFX is not base64", f"{where}.data", "[secret]", "base64, without line breaks", fix)
        return None, where
