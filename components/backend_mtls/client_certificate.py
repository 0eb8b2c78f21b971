"""What the gateway presents to a backend.

Owns: one certificate entity of an API Management service, or of a workspace in it.
Does not own: the vault, the secret in it, its renewal, or who may read it (`VaultAccess`).
"""

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import adoption, gate, placement, stored
from backend_mtls.admission import certificate_problems, definition, tokens
from backend_mtls.admission.certificate_source import CertificateDefinition, KeyVaultSource, PfxSource
from backend_mtls.api_management import ApiManagement
from backend_mtls.late import combined
from backend_mtls.placement import Placement
from backend_mtls.policy import mentions
from backend_mtls.policy.document import CertificateReference
from backend_mtls.vault.certificate import VaultCertificate
from backend_mtls.vault_access import VaultAccess
from backend_mtls.workspace import Workspace
from backend_mtls.x509.pfx import PfxCertificate

if TYPE_CHECKING:
    from backend_mtls.dicts import ClientCertificateArgsDict


@dataclass(frozen=True, kw_only=True)
class ClientCertificateArgs(CertificateDefinition):
    """Which certificate, on which service. Exactly one of `key_vault` and `pfx`."""

    service: ApiManagement | None = None
    """The service whose gateway presents it. Left out: that of the workspace."""
    workspace: Workspace | None = None
    """The workspace that it belongs to, and whose APIs alone can use it; only from a PFX. Left out: the whole
    service."""
    access: VaultAccess | None = None
    """The grant that a certificate in Key Vault has to wait for. Left out: the identity can read the vault already."""


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
    source: pulumi.Output[str]
    """The secret's URL, or `PFX`."""
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
    placement: Placement
    """The service, and the workspace, that it belongs to."""
    resource: Any
    """The azure-native resource; what refers to it is created after it and deleted before it."""

    def __init__(
        self,
        name: str,
        args: "ClientCertificateArgs | ClientCertificateArgsDict",
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        args = gate.arguments(f"ClientCertificate {name}", args, ClientCertificateArgs)
        self._entry = entry = gate.Entry(f"ClientCertificate {name}", opts)
        self.placement = placement.of(entry.place, args.service, args.workspace)
        content = certificate_problems.content(args.pfx)
        own_id = stored.pfx_id(name, content.thumbprint) if content else name
        self.certificate_id = own_id if args.certificate_id is None else args.certificate_id
        by_thumbprint = content is not None and args.certificate_id is None
        self.reference = (
            CertificateReference(thumbprint=content.thumbprint)
            if content and by_thumbprint
            else CertificateReference(certificate_id=self.certificate_id)
        )
        source = combined(args.key_vault.url, args.key_vault.secret_id) if args.key_vault else "PFX"
        self.source = pulumi.Output.from_input(source)
        entry.check(
            certificate_problems.verdict,
            _definition(args),
            self.certificate_id,
            self.placement.facts,
            args.access.grant if args.access else None,
        )
        entry.refuse(self.placement.adoption_problems(adopts=args.adopt))
        if args.key_vault and args.certificate_id is None and not args.adopt and stored.is_asked(self.placement):
            entry.ask(lambda findings: stored.problems(self.placement, name, self._thumbprints(findings), self))
        super().__init__(
            tokens.of("ClientCertificate"),
            name,
            # what a preview hides of a PFX; of a certificate in Key Vault nothing, since it changes there
            (content.facts if content else {}) | {"certificateId": self.certificate_id, "source": source},
            entry.options,
        )
        self.resource = self._register(name, args, content, source)
        if not args.adopt:
            function = self.placement.choose("getCertificate", "getWorkspaceCertificate")
            ids = {**self.placement.names, "certificate_id": self.certificate_id}
            stored.refuse_taken(self.resource, self.placement, function, ids, self)
        names = [(mentions.CERTIFICATE_ID, self.certificate_id)]
        names += [(mentions.THUMBPRINT, content.thumbprint)] if content else []
        entry.named(self, self.resource, self.placement.key, *names)
        self.thumbprint = self.resource.thumbprint
        self.subject = self.resource.subject
        self.not_after = self.resource.expiration_date
        known: pulumi.Output[PfxCertificate | VaultCertificate | None] = pulumi.Output.from_input(
            self._looked_up() if args.key_vault else content
        )
        self.issuer = known.apply(lambda one: one.issuer if one else None)
        self.not_before = known.apply(lambda one: one.not_before.isoformat() if one and one.not_before else None)
        self.key_type = known.apply(lambda one: one.key_type if one else None)
        self.resource_id = self.resource.id
        outputs = {
            "certificateId": self.certificate_id,
            "source": source,
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
        access: VaultAccess | None = None,
        certificate_id: str | None = None,
        adopt: bool = False,
        opts: pulumi.ResourceOptions | None = None,
    ) -> "ClientCertificate":
        """A certificate that stays in Key Vault; bound by `certificate-id`, as APIM demands."""
        args = ClientCertificateArgs(
            service=service, key_vault=source, access=access, certificate_id=certificate_id, adopt=adopt
        )
        return cls(name, args, opts)

    @classmethod
    def from_pfx(
        cls,
        name: str,
        *,
        service: ApiManagement | None = None,
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

    def _register(self, name: str, args: ClientCertificateArgs, content: PfxCertificate | None, source: Any) -> Any:
        place = self.placement
        return place.choose(apimanagement.Certificate, apimanagement.WorkspaceCertificate)(
            name,
            **place.names,
            certificate_id=self.certificate_id,
            **(_from_key_vault(args.key_vault, source) if args.key_vault else _from_pfx(args.pfx)),
            opts=pulumi.ResourceOptions(
                parent=self,
                depends_on=[*place.resources, *(args.access.resources if args.access else ())],
                import_=place.arm_id(f"certificates/{self.certificate_id}") if args.adopt else None,
                # a PFX has other bytes whenever it is written: no change as long as it holds the same certificate
                ignore_changes=["data", "password"] if content and self._is_held(args, content) else None,
                # azure-native asks for delete-before-replace whenever an entity has a name of its own; APIM refuses to
                # delete a certificate that a policy still presents
                delete_before_replace=False,
            ),
        )

    def _is_held(self, args: ClientCertificateArgs, content: PfxCertificate) -> bool:
        """Whether the entity of this id, if there is one already, holds the certificate of the PFX, and its key.

        An id that follows from the content says so itself: another certificate has another id, so that it replaces the
        entity, and a replacement is made of what the program gives. Of any other id Azure knows it.
        """
        if args.certificate_id is None and not args.adopt:
            return True
        function = self.placement.choose("getCertificate", "getWorkspaceCertificate")
        names = {**self.placement.names, "certificate_id": self.certificate_id}
        found = adoption.live(f"apimanagement:{function}", names, self) or {}
        # what came from Key Vault has never been sent, and goes with its reference to the vault
        return str(found.get("thumbprint", "")).upper() == content.thumbprint and not found.get("keyVault")

    def _thumbprints(self, findings: gate.Findings) -> list[str]:
        found = [findings[each].certificate for each in self._entry.secrets if each in findings]
        return [each.thumbprint for each in found if each and each.thumbprint]

    async def _looked_up(self) -> VaultCertificate | None:
        """What Key Vault says of the certificate; None when it was not asked, or did not answer."""
        findings = await self._entry.findings
        found = [findings[each] for each in self._entry.secrets if each in findings]
        return found[0].certificate if found else None


def _definition(args: ClientCertificateArgs) -> CertificateDefinition:
    """The arguments without what they refer to."""
    return CertificateDefinition(**definition.values(CertificateDefinition, args))


def _from_key_vault(source: KeyVaultSource, url: Any) -> dict[str, Any]:
    return {
        "key_vault": apimanagement.KeyVaultContractCreatePropertiesArgs(
            secret_identifier=url, identity_client_id=source.identity_client_id
        )
    }


def _from_pfx(source: PfxSource | None) -> dict[str, Any]:
    if source is None:  # refused: nothing is registered
        return {}
    data = pulumi.Output.secret(combined(_encoded, source.data))
    return {"data": data, "password": None if source.password is None else pulumi.Output.secret(source.password)}


def _encoded(data: bytes | str) -> str:
    return base64.b64encode(data).decode() if isinstance(data, bytes) else data
