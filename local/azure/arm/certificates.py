"""Client certificates of a service: from Key Vault or from a PFX. source: REST 2024-05-01, Certificate.

A new version in Key Vault is taken over by POST refreshSecret; Azure also does that by itself within 4 hours.
"""

import base64
import binascii

from local.azure import pkcs12
from local.azure.arm import key_vault_certificates
from local.azure.arm.call import Answer, Call, Route, etag, written
from local.azure.arm.errors import ArmError, invalid, not_found
from local.azure.arm.fields import Fields, check_name
from local.azure.arm.paths import HOMES, home_of, name_of, resource, service_of
from local.azure.arm.reading import reading
from local.azure.arm.usage import backends_with, gateways_with, policies_with, refuse_if_used
from local.azure.store import Json

NAME = "[^*#&+:<>?]+"
MOST_IN_CONSUMPTION = 50


async def _put(call: Call) -> Answer:
    check_name(call.names["certificate"], NAME, (1, 80), "certificateId")
    fields = Fields(call.body)
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    inner.ignore("subject", "thumbprint", "expirationDate")
    key_vault, data, password = inner.raw("keyVault"), inner.text("data"), inner.text("password")
    if not key_vault and not data:
        inner.problem("data", "'data' should not be empty.")
    fields.finish()
    properties, pfx = _from_key_vault(call, key_vault) if key_vault else _from_pfx(data or "", password or "")
    return _write(call, properties, pfx)


def _from_key_vault(call: Call, asked: Json) -> tuple[Json, bytes]:
    shown, uploaded, pfx = key_vault_certificates.read(call, asked)
    return _shown(uploaded) | {"keyVault": shown}, pfx


def _write(call: Call, properties: Json, pfx: bytes) -> Answer:
    _check_unique(call, properties["thumbprint"])
    before = call.entity()
    if before is None:
        _check_number(call)
    body = resource(before.id if before else call.path, call.kind) | {"properties": properties}
    private = {"pfx": base64.b64encode(pfx).decode()}
    return written(call.azure.store.put(call.path, body, private), created=before is None)


def _from_pfx(data: str, password: str) -> tuple[Json, bytes]:
    """The texts for what cannot be read are inferred."""
    try:
        uploaded = pkcs12.read(base64.b64decode(data, validate=True), password)
    except pkcs12.WrongPasswordError:
        raise _unreadable("The specified network password is not correct.") from None
    except binascii.Error:
        raise _unreadable("not base64.") from None
    except ValueError as error:
        raise _unreadable(f"{error}.") from None
    return _shown(uploaded), pkcs12.write(uploaded)


def _unreadable(reason: str) -> ArmError:
    text = "The certificate is no PFX with a private key, or its password is wrong"
    return invalid(("data", f"{text}: {reason}"))


def _shown(uploaded: pkcs12.Uploaded) -> Json:
    """What a GET shows of the certificate itself."""
    return {
        "subject": uploaded.subject,
        "thumbprint": uploaded.thumbprint,
        "expirationDate": uploaded.not_after.strftime("%Y-%m-%dT%H:%M:%SZ"),
    }


def _check_unique(call: Call, thumbprint: str) -> None:
    """A service stores each thumbprint once (facts; the text is inferred)."""
    for other in call.azure.store.children(home_of(call.path), "certificates"):
        if other.body["properties"]["thumbprint"] == thumbprint and other.id.lower() != call.path.lower():
            message = f"Certificate with thumbprint '{thumbprint}' already exists with id '{name_of(other.id)}'."
            raise invalid(("thumbprint", message))


def _check_number(call: Call) -> None:
    """Source of the number: facts/apim.md (limits of the Consumption tier); code and text are inferred."""
    service_id = service_of(call.path)
    service = call.azure.store.get(service_id)
    is_consumption = service is not None and service.body["sku"]["name"] == "Consumption"
    if is_consumption and len(call.azure.store.children(service_id, "certificates")) >= MOST_IN_CONSUMPTION:
        message = f"The limit of {MOST_IN_CONSUMPTION} certificates of the Consumption pricing tier is reached."
        raise ArmError(400, "ValidationError", message)


async def _delete(call: Call) -> Answer:
    entity = call.entity()
    if entity is None:
        return Answer(status=204)
    store, home_id = call.azure.store, home_of(call.path)
    references = {"certificate-id": name_of(entity.id), "thumbprint": entity.body["properties"]["thumbprint"]}
    users = [
        *policies_with(store, home_id, references),
        *backends_with(store, home_id, entity),
        *gateways_with(store, home_id, entity),
    ]
    refuse_if_used("Certificate", entity, users)
    store.delete(call.path)
    return Answer(status=200)


async def _refresh(call: Call) -> Answer:
    path = call.path.rpartition("/")[0]
    entity = call.azure.store.get(path)
    if entity is None:
        raise not_found("Certificate")
    key_vault = entity.body["properties"].get("keyVault")
    if not key_vault:
        message = f"Certificate '{name_of(path)}' is not configured with a KeyVault secret."
        raise invalid(("keyVault", message))  # inferred
    properties, pfx = _from_key_vault(call, key_vault)
    private = {"pfx": base64.b64encode(pfx).decode()}
    entity = call.azure.store.put(path, entity.body | {"properties": properties}, private)
    return Answer(status=200, body=entity.body, headers=etag(entity))


def _routes(path: str) -> list[Route]:
    return [
        *reading(path, "Certificate"),
        Route(method="PUT", path=path, handler=_put),
        Route(method="DELETE", path=path, handler=_delete),
        Route(method="POST", path=f"{path}/refreshSecret", handler=_refresh),
    ]


ROUTES = [route for home in HOMES for route in _routes(f"{home}/certificates/{{certificate}}")]
