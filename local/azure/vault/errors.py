"""What a vault refuses, in one exception; ARM shows the message, the data plane the whole error."""

from typing import Literal

from local.azure.store import Json

Kind = Literal["forbidden", "not_found", "disabled", "conflict", "invalid"]

_ANSWERS: dict[Kind, tuple[int, str]] = {
    "forbidden": (403, "Forbidden"),
    "disabled": (403, "Forbidden"),
    "not_found": (404, "NotFound"),
    "conflict": (409, "Conflict"),
    "invalid": (400, "BadParameter"),
}


class VaultError(Exception):
    """A refused operation on a vault."""

    def __init__(self, kind: Kind, message: str, *, code: str | None = None, inner: str | None = None) -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.status, default_code = _ANSWERS[kind]
        self.code = code or default_code
        self.inner = inner

    @property
    def body(self) -> Json:
        """As Key Vault answers. source: REST 7.4, KeyVaultError with innererror."""
        error: Json = {"code": self.code, "message": self.message}
        if self.inner:
            error["innererror"] = {"code": self.inner}
        return {"error": error}
