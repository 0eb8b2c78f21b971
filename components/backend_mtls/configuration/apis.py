"""The APIs of a configuration: keys and files in, definitions out."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from backend_mtls.admission import api_problems, backend_problems, policy_binding
from backend_mtls.admission.api_definition import ApiDefinition
from backend_mtls.admission.backend_settings import (
    BackendCredentials,
    BackendProxy,
    BackendSettings,
    BackendTrust,
    CircuitBreaker,
)
from backend_mtls.admission.conflicts import API, PATH
from backend_mtls.admission.inputs import known
from backend_mtls.admission.service_definition import ServiceFacts
from backend_mtls.configuration import schema
from backend_mtls.configuration.reading import Reading, plain
from backend_mtls.errors import Where
from backend_mtls.policy import document as policy_document

_KEY_NAMES = {"openapi": "openapiFile", "existing_api": "existing"}


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """One API."""

    certificate: str
    """Name of its certificate, which exists."""
    definition: ApiDefinition
    """What to declare."""


def read(reading: Reading, name: str, keys: schema.Api, stack: schema.Stack, service: ServiceFacts) -> ApiSettings:
    """The API `apis.<name>`; `service` is what is known of the service."""
    where = Where.of("apis", name)
    if keys.certificate not in stack.certificates:
        reading.add(
            "The API names a certificate that is not declared",
            Where.of("apis", name, "certificate"),
            keys.certificate,
            ", ".join(sorted(stack.certificates)) or "nothing: no certificate is declared",
            f"correct the name, or declare certificates.{keys.certificate}",
        )
    definition = ApiDefinition(
        backend=_backend(reading, Where.of("apis", name, "backend"), keys.backend, service),
        path=keys.path,
        existing_api=keys.existing,
        display_name=keys.display_name,
        operations=keys.operations,
        openapi=reading.text("The OpenAPI document", Where.of("apis", name, "openapiFile"), keys.openapi_file)
        if keys.openapi_file
        else None,
        protocols=keys.protocols,
        subscription_required=keys.subscription_required,
        revision=keys.revision,
        version=keys.version,
        version_set=keys.version_set,
        policy=_policy(reading, where, keys, known(service.sku)),
        existing_elements=keys.existing_elements,
        adopt=keys.adopt,
    )
    reading.found(where, api_problems.problems(definition, name, shares=False), _KEY_NAMES)
    if not keys.existing:
        reading.once(API, name, where)
        if isinstance(keys.path, str) and keys.version_set is None:
            reading.once(PATH, keys.path, where)
    return ApiSettings(certificate=keys.certificate, definition=definition)


def _backend(reading: Reading, where: Where, keys: schema.Backend, service: ServiceFacts) -> BackendSettings:
    apart = {"credentials", "proxy", "circuit_breaker", "server_certificate", "trust"}
    plainly = {name: getattr(keys, name) for name in schema.Backend.model_fields if name not in apart}
    breaker = keys.circuit_breaker
    settings = BackendSettings(
        **plainly,
        credentials=_credentials(keys.credentials) if keys.credentials else None,
        proxy=BackendProxy(url=keys.proxy.url, username=keys.proxy.username, password=plain(keys.proxy.password))
        if keys.proxy
        else None,
        circuit_breaker=CircuitBreaker(**{name: getattr(breaker, name) for name in type(breaker).model_fields})
        if breaker
        else None,
        trust=_trust(reading, Where((*where.steps, "trust")), keys.trust) if keys.trust else None,
    )
    reading.found(where, backend_problems.own_problems(settings, known(service.sku)))
    if keys.server_certificate is None:
        return settings
    data = reading.file(Where((*where.steps, "serverCertificate")), keys.server_certificate)
    if data is None:
        return settings
    settings = replace(settings, server_certificate=data)
    reading.found(where, backend_problems.server_problems(settings, service))
    return settings


def _trust(reading: Reading, where: Where, keys: schema.Trust) -> BackendTrust | None:
    """None when a file cannot be read: what is left would be judged wrongly."""

    def files(key: str, paths: Sequence[Path]) -> list[bytes | None]:
        return [reading.file(Where((*where.steps, key, index)), path) for index, path in enumerate(paths)]

    authorities = files("authorities", keys.authorities)
    certificates = files("serverCertificates", keys.server_certificates)
    if None in authorities or None in certificates:
        return None
    return BackendTrust(
        authorities=[each for each in authorities if each is not None],
        server_names=keys.server_names,
        server_certificates=[each for each in certificates if each is not None],
    )


def _credentials(keys: schema.Credentials) -> BackendCredentials:
    given = keys.authorization
    return BackendCredentials(
        headers={name: [plain(each) or "" for each in values] for name, values in keys.headers.items()},
        query={name: [plain(each) or "" for each in values] for name, values in keys.query.items()},
        authorization=(given.scheme, plain(given.parameter) or "") if given else None,
    )


def _policy(reading: Reading, where: Where, keys: schema.Api, sku: str | None) -> str | None:
    document, place = keys.policy, Where((*where.steps, "policy"))
    if keys.policy_file is not None:
        place = Where((*where.steps, "policyFile"))
        if keys.policy is not None:
            fix = "remove one of them"
            reading.add("The policy is given twice", where, "both", "policy or policyFile", fix)
        document = reading.text("The policy", place, keys.policy_file)
        place = replace(place, inside=(str(keys.policy_file),))
    if document is None:
        return None
    trial = policy_document.CertificateReference(thumbprint="0" * 40)
    # the certificate's name is not known yet: an element that is already there is compared when the policy is declared
    text, problems = policy_binding.bind(document, certificate=trial, backend_id="x" * 80, existing="replace")
    reading.found(place, problems or policy_binding.size_problems(text, sku), {"document": ""})
    return document
