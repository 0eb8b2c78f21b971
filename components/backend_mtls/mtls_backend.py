"""The backend behind the gateway, and how strictly its server certificate is validated.

Owns: one backend entity.
Does not own: what makes the gateway present a certificate: only a policy does (`ClientCertificatePolicy`; a certificate
in the credentials of an http backend is never presented, Microsoft Q&A 5808706).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pulumi
from pulumi_azure_native import apimanagement

from backend_mtls import adoption, asking, gate, placement, stored, trusting_backend
from backend_mtls.admission import backend_problems, tokens, trust_problems
from backend_mtls.admission.backend_settings import BackendSettings, CircuitBreaker
from backend_mtls.admission.conflicts import BACKEND, Declaration
from backend_mtls.admission.entity_id import id_problems
from backend_mtls.admission.inputs import known
from backend_mtls.admission.place import Place
from backend_mtls.admission.tiers import WITH_TRUST_IN_BACKENDS
from backend_mtls.admission.verdict import Verdict
from backend_mtls.api_management import ApiManagement
from backend_mtls.client_certificate import ClientCertificate
from backend_mtls.errors import Problem, Where
from backend_mtls.late import combined
from backend_mtls.placement import Placement
from backend_mtls.policy import mentions
from backend_mtls.workspace import Workspace
from backend_mtls.x509 import server_trust
from backend_mtls.x509.ca_certificate import CaCertificate

if TYPE_CHECKING:
    from backend_mtls.dicts import MtlsBackendArgsDict


@dataclass(frozen=True, kw_only=True)
class MtlsBackendArgs:
    """One backend of one service."""

    service: ApiManagement | None = None
    """The service that calls the backend. Left out, with the workspace: where the certificate stands."""
    workspace: Workspace | None = None
    """The workspace that it belongs to. Left out: that of the certificate, or with `service` the service itself."""
    certificate: ClientCertificate
    """What the backend expects. The backend is created after it and deleted before it."""
    settings: BackendSettings
    """Where the calls go, and what is checked there."""
    backend_id: str | None = None
    """Id of the entity, 1-80 characters, known at plan time: policies name it. Left out: the component's name."""
    record_certificate: bool = False
    """Whether the certificate is also noted in the backend's credentials (`certificateIds`). The portal then shows it
    there, and APIM refuses to delete the certificate before the backend; it makes the gateway present nothing: that is
    done by the policy. Left out: it is not noted."""
    adopt: bool = False
    """Takes over the backend of this id that exists already, by import: what differs is updated in the same `up`, and
    nothing is written when nothing does. As long as it says so, what is left out here (title, description, credentials,
    proxy, circuit breaker) and what cannot be said (its link to an Azure resource) stays as it is. Left out: one that
    exists already is an error."""


class MtlsBackend(pulumi.ComponentResource):
    """One backend entity. Both TLS flags are always sent: a PUT replaces the whole object.

    Refuses a URL that is malformed, not https or holds credentials, an empty reason, texts that get too long, a circuit
    breaker that Azure would refuse, a server certificate that the gateway would not accept, and an id that another
    backend has.
    """

    backend_id: str
    """Id of the entity; known at preview."""
    validation: str
    """How the server certificate is validated, in words; known at preview."""
    resource_id: pulumi.Output[str]
    """ARM id."""
    placement: Placement
    """The service, and the workspace, that it belongs to."""
    resource: Any
    """The azure-native resource; what refers to it is created after it and deleted before it."""

    def __init__(
        self, name: str, args: "MtlsBackendArgs | MtlsBackendArgsDict", opts: pulumi.ResourceOptions | None = None
    ) -> None:
        args = gate.arguments(f"MtlsBackend {name}", args, MtlsBackendArgs)
        entry = gate.Entry(f"MtlsBackend {name}", opts)
        self.placement = placement.of(entry.place, args.service, args.workspace, args.certificate.placement)
        self.backend_id = name if args.backend_id is None else args.backend_id
        self.validation = args.settings.validation
        entry.check(_verdict, args.settings, self.backend_id, self.placement.facts)
        entry.refuse(self.placement.adoption_problems(adopts=args.adopt))
        if args.record_certificate and args.certificate.placement.key != self.placement.key:
            entry.refuse([_elsewhere(args.certificate.placement.key, self.placement.key)])
        super().__init__(tokens.of("MtlsBackend"), name, server_facts(args.settings), entry.options)
        entry.refuse([each.below("settings") for each in provider_problems(args.settings, self)])
        self.resource = entity(name, args, self.placement, self.backend_id, self)
        entry.named(self, self.resource, self.placement.key, (mentions.BACKEND_ID, self.backend_id))
        self.resource_id = self.resource.id
        self.register_outputs(
            {"backendId": self.backend_id, "validation": self.validation, "resourceId": self.resource_id}
        )


