"""What the gateway presents to a backend.

Owns: one certificate entity of an API Management service.
Does not own: the vault, the secret in it, its renewal, or who may read it (`VaultAccess`).
"""

import base64
from dataclasses import dataclass, field
from pathlib import Path

import pulumi
from pulumi_azure_native import apimanagement

from components import pfx as pfx_file
from components import secret_identifier, version_aliases
from components.api_management import ApiManagement
from components.arguments import refuse
from components.errors import Problem, ProblemError
from components.policy_document import CertificateReference
from components.vault_access import VaultAccess


@dataclass(frozen=True, kw_only=True)
class KeyVaultSource:
    """A certificate that stays in Key Vault: no key material passes through Pulumi. The recommended source."""

    secret_id: str
    """`https://<vault>/secrets/<name>`, without a version: APIM then follows a renewal within 4 hours. The
    certificate's own URL (`/certificates/<name>`) is converted to its secret's."""
    pinned: bool = False
    """Allows a version in `secret_id`. APIM then never follows a renewal, and the certificate expires."""
    identity_client_id: str | None = None
    """Client id of a user-assigned identity that reads the secret. Left out: the system-assigned identity does."""
    access: VaultAccess | None = None
    """The grant that the certificate has to wait for. Left out: the identity can read the vault already."""


@dataclass(frozen=True, kw_only=True)
class PfxSource:
    """A certificate that is uploaded with its private key. Both are secrets in the state."""

    data: bytes = field(repr=False)
    """The PFX (PKCS#12) as bytes, not as base64."""
    password: str | None = field(default=None, repr=False)
    """Its password. Left out: the file has none."""

    @classmethod
    def from_file(cls, path: Path, password: str | None = None) -> "PfxSource":
        """The PFX at `path`; raises `OSError` when it cannot be read."""
        return cls(data=path.read_bytes(), password=password)


@dataclass(frozen=True, kw_only=True)
class ClientCertificateArgs:
    """Which certificate, on which service. Exactly one of `key_vault` and `pfx`."""

    service: ApiManagement
    """The service whose gateway presents it."""
    key_vault: KeyVaultSource | None = None
    """Read it from Key Vault."""
    pfx: PfxSource | None = None
    """Upload it."""
    certificate_id: str | None = None
    """Id of the entity, 1-80 characters. Left out: the component's name for a Key Vault certificate; for a PFX
    `<name>-<first 8 of the thumbprint>`, so that a new PFX is created beside the old one, the policy switched, and the
    old one deleted last. With an id of its own a PFX is replaced in place, and bound by `certificate-id`."""


class ClientCertificate(pulumi.ComponentResource):
    """One certificate entity, and how a policy has to name it.

    Raises `ArgumentsError` for a PFX that cannot be opened, has no private key or is not valid today, and for a URL
    that is no Key Vault secret.
    """

    reference: CertificateReference
    """How a policy names it; known at preview."""
    certificate_id: str
    """Id of the entity; known at preview."""
    thumbprint: pulumi.Output[str]
    """SHA-1, 40 upper-case hex digits."""
    subject: pulumi.Output[str]
    """Distinguished name."""
    expiration_date: pulumi.Output[str]
    """End of the validity, ISO 8601."""
    resource_id: pulumi.Output[str]
    """ARM id."""

    def __init__(self, name: str, args: ClientCertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        refuse(_problems(name, args))
        super().__init__("backend-mtls:index:ClientCertificate", name, {}, version_aliases.without(opts))
        depends_on = list(args.service.resources)
        if args.pfx is not None:
            content = pfx_file.read(args.pfx.data, args.pfx.password)
            self.certificate_id = args.certificate_id or f"{name}-{content.thumbprint[:8].lower()}"
            self.reference = (
                CertificateReference(certificate_id=args.certificate_id)
                if args.certificate_id
                else CertificateReference(thumbprint=content.thumbprint)
            )
            source = {
                "data": pulumi.Output.secret(base64.b64encode(args.pfx.data).decode()),
                "password": None if args.pfx.password is None else pulumi.Output.secret(args.pfx.password),
            }
        else:
            assert args.key_vault is not None  # noqa: S101 (refused above)
            self.certificate_id = args.certificate_id or name
            self.reference = CertificateReference(certificate_id=self.certificate_id)
            secret = secret_identifier.parse(args.key_vault.secret_id, pinned=args.key_vault.pinned)
            source = {
                "key_vault": apimanagement.KeyVaultContractCreatePropertiesArgs(
                    secret_identifier=secret.url, identity_client_id=args.key_vault.identity_client_id
                )
            }
            depends_on += [args.key_vault.access.assignment] if args.key_vault.access else []
        self.resource = apimanagement.Certificate(
            name,
            resource_group_name=args.service.resource_group_name,
            service_name=args.service.service_name,
            certificate_id=self.certificate_id,
            **source,
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=depends_on,
                # azure-native asks for delete-before-replace whenever an entity has a name of its own; APIM refuses to
                # delete a certificate that a policy still presents
                delete_before_replace=False,
            ),
        )
        self.thumbprint = self.resource.thumbprint
        self.subject = self.resource.subject
        self.expiration_date = self.resource.expiration_date
        self.resource_id = self.resource.id
        self.register_outputs(
            {
                "certificateId": self.certificate_id,
                "thumbprint": self.thumbprint,
                "subject": self.subject,
                "expirationDate": self.expiration_date,
                "resourceId": self.resource_id,
            }
        )

    @classmethod
    def from_key_vault(
        cls,
        name: str,
        *,
        service: ApiManagement,
        source: KeyVaultSource,
        certificate_id: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> "ClientCertificate":
        """A certificate that stays in Key Vault; bound by `certificate-id`, as APIM demands."""
        args = ClientCertificateArgs(service=service, key_vault=source, certificate_id=certificate_id)
        return cls(name, args, opts)

    @classmethod
    def from_pfx(
        cls,
        name: str,
        *,
        service: ApiManagement,
        source: PfxSource,
        certificate_id: str | None = None,
        opts: pulumi.ResourceOptions | None = None,
    ) -> "ClientCertificate":
        """A certificate that is uploaded; bound by thumbprint, or by `certificate-id` when the id is given."""
        return cls(name, ClientCertificateArgs(service=service, pfx=source, certificate_id=certificate_id), opts)


def _problems(name: str, args: ClientCertificateArgs) -> list[Problem]:
    where = f"ClientCertificate {name}"
    if (args.key_vault is None) == (args.pfx is None):
        return [
            Problem(
                what="The certificate needs exactly one source",
                where=where,
                got="none" if args.pfx is None else "key_vault and pfx",
                allowed="key_vault or pfx",
                fix="use ClientCertificate.from_key_vault or ClientCertificate.from_pfx",
            )
        ]
    return [problem.at(f"{where}: {problem.where}") for problem in source_problems(args.key_vault, args.pfx)]


def source_problems(key_vault: KeyVaultSource | None, pfx: PfxSource | None) -> list[Problem]:
    """What APIM, or a backend, would refuse about the given source; nothing has to be registered to find out."""
    try:
        if key_vault is not None:
            secret_identifier.parse(key_vault.secret_id, pinned=key_vault.pinned)
        if pfx is not None:
            expired = pfx_file.validity_problem(pfx_file.read(pfx.data, pfx.password))
            return [expired] if expired else []
    except ProblemError as error:
        return [error.problem]
    return []
