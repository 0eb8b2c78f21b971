"""The URL under which APIM reads a Key Vault certificate: `https://<vault host>/secrets/<name>[/<version>]`.

APIM takes the secret, not the certificate: "ApiManagement service only accepts KeyVault Secrets type."
(terraform-provider-azurerm#3635). Every certificate has a secret of the same name and version, so that a certificate's
URL is understood and converted. Without a version APIM follows renewals within four hours; with one it never does
(terraform-provider-azurerm PR#20903).
"""

import re
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from backend_mtls.errors import Problem, SecretIdentifierError, Where

_ALLOWED = "https://<vault host>/secrets/<name>, without a version"
_COPY = "copy the secret identifier from the vault"
_VAULT = re.compile(r"[a-z](?:-?[a-z0-9]){0,23}")
"""Names of vaults: learn.microsoft.com/azure/azure-resource-manager/management/resource-name-rules."""
_NAME = re.compile(r"[0-9A-Za-z-]{1,127}")
_VERSION = re.compile(r"[0-9a-f]{32}")
_PRIVATE_LINK = {
    "privatelink.vaultcore.azure.net": "vault.azure.net",
    "privatelink.vaultcore.azure.cn": "vault.azure.cn",
    "privatelink.vaultcore.usgovcloudapi.net": "vault.usgovcloudapi.net",
}
"""What a private endpoint's DNS zone stands for; nobody can call a vault by it, since its TLS certificate does not
have that name: learn.microsoft.com/azure/key-vault/general/private-link-service."""


@dataclass(frozen=True, kw_only=True)
class SecretIdentifier:
    """One secret in one vault, which is one certificate in it."""

    url: str
    """As APIM takes it: of the secret, host in lower case, without a default port and a trailing slash."""
    vault: str
    """The vault's name: the first label of the host."""
    vault_url: str
    """Where the vault answers, without a trailing slash; in every cloud."""
    name: str
    """The secret's name, which is the certificate's name."""
    version: str | None
    """32 hex digits when the URL pins a version, otherwise None: APIM then follows renewals."""


def parse(url: str, *, pinned: bool = False) -> SecretIdentifier:
    """Reads the URL of a secret, or of the certificate that it belongs to.

    A version in the URL is accepted only with `pinned=True`. Raises `SecretIdentifierError` for anything else; where it
    can be known, the message holds the URL to use.
    """
    parts = _split(url)
    vault_url = _vault_url(url, parts)
    kind, *rest = parts.path.strip("/").split("/")
    name, version = (rest[0], "/".join(rest[1:]).lower() or None) if rest else ("", None)
    if kind.lower() == "keys" and name:
        fix = "create a certificate in the vault and name its secret here"
        raise _error("APIM reads Key Vault secrets only, and this is the URL of a key", url, fix)
    if kind.lower() not in {"secrets", "certificates"} or not _NAME.fullmatch(name):
        raise _error("The URL is not that of a Key Vault secret", url, _COPY)
    secret = f"{vault_url}/secrets/{name}"
    if version is not None and not _VERSION.fullmatch(version):
        raise _error("The version of the Key Vault secret is malformed", url, f"use {secret}")
    if version is not None and not pinned:
        what = "The Key Vault secret is pinned to a version, so that APIM would never follow a renewal"
        raise _error(what, url, f"use {secret}, or say that the pin is meant")
    return SecretIdentifier(
        url=f"{secret}/{version}" if version else secret,
        vault=vault_url.removeprefix("https://").partition(".")[0],
        vault_url=vault_url,
        name=name,
        version=version,
    )


def _split(url: str) -> SplitResult:
    """The parts of something that is a URL at all, and nothing but scheme, host, port and path."""
    what = "The Key Vault secret is not named by its URL"
    try:
        parts = urlsplit(url)
        usable = parts.scheme == "https" and parts.hostname and parts.port != 0
    except ValueError as error:  # a port that is none, an unclosed IPv6 bracket
        raise _error(what, url, _COPY) from error
    if "@" in parts.netloc:
        got = "a URL with a user name or password in it"
        raise _error(
            "The URL of the Key Vault secret holds credentials", got, "leave them out: APIM's identity reads it"
        )
    if not usable or "?" in url or "#" in url or any(each.isspace() or not each.isprintable() for each in url):
        raise _error(what, url, _COPY)
    return parts


def _vault_url(url: str, parts: SplitResult) -> str:
    """Scheme and host of the vault."""
    vault, _, domain = (parts.hostname or "").partition(".")
    if domain.startswith("managedhsm."):
        fix = "create the certificate in a vault (https://<vault>.vault.azure.net) and name its secret here"
        raise _error("A managed HSM holds keys only, neither certificates nor secrets", url, fix)
    if domain in _PRIVATE_LINK:
        fix = f"use {url.replace(parts.netloc, f'{vault}.{_PRIVATE_LINK[domain]}')}"
        raise _error("The host is a name in a private endpoint's DNS zone, under which no vault answers", url, fix)
    if not domain or not _VAULT.fullmatch(vault):
        raise _error("The host in the URL is not that of a Key Vault", url, _COPY)
    port = "" if parts.port in {None, 443} else f":{parts.port}"
    return f"https://{vault}.{domain}{port}"


def _error(what: str, got: str, fix: str) -> SecretIdentifierError:
    return SecretIdentifierError(Problem(what=what, where=Where.of("secret_id"), got=got, allowed=_ALLOWED, fix=fix))
