"""Where a backend is, how its server certificate is validated, and what else is sent to it. Pure values."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from backend_mtls.admission import reasons
from backend_mtls.admission.inputs import Input, known


@dataclass(frozen=True, kw_only=True)
class BackendCredentials:
    """What the gateway adds to every request, besides the client certificate. All of it is secret in the state."""

    headers: Mapping[str, Sequence[Input[str]]] = field(default_factory=dict, repr=False)
    """Header name -> values. Left out: none."""
    query: Mapping[str, Sequence[Input[str]]] = field(default_factory=dict, repr=False)
    """Query parameter -> values. Left out: none."""
    authorization: tuple[Input[str], Input[str]] | None = field(default=None, repr=False)
    """Scheme and parameter of the Authorization header, for instance `("Basic", …)`. Left out: none."""


@dataclass(frozen=True, kw_only=True)
class BackendProxy:
    """A forward proxy between the gateway and the backend."""

    url: Input[str]
    """`http://host:port`."""
    username: Input[str] | None = None
    """Left out: the proxy asks for none."""
    password: Input[str] | None = field(default=None, repr=False)
    """A secret in the state. Left out: the proxy asks for none."""


@dataclass(frozen=True, kw_only=True)
class CircuitBreaker:
    """When the gateway stops calling the backend for a while, and answers 503 itself. Not on Consumption."""

    failures: Input[int] = 3
    """How many failed calls within `interval` open it, at least 1."""
    interval: Input[str] = "PT1M"
    """ISO 8601 duration in which failures are counted."""
    trip_duration: Input[str] = "PT1M"
    """ISO 8601 duration for which it stays open."""
    status_codes: Sequence[tuple[int, int]] = ((500, 599),)
    """Answers that count as failures, as ranges (first, last) within 200-599."""
    accept_retry_after: Input[bool] = False
    """Whether a Retry-After of the backend decides how long it stays open."""


@dataclass(frozen=True, kw_only=True)
class BackendTrust:
    """Which server certificates of a private authority are accepted, on the v2 tiers: said by the backend itself.

    The other tiers take the authorities from the service (`ca_certificates`). What is given here is read in a preview:
    it has to be known there. The backend is then deployed in API version 2025-03-01-preview.
    """

    authorities: Sequence[bytes | str] = ()
    """Certificates of the authorities that sign the server certificate itself (PEM, DER or PFX without key, one each):
    the gateway compares the direct issuer, which the server has to send with its own. A renewed server certificate of
    the same authority is accepted. Left out: none."""
    server_names: Sequence[str] = ()
    """Common names of the certificates that `authorities` sign. Left out: that of `server_certificate`, otherwise the
    host of the URL."""
    server_certificates: Sequence[bytes | str] = ()
    """Server certificates that are accepted whoever signed them (PEM or DER, one each), also a self-signed one. A
    renewed certificate has to be added before the server uses it. Left out: none."""


@dataclass(frozen=True, kw_only=True)
class BackendSettings:
    """Where the calls go, and what is checked there."""

    url: Input[str]
    """`https://…`, 1-2000 characters."""
    protocol: Input[str] = "http"
    """`http` (REST) or `soap`; both over TLS."""
    title: Input[str] | None = None
    """Shown in the portal, 1-300 characters. Left out: none."""
    description: Input[str] | None = None
    """Shown in the portal. Left out: only the reasons below, if any."""
    skip_chain_validation_reason: str | None = None
    """Why the chain of the server certificate need not be validated; lands in the description. It is what a reviewer
    decides by, so it has to be known in a preview: a text of the program or of its configuration. Left out: it is."""
    skip_name_validation_reason: str | None = None
    """Why the name in the server certificate need not match the URL; lands in the description, and has to be known in a
    preview, too. Left out: it has to."""
    credentials: BackendCredentials | None = None
    """What is added to every request. Left out: only the client certificate is presented."""
    proxy: BackendProxy | None = None
    """The proxy to go through. Left out: the gateway calls the backend directly."""
    circuit_breaker: CircuitBreaker | None = None
    """When to stop calling it. Left out: never."""
    server_certificate: Input[bytes | str] | None = field(default=None, repr=False)
    """The certificate that the backend presents (PEM or DER, with its chain if there is one), as you know it; deployed
    nowhere. Given, a preview refuses what the gateway would: an authority that the service does not trust, another
    name, an expired certificate. Left out: that is found out by calling."""
    trust: BackendTrust | None = None
    """Which private authorities, or which server certificates, are trusted here, on the v2 tiers. Left out: public
    authorities, and the service's `ca_certificates` on the tiers that use them."""

    @property
    def known_server_certificate(self) -> bytes | None:
        """The bytes of `server_certificate`; None as long as they are not known, or left out."""
        given = known(self.server_certificate)
        if isinstance(given, str):
            return given.encode()
        return given if isinstance(given, bytes) else None

    @property
    def reasons(self) -> dict[reasons.Validation, str]:
        """What is off, and why."""
        given: dict[reasons.Validation, str | None] = {
            "Chain": self.skip_chain_validation_reason,
            "Name": self.skip_name_validation_reason,
        }
        return {what: reason for what, reason in given.items() if reason}

    def described(self, description: str | None) -> str | None:
        """The description that is deployed: the given one, once it is known, and each reason."""
        lines = [description] if description else []
        lines += [reasons.written(what, reason) for what, reason in self.reasons.items()]
        return "\n".join(lines) or None

    @property
    def validation(self) -> str:
        """How the server certificate is validated, in words."""
        chain = "chain" if self.skip_chain_validation_reason is None else ""
        if chain and self.trust:
            chain = "pinned issuer or certificate"
        name = "name" if self.skip_name_validation_reason is None else ""
        if chain and name:
            return "chain and name"
        return f"{chain or name} only" if chain or name else "none"