def provider_problems(settings: BackendSettings, component: pulumi.Resource) -> list[Problem]:
    """What is wrong with the component's providers for a backend with these settings."""
    return trusting_backend.problems(component) if settings.trust else []


def server_facts(settings: BackendSettings) -> dict[str, Any]:
    """What a preview says of the server's certificate, for a component that was given it."""
    summary = server_trust.summary(settings.known_server_certificate)
    trusted = _trusted(settings)
    return ({"serverCertificate": summary} if summary else {}) | ({"trust": trusted} if trusted else {})


def _trusted(settings: BackendSettings) -> list[dict[str, str]]:
    """Who is trusted by the backend itself, as a reviewer reads it: of a thumbprint alone nobody knows whose it is."""
    if settings.trust is None:
        return []
    found: dict[str, Sequence[CaCertificate | trust_problems.ServerCertificate]] = {
        "authority": trust_problems.authorities(settings.trust),
        "server": trust_problems.certificates(settings.trust),
    }
    return [
        {"kind": kind, "subject": each.subject, "thumbprint": each.thumbprint, "notAfter": each.not_after.isoformat()}
        for kind, listed in found.items()
        for each in listed
    ]


def entity(name: str, args: MtlsBackendArgs, place: Placement, backend_id: str, parent: pulumi.Resource) -> Any:
    """The azure-native resource of the backend, below a component whose settings were entered in the gate."""
    properties = _properties(args)
    kind = place.choose("Backend", "WorkspaceBackend")
    options = pulumi.ResourceOptions(
        parent=parent,
        depends_on=[*place.resources, args.certificate.resource],
        import_=place.arm_id(f"backends/{backend_id}") if args.adopt else None,
        ignore_changes=adoption.kept(adoption.UNSAID_OF_BACKEND, properties) if args.adopt else None,
        delete_before_replace=False,  # a policy still routes to the old one (see client_certificate.py)
    )
    ids = {**place.names, "backend_id": backend_id}
    arguments = {**ids, **properties}
    keeps_pins = args.adopt and not args.settings.trust and _is_asked_for_trust(place)
    keeps_pins = keeps_pins and trusting_backend.pins_in_azure(ids, kind, parent)
    if keeps_pins:
        kept = [f"tls.{pin}" for pin in trusting_backend.PINS]
        options = pulumi.ResourceOptions.merge(options, pulumi.ResourceOptions(ignore_changes=kept))
    made: Any
    if args.settings.trust or keeps_pins:
        by = pulumi.ResourceOptions(provider=trusting_backend.provider(parent))
        made = trusting_backend.TrustingBackend(name, kind, arguments, pulumi.ResourceOptions.merge(options, by))
    else:
        before = pulumi.ResourceOptions(aliases=[trusting_backend.later(kind)])
        make = place.choose(apimanagement.Backend, apimanagement.WorkspaceBackend)
        made = make(name, **arguments, opts=pulumi.ResourceOptions.merge(options, before))
    if not args.adopt:
        stored.refuse_taken(made, place, place.choose("getBackend", "getWorkspaceBackend"), ids, parent)
    return made


def _is_asked_for_trust(place: Placement) -> bool:
    sku = known(place.service.facts.sku)
    return sku is None or sku in WITH_TRUST_IN_BACKENDS


