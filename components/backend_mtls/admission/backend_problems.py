"""What APIM, or a backend, would refuse about the settings of a backend; nothing has to be registered to find out.

Sources: REST 2024-05-01, Backend (lengths, protocols, circuit breaker); learn.microsoft.com/azure/api-management/
backends (circuit breakers: not on Consumption).
"""

import re
from urllib.parse import urlsplit

from backend_mtls.admission import trust_problems
from backend_mtls.admission.backend_settings import BackendCredentials, BackendSettings, CircuitBreaker
from backend_mtls.admission.inputs import Input, is_later, known
from backend_mtls.admission.service_definition import ServiceFacts
from backend_mtls.admission.tiers import CONSUMPTION, WITH_TRUST_IN_BACKENDS
from backend_mtls.errors import Problem, Where
from backend_mtls.x509 import server_trust

_DESCRIPTION_LENGTH = 2000
_TITLE_LENGTH = 300
_URL_LENGTH = 2000
_DURATION = re.compile(r"P(?=.)(\d+D)?(T(?=.)(\d+H)?(\d+M)?(\d+S)?)?")
_PROXY = re.compile(r"https?://[^\s/?#@]+/?")
_HEADER = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")


def problems(settings: BackendSettings, service: ServiceFacts) -> list[Problem]:
    """What is wrong with the settings on this service."""
    return own_problems(settings, known(service.sku)) + server_problems(settings, service)


def own_problems(settings: BackendSettings, sku: str | None) -> list[Problem]:
    """What is wrong with the settings by themselves, on a service with this SKU (None: not known)."""
    found = _url_problems(settings.url) + _text_problems(settings)
    for where, reason in (
        ("skip_chain_validation_reason", settings.skip_chain_validation_reason),
        ("skip_name_validation_reason", settings.skip_name_validation_reason),
    ):
        if reason is not None and not reason.strip():
            found.append(
                Problem(
                    what="Validation is switched off without a reason",
                    where=Where.of(where),
                    got="an empty text",
                    allowed="a sentence that a reviewer understands",
                    fix="say why, or leave it out so that the certificate is validated",
                )
            )
    if settings.proxy:
        found += _proxy_problems(known(settings.proxy.url))
    if settings.credentials:
        found += _credential_problems(settings.credentials)
    if settings.circuit_breaker:
        found += _breaker_problems(settings.circuit_breaker, sku)
    return found + trust_problems.problems(settings, sku)


def server_problems(settings: BackendSettings, service: ServiceFacts) -> list[Problem]:
    """Why the gateway would refuse the server certificate that is known.

    Of a service that exists already Azure does not show which authorities it trusts, so a chain cannot be judged.
    """
    url, certificate = known(settings.url), settings.known_server_certificate
    if certificate is None or url is None:
        return []
    by_backend = known(service.sku) in WITH_TRUST_IN_BACKENDS
    trusted = () if by_backend else service.ca_certificates
    validates_chain = settings.skip_chain_validation_reason is None and settings.trust is None
    found = server_trust.problems(
        certificate,
        url=url,
        ca_certificates=trusted or (),
        validate_chain=validates_chain and trusted is not None,
        validate_name=settings.skip_name_validation_reason is None,
        authorities_in="trust.authorities" if by_backend else "ca_certificates",
    )
    return found + trust_problems.of_server(settings, certificate)


def _url_problems(given: Input[str]) -> list[Problem]:
    url = known(given)
    if url is None:
        return []
    allowed = "https://host[:port][/path], at most 2000 characters"
    got, what, fix = _without_secrets(url), "", "use the https endpoint of the backend"
    try:
        parts = urlsplit(url)
        valid = bool(parts.hostname) and parts.port != 0 and not set(url) & set(' \t\r\n\0"<>\\')
        if parts.username or parts.password or "@" in url.partition("?")[0]:
            what = "The URL of the backend holds credentials"
            fix = "leave them out: the certificate is what identifies the gateway"
        elif parts.scheme != "https":
            what = "A client certificate is presented over TLS only"
        elif not valid or parts.query or parts.fragment or len(url) > _URL_LENGTH:
            what = "The URL of the backend is malformed"
    except ValueError:  # a port that is none, an unclosed IPv6 bracket
        what = "The URL of the backend is malformed"
    return [Problem(what=what, where=Where.of("url"), got=got, allowed=allowed, fix=fix)] if what else []


