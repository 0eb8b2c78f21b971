"""Where a client certificate comes from: Key Vault, or a PFX. Pure values, and what is wrong with them."""

import base64
import binascii
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from backend_mtls.admission.inputs import Input, is_later, known
from backend_mtls.errors import PfxError, Problem, ProblemError, Where
from backend_mtls.vault import secret_identifier
from backend_mtls.vault.secret_identifier import SecretIdentifier
from backend_mtls.x509 import pfx as pfx_file
from backend_mtls.x509.pfx import PfxCertificate


@dataclass(frozen=True, kw_only=True)
class KeyVaultSource:
    """A certificate that stays in Key Vault: no key material passes through Pulumi. The recommended source."""

    secret_id: Input[str]
    """`https://<vault>/secrets/<name>`, or the same with `/certificates/`, which is converted; without a version: APIM
    then follows a renewal within 4 hours, or at once when it is told to (`refreshSecret`)."""
    pinned: bool = False
    """Allows a version in `secret_id`. APIM then never follows a renewal: calls fail on the day the version expires,
    unless somebody deploys the next one before."""
    identity_client_id: Input[str] | None = None
    """Client id (not object id) of a user-assigned identity of the service that reads the secret. Left out: the
    system-assigned identity does."""

    @property
    def secret(self) -> SecretIdentifier | None:
        """The secret; None as long as it is not known, and for a URL that is none."""
        try:
            url = known(self.secret_id)
            return None if url is None else secret_identifier.parse(url, pinned=self.pinned)
        except ProblemError:
            return None

    def url(self, secret_id: str) -> str:
        """The secret's URL as APIM takes it; as it was given when it is none (`problems` says so)."""
        try:
            return secret_identifier.parse(secret_id, pinned=self.pinned).url
        except ProblemError:
            return secret_id


@dataclass(frozen=True, kw_only=True)
class PfxSource:
    """A certificate that is uploaded with its private key. Both are secrets in the state."""

    data: Input[bytes | str] = field(repr=False)
    """The PFX (PKCS#12): bytes, or a text that holds it as base64. What is known in a preview only (an Output, a Pulumi
    secret) leaves the thumbprint unknown to the program: such a certificate needs a `certificate_id`."""
    password: Input[str] | None = field(default=None, repr=False)
    """Its password, which is a secret in the state in any case: a text keeps the content readable in the program, an
    Output (`require_secret`) does not. Left out: the file has none."""

    @classmethod
    def from_file(cls, path: Path, password: Input[str] | None = None) -> "PfxSource":
        """The PFX at `path`; raises `OSError` when it cannot be read."""
        return cls(data=path.read_bytes(), password=password)

    @classmethod
    def from_secret(cls, base64_data: Input[str], password: Input[str] | None = None) -> "PfxSource":
        """A PFX from a Pulumi secret, as base64.

        Its content is not known while the program runs: the certificate needs a `certificate_id`, policies name it by
        that, and it is checked when the secret is there, during the preview.
        """
        return cls(data=base64_data, password=password)

    @cached_property
    def content(self) -> PfxCertificate | None:
        """What is in it; None as long as data or password are not known. Raises `PfxError`."""
        data = known(self.data)
        if is_later(self.password):
            return None
        if isinstance(data, str):
            return pfx_file.read(decoded(data), known(self.password))
        return pfx_file.read(data, known(self.password)) if isinstance(data, bytes) else None


@dataclass(frozen=True, kw_only=True)
class CertificateDefinition:
    """Which certificate. Exactly one of `key_vault` and `pfx`."""

    key_vault: KeyVaultSource | None = None
    """Read it from Key Vault."""
    pfx: PfxSource | None = None
    """Upload it. One that is written anew at each run, with other bytes, is no change as long as it holds the same
    certificate; under an id of its own Azure is asked, which needs a service whose names are texts."""
    certificate_id: str | None = None
    """Id of the entity, 1-80 characters, known at plan time: policies name it. Left out: the component's name for a Key
    Vault certificate; for a PFX `<name>-<first 8 of the thumbprint>`, so that a new PFX is created beside the old one,
    the policy switched, and the old one deleted last. With an id of its own a PFX is replaced in place, and bound by
    `certificate-id`."""
    adopt: bool = False
    """Takes over the entity of this id that exists already, by import: nothing is written as long as it is what is
    declared here (for a PFX: as long as the thumbprint is the same). From then on it is owned, and deleted with the
    stack. Left out: the entity is created, and one that exists already is an error."""


def problems(definition: CertificateDefinition) -> list[Problem]:
    """What APIM, or a backend, would refuse about the source; nothing has to be registered to find out."""
    key_vault, pfx = definition.key_vault, definition.pfx
    if (key_vault is None) == (pfx is None):
        return [
            Problem(
                what="The certificate needs exactly one source",
                where=Where.of(("key_vault", "pfx")),
                got="none" if pfx is None else "key_vault and pfx",
                allowed="key_vault or pfx",
                fix="use ClientCertificate.from_key_vault or ClientCertificate.from_pfx",
            )
        ]
    try:
        if key_vault is not None and (url := known(key_vault.secret_id)) is not None:
            secret_identifier.parse(url, pinned=key_vault.pinned)
        if pfx is not None:
            return _pfx_problems(pfx, definition.certificate_id)
    except ProblemError as error:
        return [error.problem if pfx else error.problem.below("key_vault")]
    return []


def _pfx_problems(pfx: PfxSource, certificate_id: str | None) -> list[Problem]:
    content = pfx.content
    if content is not None:
        expired = pfx_file.validity_problem(content)
        return [expired] if expired else []
    if certificate_id:
        return []
    return [
        Problem(
            what="A PFX from a Pulumi secret has no id of its own, since its thumbprint is not known in advance",
            where=Where.of("certificate_id"),
            got="nothing",
            allowed="1-80 characters",
            fix="give the certificate a certificate_id, or read the PFX as bytes (and its password as a text: "
            "config.require)",
        )
    ]


def decoded(data: str) -> bytes:
    """The bytes of a PFX that is given as base64; raises `PfxError`."""
    try:
        return base64.b64decode(data, validate=True)
    except (ValueError, binascii.Error):
        raise PfxError(
            Problem(
                what="The secret does not hold a PFX as base64",
                where=Where.of("pfx", "data"),
                got=f"{len(data)} characters that are no base64",
                allowed="base64 of a PKCS#12 file, without line breaks",
                fix="base64 -w0 FILE.pfx | pulumi config set --secret --path KEY",
            )
        ) from None
