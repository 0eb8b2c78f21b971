"""The client certificates of a configuration: keys and files in, definitions of certificates and grants out."""

from dataclasses import dataclass

from backend_mtls.admission import (
    certificate_problems,
    certificate_source,
    user_assigned_identity,
    vault_grant,
)
from backend_mtls.admission.certificate_source import CertificateDefinition, KeyVaultSource, PfxSource
from backend_mtls.admission.conflicts import CERTIFICATE, SECRET, THUMBPRINT
from backend_mtls.admission.inputs import Input, is_later
from backend_mtls.admission.user_assigned_identity import UserAssignedIdentity
from backend_mtls.admission.vault_grant import VaultGrant
from backend_mtls.configuration import schema
from backend_mtls.configuration.reading import Reading, plain
from backend_mtls.errors import ProblemError, Where
from backend_mtls.late import combined
from backend_mtls.vault import secret_identifier


@dataclass(frozen=True, kw_only=True)
class CertificateSettings:
    """One client certificate."""

    definition: CertificateDefinition
    """What to declare."""
    grant: VaultGrant | None
    """The grant that it needs, or None when there is one already."""


def read(reading: Reading, name: str, keys: schema.Certificate, service: schema.Service) -> CertificateSettings:
    """The certificate `certificates.<name>`."""
    where = Where.of("certificates", name)
    if (keys.key_vault is None) == (keys.pfx is None):
        got = "neither" if keys.pfx is None else "both"
        reading.add("The certificate needs exactly one source", where, got, "keyVault or pfx", "name one of them")
    source = _pfx(reading, _in(where, "pfx"), keys) if keys.pfx else None
    if keys.certificate_id or keys.key_vault:
        reading.once(CERTIFICATE, keys.certificate_id or name, where)
    vault = _in(where, "keyVault")
    return CertificateSettings(
        definition=CertificateDefinition(
            key_vault=_key_vault(reading, vault, keys.key_vault, service) if keys.key_vault else None,
            pfx=source,
            certificate_id=keys.certificate_id,
            adopt=keys.adopt,
        ),
        grant=_grant(reading, vault, keys.key_vault, service) if keys.key_vault else None,
    )


def identities(service: schema.Service) -> list[UserAssignedIdentity]:
    """The user-assigned identities that the stack gives its service."""
    return [
        UserAssignedIdentity(resource_id=each.resource_id, client_id=each.client_id, principal_id=each.principal_id)
        for each in (service.owned.user_assigned_identities if service.owned else ())
    ]


def _in(where: Where, *steps: str) -> Where:
    return Where((*where.steps, *steps))


def _key_vault(reading: Reading, where: Where, keys: schema.KeyVault, service: schema.Service) -> KeyVaultSource:
    source = KeyVaultSource(secret_id=keys.secret_id, pinned=keys.pinned, identity_client_id=keys.identity_client_id)
    reading.found(where, certificate_source.problems(CertificateDefinition(key_vault=source)), {"key_vault": ""})
    if service.owned:
        own = identities(service)
        reading.found(where, user_assigned_identity.client_id_problems(keys.identity_client_id, own, None))
    if isinstance(keys.secret_id, str):
        reading.once(SECRET, source.url(keys.secret_id), where)
    return source


def _grant(reading: Reading, where: Where, keys: schema.KeyVault, service: schema.Service) -> VaultGrant | None:
    grant = keys.grant_access
    if grant is None:
        return None
    place = _in(where, "grantAccess")
    subscription = grant.subscription_id or reading.subscription_id
    if not subscription:
        reading.add(
            "The subscription of the vault is not known",
            _in(place, "subscriptionId"),
            "nothing",
            "a subscription id",
            "set it here, or for the stack: pulumi config set azure-native:subscriptionId ID",
        )
    if isinstance(keys.secret_id, str) and not _is_secret(keys.secret_id):
        return None  # reported with the URL itself
    declared = VaultGrant(
        vault_id=combined(_vault_id, subscription or "", grant.resource_group, keys.secret_id),
        kind="role" if grant.kind == "role" else "access_policy",
        secret_name=combined(_secret_name, keys.secret_id) if grant.scope == "secret" else None,
        identity=_identity(reading, where, keys, service),
        vault_firewall=grant.firewall,
    )
    names = {"secret_name": "scope", "vault_firewall": "firewall"}
    reading.found(place, vault_grant.problems(declared, firewall=bool(grant.firewall)), names)
    return declared


def _identity(
    reading: Reading, where: Where, keys: schema.KeyVault, service: schema.Service
) -> UserAssignedIdentity | None:
    """The identity that is granted access; None for the system-assigned one."""
    found = next((each for each in identities(service) if each.client_id == keys.identity_client_id), None)
    if keys.identity_client_id and found is None and (not service.owned or is_later(keys.identity_client_id)):
        reading.add(  # that of an owned service is reported with the source
            "The identity that would be granted access is not known",
            _in(where, "identityClientId"),
            keys.identity_client_id if isinstance(keys.identity_client_id, str) else "a value that is known later",
            "the clientId of an entry of service.owned.userAssignedIdentities",
            "add the identity there, or leave grantAccess out and grant it where the identity is owned",
        )
    return found


def _is_secret(url: str) -> bool:
    try:
        secret_identifier.parse(url, pinned=True)
    except ProblemError:
        return False
    return True


def _vault_id(subscription: str, resource_group: str, secret_id: str) -> str:
    vault = secret_identifier.parse(secret_id, pinned=True).vault
    group = f"/subscriptions/{subscription}/resourceGroups/{resource_group}"
    return f"{group}/providers/Microsoft.KeyVault/vaults/{vault}"


def _secret_name(secret_id: str) -> str:
    return secret_identifier.parse(secret_id, pinned=True).name


def _pfx(reading: Reading, where: Where, certificate: schema.Certificate) -> PfxSource | None:
    keys = certificate.pfx
    data, place = (None, where) if keys is None else _content(reading, where, keys)
    if keys is None or data is None:
        return None
    source = PfxSource(data=data, password=plain(keys.password))
    definition = CertificateDefinition(pfx=source, certificate_id=certificate.certificate_id)
    for problem in certificate_source.problems(definition):
        if problem.where.steps == ("certificate_id",):
            reading.found(Where(where.steps[:-1]), [problem])
        else:
            of_password = problem.kind == "password"
            reading.problems.append(problem.at(_in(where, "password") if of_password else place))
    content = certificate_problems.content(source)
    if content:
        reading.once(THUMBPRINT, content.thumbprint, where)
    return source


def _content(reading: Reading, where: Where, keys: schema.Pfx) -> tuple[Input[bytes | str] | None, Where]:
    """The PFX and the place that it is from."""
    if (keys.file is None) == (keys.data is None):
        got = "neither" if keys.file is None else "both"
        reading.add("The PFX is given twice or not at all", where, got, "file or data", "name one of them")
        return None, where
    if keys.file is not None:
        place = _in(where, "file")
        return reading.file(place, keys.file), Where(place.steps, (str(keys.file),))
    return plain(keys.data), _in(where, "data")
