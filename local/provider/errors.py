"""What can go wrong in the provider.

ProviderError
├── UnknownTokenError   the program uses a resource or function that this stand-in does not serve
├── CancelledError      the engine cancelled, or the time given by customTimeouts is over
└── ArmError            ARM refused: HTTP status, code and message
    └── PartialError    ARM accepted, then the long-running operation failed: the resource exists
"""

from local.errors import LocalError


class ProviderError(LocalError):
    """Base: the text is what the user sees."""


class UnknownTokenError(ProviderError):
    """Names the token and what is served instead."""


class CancelledError(ProviderError):
    """The operation was given up; what ARM has begun, it may finish."""


class ArmError(ProviderError):
    """ARM's answer in the real provider's words: `error.message`, no details (source: azure/client_azcore.go)."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(f"Status={status}" + (f' Code="{code}"' if code else "") + f' Message="{message}"')
        self.status = status
        self.code = code
        self.message = message


class PartialError(ArmError):
    """The resource was created or changed, but did not become ready."""
