"""One call on its way through the gateway: what the policies read and change."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from multidict import CIMultiDict

from local.azure.gateway.effective import Scope
from local.azure.gateway.failures import CallError
from local.azure.gateway.model import Api, Operation
from local.azure.policy.csharp import Value
from local.azure.store import Json, Store
from local.azure.traces import Trace


@dataclass(kw_only=True)
class Message:
    """A response: from the backend, from a policy or from the gateway itself."""

    status: int
    headers: CIMultiDict[str] = field(default_factory=CIMultiDict)
    body: bytes = b""
    reason: str | None = None


@dataclass(frozen=True, kw_only=True)
class Backend:
    """A backend entity that `set-backend-service backend-id` chose."""

    id: str
    arm_id: str
    """Backends of several workspaces may have the same name."""
    properties: Json
    scope: str
    """The scope whose policy chose it."""

    @property
    def url(self) -> str:
        """Where it is; a pool is nowhere, its members are."""
        return str(self.properties["url"]) if self.properties.get("type") != "Pool" else ""

    @property
    def credentials(self) -> Mapping[str, Any]:
        """header, query and authorization are applied; certificates are not (Microsoft Q&A 5808706)."""
        return self.properties.get("credentials") or {}

    def validates(self, what: str) -> bool:
        """`validateCertificateChain` | `validateCertificateName`: true unless switched off (REST 2024-05-01)."""
        return (self.properties.get("tls") or {}).get(what) is not False


@dataclass(kw_only=True)
class Exchange:
    """The call."""

    store: Store
    scopes: list[Scope]
    """Whose policies run, innermost first."""
    api: Api
    operation: Operation
    method: str
    rest: str
    """Path behind the API's."""
    query: str
    headers: CIMultiDict[str]
    body: bytes
    activity_id: str
    trace: Trace
    base_url: str
    """The API's serviceUrl, or what set-backend-service made of it."""
    backend: Backend | None = None
    client_certificate: bytes | None = None
    """PFX of the certificate that authentication-certificate chose."""
    response: Message | None = None
    remote: str = ""
    """The caller's IP address."""
    product_id: str | None = None
    """In whose context the call runs."""
    subscription_id: str | None = None
    """Whose key the call has."""
    matched: Mapping[str, str] = field(default_factory=dict)
    """Parameters of the operation's template -> what the call has there."""
    is_rewritten: bool = False
    """Whether `rewrite-uri` made the path."""
    variables: dict[str, Value] = field(default_factory=dict)
    """context.Variables."""


def refusal(error: CallError, activity_id: str) -> Message:
    """What the caller sees of an error."""
    headers = CIMultiDict({"Content-Type": "application/json"})
    if error.challenge:
        headers["WWW-Authenticate"] = error.challenge
    return Message(status=error.status, headers=headers, body=json.dumps(error.body(activity_id)).encode())
