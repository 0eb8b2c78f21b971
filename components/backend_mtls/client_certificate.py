"""What the gateway presents to a backend.

Owns: one certificate entity of an API Management service, or of a workspace in it.
Does not own: the vault, the secret in it, its renewal, or who may read it (`VaultAccess`).
"""

from collections.abc import Awaitable
from dataclasses import dataclass
from functools import partial
from typing import Any

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import adoption, gate
from backend_mtls.admission import certificate_problems, certificate_source
from backend_mtls.admission.certificate_source import KeyVaultSource, PfxSource
from backend_mtls.api_management import ApiManagement
from backend_mtls.arguments import ArgumentsError
from backend_mtls.errors import ProblemError, located
from backend_mtls.gate import VaultDeclaration
from backend_mtls.key_vault import Finding
from backend_mtls.placement import Placement
from backend_mtls.policy.document import CertificateReference
from backend_mtls.vault import secret_identifier
from backend_mtls.vault.certificate import VaultCertificate
from backend_mtls.vault.secret_identifier import SecretIdentifier
from backend_mtls.workspace import Workspace
from backend_mtls.x509.pfx import PfxCertificate


@dataclass(frozen=True, kw_only=True)
class ClientCertificateArgs:
    """Which certificate, on which service. Exactly one of `key_vault` and `pfx`."""

    service: ApiManagement
    """The service whose gateway presents it."""
    workspace: Workspace | None = None
    """The workspace that it belongs to, and whose APIs alone can use it; only from a PFX. Left out: the whole
    service."""
    key_vault: KeyVaultSource | None = None
    """Read it from Key Vault."""
    pfx: PfxSource | None = None
    """Upload it."""
    certificate_id: str | None = None
    """Id of the entity, 1-80 characters. Left out: the component's name for a Key Vault certificate; for a PFX
    `<name>-<first 8 of the thumbprint>`, so that a new PFX is created beside the old one, the policy switched, and the
    old one deleted last. With an id of its own a PFX is replaced in place, and bound by `certificate-id`."""
    adopt: bool = False
    """Takes over the entity of this id that exists already, by import: nothing is written as long as it is what is
    declared here (for a PFX: as long as the thumbprint is the same). From then on it is owned, and deleted with the
    stack. Left out: the entity is created, and one that exists already is an error."""