def _proxy_problems(url: str | None) -> list[Problem]:
    if url is None or _PROXY.fullmatch(url):
        return []
    return [
        Problem(
            what="The URL of the proxy is malformed",
            where=Where.of("proxy", "url"),
            got=_without_secrets(url),
            allowed="http://host:port or https://host:port",
            fix="name the proxy by its URL",
        )
    ]


def _without_secrets(url: str) -> str:
    """The URL as far as it can be shown: a query or a user part may hold a key, however it is written."""
    if "@" in url:
        return "a URL with a user name or password in it"
    return re.sub(r"([?#]).+", r"\1…", url, flags=re.DOTALL)


def _text_problems(settings: BackendSettings) -> list[Problem]:
    found = []
    protocol, title = known(settings.protocol), known(settings.title)
    if protocol not in {None, "http", "soap"}:
        found.append(
            Problem(
                what="There is no such protocol",
                where=Where.of("protocol"),
                got=str(protocol),
                allowed="http (also for https URLs) or soap",
                fix="correct it, or leave it out",
            )
        )
    if title is not None and not 1 <= len(title) <= _TITLE_LENGTH:
        found.append(
            Problem(
                what="The title of the backend is too long or empty",
                where=Where.of("title"),
                got=f"{len(title)} characters",
                allowed=f"1-{_TITLE_LENGTH}",
                fix="shorten it, or leave it out",
            )
        )
    description = settings.described(known(settings.description))
    if description is not None and len(description) > _DESCRIPTION_LENGTH:
        found.append(
            Problem(
                what="The description, with the reasons in it, is too long",
                where=Where.of("description"),
                got=f"{len(description)} characters",
                allowed=f"at most {_DESCRIPTION_LENGTH}",
                fix="shorten the description or the reason",
            )
        )
    return found


def _credential_problems(credentials: BackendCredentials) -> list[Problem]:
    if not (credentials.headers or credentials.query or credentials.authorization):
        return [
            Problem(
                what="The credentials of the backend are empty",
                where=Where.of("credentials"),
                got="no header, no query parameter, no authorization",
                allowed="at least one of them",
                fix="leave credentials out when only the client certificate is presented",
            )
        ]
    found = []
    for kind, values in (("headers", credentials.headers), ("query", credentials.query)):
        for number, (name, given) in enumerate(values.items(), 1):
            malformed = any(isinstance(one, str) and (not one or set(one) & set("\r\n\0")) for one in given)
            if not given or malformed or (kind == "headers" and not _HEADER.fullmatch(name)):
                found.append(
                    Problem(
                        what="A credential of the backend is malformed",
                        where=Where.of("credentials", kind),
                        got=f"entry {number} of {len(values)}, with {len(given)} values; its name is not shown",
                        allowed="a name and a list of at least one value, each on one line",
                        fix=f'write {kind}={{"name": ["value"]}}',
                    )
                )
    authorization = credentials.authorization
    if authorization and not all(is_later(part) or part for part in authorization):
        found.append(
            Problem(
                what="The Authorization header of the backend is incomplete",
                where=Where.of("credentials", "authorization"),
                got="a scheme or a parameter that is empty",
                allowed="a scheme and a parameter",
                fix='write authorization=("Basic", …)',
            )
        )
    return found


def _breaker_problems(breaker: CircuitBreaker, sku: str | None) -> list[Problem]:
    found, failures = [], known(breaker.failures)
    if sku == CONSUMPTION:
        found.append((Where(), "a circuit breaker on Consumption", "another tier", "leave it out"))
    if failures is not None and failures < 1:
        found.append((Where.of("failures"), str(failures), "at least 1", "count at least one failure"))
    for name, given in (("interval", breaker.interval), ("trip_duration", breaker.trip_duration)):
        value = known(given)
        if value is not None and not _DURATION.fullmatch(value):
            fix = "write PT1M for a minute, PT1H for an hour"
            found.append((Where.of(name), value, "an ISO 8601 duration", fix))
    for first, last in breaker.status_codes:
        if not 200 <= first <= last <= 599:
            fix = "write (500, 599) for every server error"
            found.append((Where.of("status_codes"), f"({first}, {last})", "ranges within 200-599", fix))
    if not breaker.status_codes:
        found.append((Where.of("status_codes"), "none", "at least one range", "leave it out for (500, 599)"))
    what = "The circuit breaker would be refused"
    return [
        Problem(what=what, where=where.below("circuit_breaker"), got=got, allowed=allowed, fix=fix)
        for where, got, allowed, fix in found
    ]
