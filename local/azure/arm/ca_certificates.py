"""The CA certificates of a service: what backends' server certificates may chain to.

source: REST 2024-05-01, CertificateConfiguration; azurerm#15600 (intermediates must be PFX), azurerm#15323 (empty).
"""

import base64
import binascii
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from local.azure import pkcs12
from local.azure.arm.errors import ArmError, invalid
from local.azure.arm.fields import Fields
from local.azure.store import Json

MOST = 10
STORES = ("CertificateAuthority", "Root")
TIERS = ("Developer", "Basic", "Standard", "Premium")


def read_certificates(asked: Any, sku: str) -> list[Json]:
    """The private part of the service entity; an absent list is an empty one."""
    if not asked:
        return []
    if sku == "Consumption":
        message = "Method not allowed in Consumption pricing tier"
        raise ArmError(400, "MethodNotAllowedInPricingTier", message)
    if not isinstance(asked, list) or len(asked) > MOST:
        raise invalid(("certificates", f"'certificates' must be an array of at most {MOST} certificates."))
    read = [_read(Fields(item, f"certificates[{index}]")) for index, item in enumerate(asked)]
    return read if sku in TIERS else []  # v2 tiers take the list and ignore it


def _read(fields: Fields) -> Json:
    fields.ignore("certificate")
    store = fields.text("storeName", required=True, choices=STORES)
    encoded = fields.text("encodedCertificate")
    password = fields.text("certificatePassword")
    fields.finish()
    if not encoded:
        raise _unusable("Certificate cannot be empty")
    try:
        raw = base64.b64decode(encoded, validate=True)
        certificate = _from_pfx(raw, password or "") if store == "CertificateAuthority" else _any_form(raw, password)
    except (ValueError, binascii.Error) as error:
        wanted = "a base64-encoded PFX" if store == "CertificateAuthority" else "a base64-encoded certificate or PFX"
        raise _unusable(f"Certificate for store {store} must be {wanted}") from error
    return {"storeName": store, "pem": certificate.public_bytes(Encoding.PEM).decode()}


def _any_form(raw: bytes, password: str | None) -> x509.Certificate:
    for load in (x509.load_der_x509_certificate, x509.load_pem_x509_certificate):
        try:
            return load(raw)
        except ValueError:
            continue
    return _from_pfx(raw, password or "")


def _from_pfx(raw: bytes, password: str) -> x509.Certificate:
    found = pkcs12.certificates(raw, password)
    if not found:
        raise ValueError("no certificate in the PFX")
    return x509.load_der_x509_certificate(found[0])


def _unusable(reason: str) -> ArmError:
    return ArmError(400, "InvalidParameters", f"Invalid parameter: certificate\r\nParameter name: {reason}")
