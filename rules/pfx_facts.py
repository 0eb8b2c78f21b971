"""What a PFX shows of its certificate, where a program gives it in plain text. No key material leaves this module."""

import base64
import binascii
from typing import Any

from backend_mtls.errors import PfxError


def read(data: object, password: object) -> dict[str, Any]:
    """The facts by name; none when the PFX is a secret, or cannot be opened."""
    if not isinstance(data, str) or not (password is None or isinstance(password, str)):
        return {}
    from backend_mtls.x509 import pfx  # noqa: PLC0415 - hardly any program has one; what opens it takes long to load

    try:
        return pfx.read(base64.b64decode(data), password).facts
    except (PfxError, ValueError, binascii.Error):
        return {}
