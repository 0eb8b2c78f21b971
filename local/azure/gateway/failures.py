"""How a call ends early.

CallError              what the caller gets, and the reason that only the log and the trace show
├── PipelineError      500; the on-error section runs
│   ├── BackendUnavailableError   503; the same
│   └── ConcurrencyError          429; the same
└── NotServedError     501; nothing runs any more: local Azure does not know how to go on
"""

from local.azure.store import Json


class CallError(Exception):
    """A call that ends with an answer of the gateway itself."""

    def __init__(self, status: int, message: str, reason: str | None = None, challenge: str | None = None) -> None:
        super().__init__(reason or message)
        self.status = status
        self.message = message
        self.reason = reason or message
        self.challenge = challenge
        """The `WWW-Authenticate` header of a 401."""

    def body(self, activity_id: str) -> Json:
        """source: facts/apim.md; that 500 alone has the activity id is inferred."""
        body: Json = {"statusCode": self.status, "message": self.message}
        return body | ({"activityId": activity_id} if self.status == 500 else {})


class PipelineError(CallError):
    """A policy failed."""

    def __init__(self, source: str, reason: str, text: str) -> None:
        super().__init__(500, "Internal server error", f"{reason} in {source}: {text}")
        self.source = source
        self.text = text


class BackendUnavailableError(PipelineError):
    """Every circuit is open. source of the 503: docs, Backends, circuit breaker; the text is inferred."""

    def __init__(self, text: str) -> None:
        super().__init__("forward-request", "BackendUnavailable", text)
        self.status, self.message = 503, "Service unavailable"


class ConcurrencyError(PipelineError):
    """As many calls as `limit-concurrency` lets in are in it. source of the 429: docs, limit-concurrency."""

    def __init__(self, text: str) -> None:
        super().__init__("limit-concurrency", "ConcurrencyLimitReached", text)
        self.status, self.message = 429, "Too many requests"


class NotServedError(CallError):
    """Azure knows this; local Azure stores it and refuses to pretend."""

    def __init__(self, what: str) -> None:
        super().__init__(501, f"Local Azure does not serve {what}.")
