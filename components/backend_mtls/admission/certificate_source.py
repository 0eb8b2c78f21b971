"""Where a client certificate comes from: Key Vault, or a PFX; and what is wrong with it before it is deployed."""

import base64
import binascii
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pulumi

from backend_mtls.errors import PfxError, Problem, ProblemError
from backend_mtls.vault import secret_identifier
from backend_mtls.vault_access import VaultAccess
from backend_mtls.x509 import pfx as pfx_file
from backend_mtls.x509.pfx import PfxCertificate


@dataclass(frozen=True, kw_only=True)
class KeyVaultSource:
    """A certificate that stays in Key Vault: no key material passes through Pulumi. The recommended source."""

    secret_id: str
    """`https://<vault>/secrets/<name>`, or the same with `/certificates/`, which is converted; without a version: APIM
    then follows a renewal within 4 hours, or at once when it is told to (`refreshSecret`)."""
    pinned: bool = False
    """Allows a version in `secret_id`. APIM then never follows a renewal: calls fail on the day the version expires,
    unless somebody deploys the next one before."""
    identity_client_id: pulumi.Input[str] | None = None
    """Client id (not object id) of a user-assigned identity of the service that reads the secret. Left out: the
    system-assigned identity does."""
    access: VaultAccess | None = None
    """The grant that the certificate has to wait for. Left out: the identity can read the vault already."""


@dataclass(frozen=True, kw_only=True)
class PfxSource:
    """A certificate that is uploaded with its private key. Both are secrets in the state."""

    data: bytes | pulumi.Output[str] = field(repr=False)
    """The PFX (PKCS#12): bytes, or a Pulumi secret that holds it as base64 (`from_secret`)."""
    password: str | pulumi.Output[str] | None = field(default=None, repr=False)
    """Its password. Left out: the file has none."""

    @classmethod
    def from_file(cls, path: Path, password: str | pulumi.Output[str] | None = None) -> "PfxSource":
        """The PFX at `path`; raises `OSError` when it cannot be read."""
        return cls(data=path.read_bytes(), password=password)

    @classmethod
    def from_secret(cls, base64_data: pulumi.Output[str], password: pulumi.Output[str] | None = None) -> "PfxSource":
        """A PFX from a Pulumi secret, as base64.

        Its content is not known while the program runs: the certificate
        needs a `certificate_id`, policies name it by that, and it is checked when the secret is there, during the
        preview.
        """
        return cls(data=base64_data, password=password)

    @cached_property
    def content(self) -> PfxCertificate | None:
        """What is in it; None when it comes from a Pulumi secret. Raises `PfxError`."""
        if isinstance(self.data, bytes) and not isinstance(self.password, pulumi.Output):
            return pfx_file.read(self.data, self.password)
        return None

    @property
    def encoded(self) -> pulumi.Output[str]:
        """Base64 of the PFX, as a secret."""
        data = base64.b64encode(self.data).decode() if isinstance(self.data, bytes) else self.data
        return pulumi.Output.secret(data)


def problems(key_vault: KeyVaultSource | None, pfx: PfxSource | None, certificate_id: str | None) -> list[Problem]:
    """What APIM, or a backend, would refuse about the source; nothing has to be registered to find out."""
    if (key_vault is None) == (pfx is None):
        return [
            Problem(
                what="The certificate needs exactly one source",
                where="key_vault, pfx",
                got="none" if pfx is None else "key_vault and pfx",
                allowed="key_vault or pfx",
                fix="use ClientCertificate.from_key_vault or ClientCertificate.from_pfx",
            )
        ]
    try:
        if key_vault is not None:
            secret_identifier.parse(key_vault.secret_id, pinned=key_vault.pinned)
        if pfx is not None:
            return _pfx_problems(pfx, certificate_id)
    except ProblemError as error:
        return [error.problem]
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
            where="certificate_id",
            got="nothing",
            allowed="1-80 characters",
            fix="give the certificate a certificate_id, or read the PFX as bytes",
        )
    ]


def checked(data: str, password: str | None) -> PfxCertificate:
    """The content of a PFX that was a Pulumi secret, as base64; raises `PfxError` for what could not be presented."""
    try:
        decoded = base64.b64decode(data, validate=True)
    except (ValueError, binascii.Error):
        raise PfxError(
            Problem(
                what="The secret does not hold a PFX as base64",
                where="pfx",
                got=f"{len(data)} characters that are no base64",
                allowed="base64 of a PKCS#12 file, without line breaks",
                fix='pulumi config set --secret KEY "$(base64 -w0 FILE.pfx)"',
            )
        ) from None
    content = pfx_file.read(decoded, password)
    expired = pfx_file.validity_problem(content)
    if expired:
        raise PfxError(expired)
    return content


def secret_url(source: KeyVaultSource) -> str:
    """The secret's URL as APIM takes it; as it was given when it is none (`problems` says so)."""
    try:
        return secret_identifier.parse(source.secret_id, pinned=source.pinned).url
    except ProblemError:
        return source.secret_id
