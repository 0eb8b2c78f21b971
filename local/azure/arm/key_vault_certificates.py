"""How a service reads a certificate from Key Vault with its identity.

source: facts of REST 2024-05-01 KeyVaultContractProperties; azurerm#3635 ("only accepts KeyVault Secrets type");
the text for a refused identity was seen on host names, for certificates it is inferred, and so is a reason other than
missing rights at its end. With the system-assigned identity a service has line of sight to any vault (in Azure a
virtual network gives it, or not); with a user-assigned one no vault behind a firewall can be read (facts/apim.md). The
text for a workspace, which has neither Key Vault integration nor a managed identity (workspaces-overview), is inferred.
"""

from datetime import UTC, datetime
from urllib.parse import urlsplit

from local.azure import pkcs12
from local.azure.arm.call import Call
from local.azure.arm.errors import ArmError, invalid
from local.azure.arm.fields import Fields
from local.azure.arm.paths import home_of, service_of
from local.azure.arm.service_identity import principal_for
from local.azure.store import Json
from local.azure.vault.secrets import SecretBundle, VaultError, read_certificate_secret

_PKCS12 = "application/x-pkcs12"
_NOBODY = ""
"""The principal of a service without a system-assigned identity: nothing is granted to it."""
_RIGHTS = ("AccessDenied", "ForbiddenByRbac")
"""What the text about permissions says already; any other reason follows it."""


def read(call: Call, asked: Json) -> tuple[Json, pkcs12.Uploaded, bytes]:
    """The `keyVault` property as a GET shows it, the certificate with its key, and both as a PFX."""
    if home_of(call.path) != service_of(call.path):
        raise invalid(("keyVault", "Certificates from KeyVault are not supported in a workspace. Upload a PFX."))
    fields = Fields(asked, "keyVault")
    fields.ignore("lastStatus")
    identifier = fields.text("secretIdentifier", required=True) or ""
    client_id = fields.text("identityClientId")
    fields.finish()
    path = urlsplit(identifier).path.strip("/").split("/")
    if path[0].lower() != "secrets" or len(path) not in {2, 3}:
        raise invalid(("keyVault", "ApiManagement service only accepts KeyVault Secrets type."))
    bundle = _secret(call, identifier, client_id)
    try:
        uploaded = pkcs12.read(bundle.pfx)
    except ValueError:
        uploaded = None
    if uploaded is None or bundle.content_type != _PKCS12:
        reason = f"a certificate of content type {_PKCS12} whose private key is exportable"
        raise ArmError(400, "InvalidOperation", f"KeyVault Secret {identifier} is not {reason}.")  # inferred
    shown = {"secretIdentifier": identifier, "identityClientId": client_id}
    status = {"code": "Success", "timeStampUtc": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    return {**shown, "lastStatus": status}, uploaded, bundle.pfx


def _secret(call: Call, identifier: str, client_id: str | None) -> SecretBundle:
    service = call.azure.store.get(service_of(call.path))
    principal = principal_for(service, client_id) if service else None
    if client_id and principal is None:
        message = f"Can not find Managed Identity with provided IdentityClientId : {client_id}."
        raise invalid(("identityClientId", f"{message} For more information please see aka.ms/apimmsi."))
    try:
        return read_certificate_secret(
            call.azure, identifier, principal or _NOBODY, has_line_of_sight=client_id is None
        )
    except VaultError as error:
        kind = "UserAssigned" if client_id else "SystemAssigned"
        raise ArmError(
            400,
            "InvalidOperation",
            f"Failed to access KeyVault Secret {identifier} using Managed Service Identity (http://aka.ms/apimmsi) of"
            f" Api Management service. Check if Managed Identity of Type: {kind}, ClientId: {client_id or ''} and"
            f" ObjectId: {principal or ''} has GET permissions on secrets in the KeyVault Access Policies."
            + ("" if error.inner in _RIGHTS else f" {error.inner or error.code}: {error.message}"),
        ) from None
