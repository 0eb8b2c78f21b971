"""The JSON shapes of Key Vault's answers. source: REST 7.4."""

import base64
import hashlib

from cryptography.hazmat.primitives.serialization import Encoding

from local.azure import distinguished_name
from local.azure.store import Json
from local.azure.vault.certificates import Version
from local.azure.vault.secrets import SecretBundle

_DAY = 86400


def certificate(origin: str, version: Version, *, with_policy: bool) -> Json:
    """CertificateBundle."""
    bundle = item(origin, version, versioned=True) | {
        "kid": f"{origin}/keys/{version.name}/{version.id}",
        "sid": f"{origin}/secrets/{version.name}/{version.id}",
        "cer": base64.b64encode(_der(version)).decode(),
        "contentType": version.content_type,
    }
    if with_policy:
        bundle["policy"] = policy(origin, version)
        bundle["pending"] = {"id": f"{origin}/certificates/{version.name}/pending"}
    return bundle


def item(origin: str, version: Version, *, versioned: bool) -> Json:
    """CertificateItem."""
    tail = f"/{version.id}" if versioned else ""
    digest = hashlib.sha1(_der(version)).digest()  # noqa: S324  Azure's identifier, not a signature
    return version.body | {
        "id": f"{origin}/certificates/{version.name}{tail}",
        "x5t": base64.urlsafe_b64encode(digest).decode().rstrip("="),
        "subject": distinguished_name.subject_of(version.pair.certificate),
    }


def policy(origin: str, version: Version) -> Json:
    """CertificatePolicy."""
    return version.policy | {
        "id": f"{origin}/certificates/{version.name}/policy",
        "attributes": {"enabled": True, "created": version.body["attributes"]["created"]},
    }


def deleted(origin: str, version: Version, at: int) -> Json:
    """DeletedCertificateBundle."""
    return certificate(origin, version, with_policy=True) | {
        "recoveryId": f"{origin}/deletedcertificates/{version.name}",
        "deletedDate": at,
        "scheduledPurgeDate": at + 90 * _DAY,
    }


def operation(origin: str, name: str, status: str) -> Json:
    """CertificateOperation."""
    body: Json = {
        "id": f"{origin}/certificates/{name}/pending",
        "issuer": {"name": "Self"},
        "cancellation_requested": False,
        "status": status,
        "request_id": name,
    }
    return body | ({"target": f"{origin}/certificates/{name}"} if status == "completed" else {})


def secret(origin: str, bundle: SecretBundle, version: Version) -> Json:
    """SecretBundle."""
    return version.body | {
        "id": f"{origin}/secrets/{bundle.name}/{bundle.version}",
        "kid": f"{origin}/keys/{bundle.name}/{bundle.version}",
        "value": bundle.value,
        "contentType": bundle.content_type,
        "managed": True,
    }


def page(items: list[Json]) -> Json:
    """Lists of local Azure have one page."""
    return {"value": items, "nextLink": None}


def _der(version: Version) -> bytes:
    return version.pair.certificate.public_bytes(Encoding.DER)
