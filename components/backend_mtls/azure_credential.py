"""The identity that looks into Key Vault: the one that azure-native deploys with.

azure-native reads `ARM_*`, Microsoft's SDKs read `AZURE_*`. Whoever has only one of the two is understood, in the order
in which azure-native itself decides (its provider/pkg/provider/auth_azidentity.go):

1. `ARM_USE_DEFAULT_AZURE_CREDENTIAL=true`: everything that azure-identity knows, `AZURE_*` and managed identities too
2. `ARM_CLIENT_CERTIFICATE_PATH`, with `ARM_CLIENT_ID` and `ARM_TENANT_ID`: a service principal with a certificate
3. `ARM_CLIENT_SECRET`, with the same: a service principal with a secret
4. `ARM_USE_OIDC=true`, with the same: a federated token, from `ARM_OIDC_TOKEN`, `ARM_OIDC_TOKEN_FILE_PATH`, or as
   GitHub Actions gives it out (`ACTIONS_ID_TOKEN_REQUEST_URL` and `_TOKEN`; the audience is `ARM_OIDC_AUDIENCE`)
5. `ARM_USE_MSI=true`: a managed identity, `ARM_CLIENT_ID` for a user-assigned one
6. `AZURE_CLIENT_ID`, `AZURE_TENANT_ID`, `AZURE_CLIENT_SECRET` and so on, then `az login`
"""

import json
import urllib.parse
import urllib.request
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from backend_mtls.errors import BackendMtlsError

if TYPE_CHECKING:
    from azure.core.credentials import TokenCredential

_AUTHORITIES = {
    "usgovernment": "login.microsoftonline.us",
    "azureusgovernment": "login.microsoftonline.us",
    "china": "login.chinacloudapi.cn",
    "azurechinacloud": "login.chinacloudapi.cn",
}
_TOKEN_SECONDS = 10
"""How long GitHub may take; the look-up itself waits no longer than its own limit."""
_PUBLIC = "login.microsoftonline.com"


class CredentialError(BackendMtlsError):
    """Nobody could log in. The text is one line, and never holds a secret."""


def from_environment(environment: Mapping[str, str]) -> "TokenCredential":
    """The credential that these variables describe; without any, that of `az login`.

    Raises `CredentialError` for a certificate that cannot be read or a tenant id that is none. Nothing is asked for
    yet: a wrong secret, or nobody logged in, shows when a token is needed.
    """
    try:
        return _credential(environment)
    except (OSError, ValueError) as error:
        raise CredentialError(str(error).partition("\n")[0]) from error


def _credential(environment: Mapping[str, str]) -> "TokenCredential":
    from azure import identity  # noqa: PLC0415 -- costs time that most programs need not spend

    def is_on(name: str) -> bool:
        return environment.get(name, "").lower() == "true"

    cloud = environment.get("ARM_ENVIRONMENT") or environment.get("AZURE_ENVIRONMENT") or ""
    authority = environment.get("AZURE_AUTHORITY_HOST") or _AUTHORITIES.get(cloud.lower(), _PUBLIC)
    tenant, client = environment.get("ARM_TENANT_ID", ""), environment.get("ARM_CLIENT_ID", "")
    if is_on("ARM_USE_DEFAULT_AZURE_CREDENTIAL"):
        return identity.DefaultAzureCredential(authority=authority)
    if tenant and client:
        if path := environment.get("ARM_CLIENT_CERTIFICATE_PATH"):
            password = environment.get("ARM_CLIENT_CERTIFICATE_PASSWORD")
            return identity.CertificateCredential(tenant, client, path, password=password, authority=authority)
        if secret := environment.get("ARM_CLIENT_SECRET"):
            return identity.ClientSecretCredential(tenant, client, secret, authority=authority)
        if is_on("ARM_USE_OIDC") and (assertion := _assertion(environment)):
            return identity.ClientAssertionCredential(tenant, client, assertion, authority=authority)
    if is_on("ARM_USE_MSI"):
        return identity.ManagedIdentityCredential(client_id=client or None)
    return identity.ChainedTokenCredential(
        identity.EnvironmentCredential(authority=authority), identity.AzureCliCredential(tenant_id=tenant)
    )


def _assertion(environment: Mapping[str, str]) -> Callable[[], str] | None:
    """What gives the federated token, read anew each time: it is short-lived."""
    if token := environment.get("ARM_OIDC_TOKEN"):
        return lambda: token
    if path := environment.get("ARM_OIDC_TOKEN_FILE_PATH"):
        return Path(path).read_text
    url, bearer = (environment.get(f"ACTIONS_ID_TOKEN_REQUEST_{each}") for each in ("URL", "TOKEN"))
    if url and bearer:
        return lambda: _requested(url, bearer, environment.get("ARM_OIDC_AUDIENCE") or "api://AzureADTokenExchange")
    return None


def _requested(url: str, bearer: str, audience: str) -> str:
    """What GitHub's endpoint gives out; source: docs.github.com/actions, OpenID Connect in Azure."""
    query = urllib.parse.urlencode({"audience": audience})
    headers = {"Authorization": f"Bearer {bearer}", "Accept": "application/json"}
    request = urllib.request.Request(f"{url}{'&' if '?' in url else '?'}{query}", headers=headers)  # noqa: S310 -- below
    if request.type not in {"https", "http"}:
        raise ValueError("ACTIONS_ID_TOKEN_REQUEST_URL is no URL of a server")
    with urllib.request.urlopen(request, timeout=_TOKEN_SECONDS) as response:  # noqa: S310 -- checked above
        return str(json.load(response)["value"])
