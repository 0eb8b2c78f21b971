"""The URL under which APIM reads a Key Vault certificate: `https://<vault host>/secrets/<name>[/<version>]`.

APIM takes the secret, not the certificate: "ApiManagement service only accepts KeyVault Secrets type."
(terraform-provider-azurerm#3635). Without a version it follows renewals within four hours; with one it never does
(terraform-provider-azurerm PR#20903).
"""

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from components.errors import Problem, SecretIdentifierError

_ALLOWED = "https://<vault host>/secrets/<name>, without a version"
_NAME = re.compile(r"[0-9A-Za-z-]{1,127}")
_VERSION = re.compile(r"[0-9a-fA-F]{32}")


@dataclass(frozen=True, kw_only=True)
class SecretIdentifier:
    """One secret in one vault."""

    url: str
    """As APIM takes it, without a trailing slash."""
    vault: str
    """The vault's name: the first label of the host."""
    name: str
    """The secret's name, which is the certificate's name."""
    version: str | None
    """32 hex digits when the URL pins a version, otherwise None: APIM then follows renewals."""


def parse(url: str, *, pinned: bool = False) -> SecretIdentifier:
    """Reads a secret identifier.

    A version in the URL is accepted only with `pinned=True`. Raises `SecretIdentifierError` for anything else than a
    secret's URL; for a certificate's URL the message holds the URL to use.
    """
    parts = urlsplit(url)
    path = parts.path.strip("/").split("/")
    if parts.scheme != "https" or not parts.hostname or "." not in parts.hostname or parts.query or parts.fragment:
        raise _error("The Key Vault secret is not named by its URL", url, "copy the secret identifier from the vault")
    host = parts.netloc
    if path[0] in {"certificates", "keys"} and len(path) > 1:
        use = f"https://{host}/secrets/{path[1]}"
        kind = "certificate" if path[0] == "certificates" else "key"
        fix = f"use {use}" if kind == "certificate" else "create a certificate in the vault and name its secret here"
        raise _error(f"APIM reads Key Vault secrets only, and this is the URL of a {kind}", url, fix)
    if path[0] != "secrets" or len(path) not in {2, 3} or not _NAME.fullmatch(path[1]):
        raise _error("The URL is not that of a Key Vault secret", url, "copy the secret identifier from the vault")
    version = path[2] if len(path) == 3 else None
    if version is not None and not _VERSION.fullmatch(version):
        raise _error("The version of the Key Vault secret is malformed", url, f"use https://{host}/secrets/{path[1]}")
    if version is not None and not pinned:
        raise _error(
            "The Key Vault secret is pinned to a version, so that APIM would never follow a renewal",
            url,
            f"use https://{host}/secrets/{path[1]}, or say that the pin is meant",
        )
    return SecretIdentifier(
        url=f"https://{host}/" + "/".join(path), vault=parts.hostname.split(".")[0], name=path[1], version=version
    )


def _error(what: str, url: str, fix: str) -> SecretIdentifierError:
    return SecretIdentifierError(Problem(what=what, where="secret_id", got=url, allowed=_ALLOWED, fix=fix))