class ClientCertificate(pulumi.ComponentResource):
    """One certificate entity, and how a policy has to name it.

    Refuses a PFX that cannot be opened, has no private key or is not valid today; a URL that is no Key Vault secret or
    certificate; an identity named by its object id; a Key Vault certificate in a workspace, where APIM has no identity
    to read it with; and the same certificate twice on one service.
    """

    reference: CertificateReference
    """How a policy names it; known at preview."""
    certificate_id: str
    """Id of the entity; known at preview."""
    source: str
    """The secret's URL, or `PFX`; known at preview."""
    thumbprint: pulumi.Output[str]
    """SHA-1, 40 upper-case hex digits."""
    subject: pulumi.Output[str]
    """Distinguished name."""
    issuer: pulumi.Output[str | None]
    """Distinguished name; None for a certificate in Key Vault that was not looked up."""
    not_before: pulumi.Output[str | None]
    """Start of the validity, ISO 8601; None for a certificate in Key Vault that was not looked up."""
    not_after: pulumi.Output[str]
    """End of the validity, ISO 8601."""
    key_type: pulumi.Output[str | None]
    """Algorithm and size, for instance `RSA 2048`; None for a certificate in Key Vault that was not looked up."""
    resource_id: pulumi.Output[str]
    """ARM id."""

    def __init__(self, name: str, args: ClientCertificateArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        gate.check_types(f"ClientCertificate {name}", args, ClientCertificateArgs)
        place = f"ClientCertificate {name}"
        content = _content(args)
        own_id = f"{name}-{content.thumbprint[:8].lower()}" if content and args.pfx else name
        self.certificate_id = own_id if args.certificate_id is None else args.certificate_id
        by_thumbprint = content is not None and args.certificate_id is None
        self.reference = (
            CertificateReference(thumbprint=content.thumbprint)
            if content and by_thumbprint
            else CertificateReference(certificate_id=self.certificate_id)
        )
        self.source = certificate_source.secret_url(args.key_vault) if args.key_vault else "PFX"
        self.placement = Placement(args.service, args.workspace)
        admitted, looked_up = gate.admitted(), gate.findings()
        secret = _secret(args)
        super().__init__(
            "backend-mtls:index:ClientCertificate",
            name,
            # what a preview hides of a PFX; of a certificate in Key Vault nothing, since it changes there
            (content.facts if content else {}) | {"certificateId": self.certificate_id, "source": self.source},
            gate.options(
                opts,
                located(place, certificate_problems.problems(args, self.certificate_id)),
                certificate_problems.declarations(place, args, self.certificate_id, content),
                [VaultDeclaration(secret=secret, owner=self.placement.key, where=f"{place}: key_vault.secret_id")]
                if secret
                else (),
            ),
        )
        self.resource = self._register(name, args, content, admitted)
        self.thumbprint = self.resource.thumbprint
        self.subject = self.resource.subject
        self.not_after = self.resource.expiration_date
        known: pulumi.Output[PfxCertificate | VaultCertificate | None] = pulumi.Output.from_input(
            _looked_up(looked_up, secret) if secret else content
        )
        self.issuer = known.apply(lambda one: one.issuer if one else None)
        self.not_before = known.apply(lambda one: one.not_before.isoformat() if one and one.not_before else None)
        self.key_type = known.apply(lambda one: one.key_type if one else None)
        self.resource_id = self.resource.id
        outputs = {
            "certificateId": self.certificate_id,
            "source": self.source,
            "thumbprint": self.thumbprint,
            "subject": self.subject,
            "notAfter": self.not_after,
            "resourceId": self.resource_id,
        }
        if content:  # of a certificate in Key Vault these come from the look-up, and would come and go with it
            outputs |= {"issuer": self.issuer, "notBefore": self.not_before, "keyType": self.key_type}
        self.register_outputs(outputs)

    @classmethod
    def from_key_vault(
        cls,
        name: str,
        *,
        service: ApiManagement,
        source: KeyVaultSource,
        certificate_id: str | None = None,
        adopt: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> "ClientCertificate":
        """A certificate that stays in Key Vault; bound by `certificate-id`, as APIM demands."""
        args = ClientCertificateArgs(service=service, key_vault=source, certificate_id=certificate_id, adopt=adopt)
        return cls(name, args, opts)

    @classmethod
    def from_pfx(
        cls,
        name: str,
        *,
        service: ApiManagement,
        source: PfxSource,
        workspace: Workspace | None = None,
        certificate_id: str | None = None,
        adopt: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> "ClientCertificate":
        """A certificate that is uploaded; bound by thumbprint, or by `certificate-id` when the id is given."""
        args = ClientCertificateArgs(
            service=service, workspace=workspace, pfx=source, certificate_id=certificate_id, adopt=adopt
        )
        return cls(name, args, opts)

    def _register(
        self, name: str, args: ClientCertificateArgs, content: PfxCertificate | None, admitted: Awaitable[object]
    ) -> Any:
        place = Placement(args.service, args.workspace)
        depends_on = [
            *place.resources,
            *(args.key_vault.access.resources if args.key_vault and args.key_vault.access else ()),
        ]
        return place.choose(apimanagement.Certificate, apimanagement.WorkspaceCertificate)(
            name,
            **place.names,
            certificate_id=self.certificate_id,
            **(_from_key_vault(args.key_vault) if args.key_vault else _from_pfx(name, args, content, admitted)),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=depends_on,
                import_=place.arm_id(f"certificates/{self.certificate_id}") if args.adopt else None,
                ignore_changes=["data", "password"] if _is_there(args, self.certificate_id, content) else None,
                # azure-native asks for delete-before-replace whenever an entity has a name of its own; APIM refuses to
                # delete a certificate that a policy still presents
                delete_before_replace=False,
            ),
        )


def _from_key_vault(source: KeyVaultSource) -> dict[str, Any]:
    return {
        "key_vault": apimanagement.KeyVaultContractCreatePropertiesArgs(
            secret_identifier=certificate_source.secret_url(source), identity_client_id=source.identity_client_id
        )
    }


def _from_pfx(
    name: str,
    args: ClientCertificateArgs,
    content: PfxCertificate | None,
    admitted: Awaitable[object],
) -> dict[str, Any]:
    if args.pfx is None:  # refused: nothing is registered
        return {}
    data, password = args.pfx.encoded, args.pfx.password
    if content is None:
        check = partial(_checked, f"ClientCertificate {name}", admitted)
        data = pulumi.Output.all(data, password).apply(lambda both: check(*both))
    return {"data": data, "password": None if password is None else pulumi.Output.secret(password)}


def _is_there(args: ClientCertificateArgs, certificate_id: str, content: PfxCertificate | None) -> bool:
    """Whether the entity that is adopted holds the certificate of the PFX already."""
    if not (args.adopt and content):
        return False
    place = Placement(args.service, args.workspace)
    found = adoption.live(
        place.choose("getCertificate", "getWorkspaceCertificate"), {**place.names, "certificate_id": certificate_id}
    )
    return found is not None and str(found.get("thumbprint", "")).upper() == content.thumbprint


async def _checked(place: str, admitted: Awaitable[object], data: str, password: str | None) -> str:
    """The PFX of a Pulumi secret, once it has turned out to be one."""
    await admitted
    try:
        certificate_source.checked(data, password)
    except ProblemError as error:
        raise ArgumentsError(located(place, [error.problem])) from None
    return data


def _secret(args: ClientCertificateArgs) -> SecretIdentifier | None:
    """The secret that is looked up beforehand; None for a PFX, and for a URL that is none."""
    try:
        source = args.key_vault
        return secret_identifier.parse(source.secret_id, pinned=source.pinned) if source else None
    except ProblemError:
        return None  # reported with the other problems


async def _looked_up(
    findings: Awaitable[dict[SecretIdentifier, Finding]], secret: SecretIdentifier
) -> VaultCertificate | None:
    """What Key Vault says of the certificate; None when it was not asked, or did not answer."""
    finding = (await findings).get(secret)
    return finding.certificate if finding else None


def _content(args: ClientCertificateArgs) -> PfxCertificate | None:
    try:
        return args.pfx.content if args.pfx else None
    except ProblemError:
        return None  # reported with the other problems
