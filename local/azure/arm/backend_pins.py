"""Which server certificates a backend's connection accepts: `tls.serverCertificateThumbprints`, `tls.serverX509Names`.

source: azure-mgmt-apimanagement 6.0.0b1, BackendTlsProperties and X509CertificateName (names and meaning of the
properties); Azure/azure-service-operator#5322 (api-version 2025-03-01-preview, an example). Inferred: both parts of a
name are required, a thumbprint is a SHA-1; an older api-version neither shows them nor keeps them when it writes the
whole backend.
"""

from local.azure.arm.call import Call
from local.azure.arm.fields import Fields
from local.azure.arm.versions import BACKEND_PINS
from local.azure.store import Entity, Json

THUMBPRINTS, NAMES = "serverCertificateThumbprints", "serverX509Names"
_THUMBPRINT = r"[0-9A-Fa-f]{40}"


def read(call: Call, tls: Fields) -> Json:
    """What a request says of them; an api-version that does not know them leaves them unread."""
    if call.query.get("api-version") != BACKEND_PINS:
        return {}
    thumbprints, names = tls.items(THUMBPRINTS), tls.items(NAMES)
    found: Json = {}
    if thumbprints:
        found[THUMBPRINTS] = [_thumbprint(tls, each) for each in thumbprints]
    if names:
        found[NAMES] = [_name(tls.within(each, NAMES)) for each in names]
    return found


def _thumbprint(tls: Fields, given: object) -> str:
    part = tls.within({"thumbprint": given}, THUMBPRINTS)
    return (part.text("thumbprint", required=True, pattern=_THUMBPRINT) or "").upper()


def _name(part: Fields) -> Json:
    issuer = part.text("issuerCertificateThumbprint", required=True, pattern=_THUMBPRINT) or ""
    return {"name": part.text("name", required=True), "issuerCertificateThumbprint": issuer.upper()}


def shown(call: Call, backend: Entity) -> Json:
    """A stored backend as the request's api-version knows it."""
    return visible(call, backend.body)


def visible(call: Call, body: Json) -> Json:
    """The same of a body."""
    tls = body["properties"].get("tls")
    if tls is None or call.query.get("api-version") == BACKEND_PINS:
        return body
    known = {name: value for name, value in tls.items() if name not in {THUMBPRINTS, NAMES}}
    return body | {"properties": body["properties"] | {"tls": known}}
