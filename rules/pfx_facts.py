"""What a PFX shows of its certificate, where a program gives it in plain text. No key material leaves this module."""

import base64
import binascii
from datetime import UTC
from typing import Any

from components.errors import PfxError


def read(data: object, password: object) -> dict[str, Any]:
    """The facts by name; none when the PFX is a secret, or cannot be opened."""
    if not isinstance(data, str) or not (password is None or isinstance(password, str)):
        return {}
    from components import pfx  # noqa: PLC0415 - hardly any program has one; what opens it takes long to load

    try:
        found = pfx.read(base64.b64decode(data), password)
    except (PfxError, ValueError, binascii.Error):
        return {}
    return {
        "thumbprint": found.thumbprint,
        "subject": found.subject,
        "notBefore": found.not_before.astimezone(UTC).isoformat(),
        "notAfter": found.not_after.astimezone(UTC).isoformat(),
        "keyType": found.key_type,
        "signatureHash": found.signature_hash,
        "forClients": found.for_clients,
    }
