"""Why a vault could not be asked, in one line: what Microsoft's SDKs raise, in words that say what to do."""

import re

from backend_mtls.azure_credential import CredentialError

_LENGTH = 200
_CONNECTION = re.compile(r"^\w*Connection\w*\(host='[^']*', port=\d+\): ")
"""How the SDK's HTTP client begins: the host stands in the certificate's URL anyway."""


def reason(error: Exception) -> str | None:
    """The line; None when the vault did answer, and has no such certificate."""
    from azure.core import exceptions  # noqa: PLC0415 -- only where the SDK is in use already

    if isinstance(error, CredentialError):
        return f"logging in to Azure failed: {error}"
    if isinstance(error, exceptions.HttpResponseError):
        return _answered(error)
    if isinstance(error, exceptions.AzureError | OSError):
        return f"the vault cannot be reached: {_CONNECTION.sub('', _first_line(error))}"
    return f"the vault's answer cannot be understood: {_first_line(error)}"


def login_reason(error: Exception) -> str:
    """Why there is no token."""
    from azure.core import exceptions  # noqa: PLC0415 -- only where the SDK is in use already

    if isinstance(error, exceptions.ClientAuthenticationError) and error.response is None:
        return "nobody is logged in (az login, or ARM_CLIENT_ID, ARM_TENANT_ID and ARM_CLIENT_SECRET)"
    return _first_line(error)


def _answered(error: object) -> str | None:
    """A status other than success."""
    status, body = getattr(error, "status_code", None), getattr(error, "error", None)
    inner = getattr(body, "innererror", None)
    code = str(inner.get("code", "")) if isinstance(inner, dict) else ""
    if status == 404 and getattr(body, "code", None) == "CertificateNotFound":
        return None
    if status == 403 and code in {"ForbiddenByFirewall", "ForbiddenByConnection"}:
        return f"the vault's firewall refuses this machine ({code})"
    if status == 403:
        return f"the identity may not read certificates in the vault ({code or 'Forbidden'})"
    if status == 401:
        return "the vault does not accept the identity's token (401)"
    return f"the vault answered {status}: {_first_line(error)}"


def _first_line(error: object) -> str:
    line = (str(error).strip().splitlines() or [type(error).__name__])[0]
    return line if len(line) <= _LENGTH else f"{line[:_LENGTH]}…"