def _verdict(settings: BackendSettings, backend_id: str, place: Place) -> Verdict:
    found = [each.below("settings") for each in backend_problems.problems(settings, place.service)]
    where = Where.of("backend_id")
    return Verdict(
        problems=id_problems(backend_id, "backend_id") + found,
        declarations=[Declaration(kind=BACKEND, owner=place.key, value=backend_id, where=where)],
    )


def _elsewhere(place: str, here: str) -> Problem:
    return Problem(
        what="The backend cannot note a certificate of another service or workspace",
        where=Where.of("certificate"),
        got=f"a certificate on {place}",
        allowed=f"one on {here}",
        fix="declare the certificate where the backend is, or leave record_certificate out",
    )


def _properties(args: MtlsBackendArgs) -> dict[str, Any]:
    settings = args.settings
    return {
        "url": settings.url,
        "protocol": settings.protocol,
        "type": "Single",  # what Azure says when nothing is said: a backend that is adopted shows no change
        "title": settings.title,
        "description": _description(settings),
        "tls": _tls(settings),
        "credentials": _credentials(args),
        "proxy": settings.proxy
        and apimanagement.BackendProxyContractArgs(
            url=settings.proxy.url,
            username=settings.proxy.username,
            password=None if settings.proxy.password is None else pulumi.Output.secret(settings.proxy.password),
        ),
        "circuit_breaker": settings.circuit_breaker and _circuit_breaker(settings.circuit_breaker),
    }


def _tls(settings: BackendSettings) -> Any:
    flags = {
        "validate_certificate_chain": settings.skip_chain_validation_reason is None,
        "validate_certificate_name": settings.skip_name_validation_reason is None,
    }
    trust = settings.trust
    if trust is None:
        return apimanagement.BackendTlsPropertiesArgs(**flags)
    authorities, pinned = trust_problems.authorities(trust), trust_problems.certificates(trust)
    listed = {"serverCertificateThumbprints": [each.thumbprint for each in pinned]} if pinned else {}
    return {asking.camel(name): flag for name, flag in flags.items()} | listed | _issuers(settings, authorities)


def _issuers(settings: BackendSettings, authorities: Sequence[CaCertificate]) -> dict[str, Any]:
    """Each name with each authority; nothing for an empty list, which Azure refuses."""
    if not authorities:
        return {}

    def each_of(names: Sequence[str]) -> list[dict[str, str]]:
        return [
            {"name": name, "issuerCertificateThumbprint": authority.thumbprint}
            for name in names
            for authority in authorities
        ]

    names = trust_problems.names(settings)
    late = combined(lambda url: each_of(trust_problems.host_names(url)), settings.url)
    return {"serverX509Names": each_of(names) if names else late}


def _description(settings: BackendSettings) -> Any:
    return combined(settings.described, settings.description)


def _credentials(args: MtlsBackendArgs) -> apimanagement.BackendCredentialsContractArgs | None:
    """Empty lists are left out: APIM refuses them (azurerm#3929)."""
    given = args.settings.credentials
    if given is None and not args.record_certificate:
        return None
    return apimanagement.BackendCredentialsContractArgs(
        certificate_ids=[args.certificate.resource_id] if args.record_certificate else None,
        header=(given and given.headers and pulumi.Output.secret(dict(given.headers))) or None,
        query=(given and given.query and pulumi.Output.secret(dict(given.query))) or None,
        authorization=apimanagement.BackendAuthorizationHeaderCredentialsArgs(
            scheme=given.authorization[0], parameter=pulumi.Output.secret(given.authorization[1])
        )
        if given and given.authorization
        else None,
    )


def _circuit_breaker(breaker: CircuitBreaker) -> apimanagement.BackendCircuitBreakerArgs:
    return apimanagement.BackendCircuitBreakerArgs(
        rules=[
            apimanagement.CircuitBreakerRuleArgs(
                name="failures",
                failure_condition=apimanagement.CircuitBreakerFailureConditionArgs(
                    count=breaker.failures,
                    interval=breaker.interval,
                    status_code_ranges=[
                        apimanagement.FailureStatusCodeRangeArgs(min=first, max=last)
                        for first, last in breaker.status_codes
                    ],
                ),
                trip_duration=breaker.trip_duration,
                accept_retry_after=breaker.accept_retry_after,
            )
        ]
    )
