"""A backend's chain is validated, and cannot end in an authority that the gateway trusts."""

from collections.abc import Iterator

from rules.backend import Backend
from rules.hosts import is_internal
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity
from rules.urls import scheme_of


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for backend in setup.backends:
        if backend.is_pool or backend.validations["chain"].on is not True or scheme_of(backend.url) == "http":
            continue
        if backend.trust and _is_asked_of_backends(setup, backend):
            continue
        trusts_public_ones_only = _trusts_public_ones_only(setup, backend)
        if backend.server.get("selfSigned") is True and trusts_public_ones_only is not False:
            severity = None if trusts_public_ones_only else Severity.MEDIUM
            detail = f"Backend {backend.label}: its certificate is self-signed, and its chain is validated"
            yield Violation(resource=backend.resource, detail=detail, severity=severity)
        elif backend.host and is_internal(backend.host) and trusts_public_ones_only:
            detail = (
                f"Backend {backend.label}: no public authority issues a certificate for {backend.host}, and the "
                "gateway trusts no other one"
            )
            yield Violation(resource=backend.resource, detail=detail)


def _is_asked_of_backends(setup: Setup, backend: Backend) -> bool:
    service = setup.service_of(backend.owner)
    return service is None or service.takes_trust_from_backends


def _trusts_public_ones_only(setup: Setup, backend: Backend) -> bool | None:
    """Whether the gateway has no authorities of its own; None when that is not known."""
    service = setup.service_of(backend.owner)
    if service is None:
        return None
    if not service.trusts_own_authorities:
        return True
    return None if service.authorities is None else not service.authorities


RULE = Rule(
    id="untrusted-backend",
    severity=Severity.HIGH,
    what="A backend's chain is validated, and cannot end in an authority that the gateway trusts",
    why="Every call ends in a 500: the certificate is self-signed, or its host is an internal name or address, for "
    "which the CA/Browser Forum's Baseline Requirements (7.1.4.2.1) forbid public authorities to issue",
    fix="Give the service the backend's authority as a CA certificate (Developer, Basic, Standard and Premium), name "
    "it in the backend's trust (tls.serverX509Names; BasicV2, StandardV2 and PremiumV2), or call the backend by a "
    "public name with a public certificate. For a self-signed certificate the severity is medium "
    "where the service is not in the stack",
    reference="https://learn.microsoft.com/azure/api-management/api-management-howto-ca-certificates",
    check=_check,
)
