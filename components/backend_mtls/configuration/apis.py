"""The APIs of a stack: keys and files in, arguments of `MtlsApi` out."""

from dataclasses import dataclass, replace
from typing import cast

from backend_mtls import (
    BackendCredentials,
    BackendProxy,
    BackendSettings,
    CircuitBreaker,
    ClientCertificate,
    MtlsApiArgs,
)
from backend_mtls.admission import api_problems, backend_problems, policy_binding
from backend_mtls.admission.conflicts import API, PATH
from backend_mtls.configuration import schema
from backend_mtls.configuration.certificates import LATER
from backend_mtls.configuration.reading import Reading, plain
from backend_mtls.policy import document as policy_document
from backend_mtls.x509.ca_certificate import CaCertificate

_KEY_NAMES = {"openapi": "openapiFile", "existing_api": "existing"}


@dataclass(frozen=True, kw_only=True)
class ApiSettings:
    """One API, ready to be declared once there are a service and a certificate."""

    certificate: str
    """Name of its certificate, which exists."""
    args: MtlsApiArgs
    """What to declare; `service` and `certificate` are filled in by the topology."""


def read(
    reading: Reading, name: str, keys: schema.Api, stack: schema.Stack, trusted: tuple[CaCertificate, ...] | None
) -> ApiSettings:
    """The API `apis.<name>`; `trusted` are the service's CA certificates, None when they are not known."""
    where = f"apis.{name}"
    if keys.certificate not in stack.certificates:
        reading.add(
            "The API names a certificate that is not declared",
            f"{where}.certificate",
            keys.certificate,
            ", ".join(sorted(stack.certificates)) or "nothing: no certificate is declared",
            f"correct the name, or declare certificates.{keys.certificate}",
        )
    sku = stack.service.owned.sku if stack.service.owned else None
    args = MtlsApiArgs(
        service=LATER,
        certificate=cast("ClientCertificate", None),
        backend=_backend(reading, f"{where}.backend", keys.backend, sku, trusted),
        path=keys.path,
        existing_api=keys.existing,
        display_name=keys.display_name,
        operations=keys.operations,
        openapi=reading.text("The OpenAPI document", f"{where}.openapiFile", keys.openapi_file)
        if keys.openapi_file
        else None,
        protocols=keys.protocols,
        subscription_required=keys.subscription_required,
        revision=keys.revision,
        policy=_policy(reading, where, keys, sku),
        existing_elements=keys.existing_elements,
        adopt=keys.adopt,
    )
    reading.found_below(where, api_problems.own_problems(args, name), _KEY_NAMES)
    if not keys.existing:
        reading.once(API, name, where)
        if keys.path:
            reading.once(PATH, keys.path, where)
    return ApiSettings(certificate=keys.certificate, args=args)


def _backend(
    reading: Reading, where: str, keys: schema.Backend, sku: str | None, trusted: tuple[CaCertificate, ...] | None
) -> BackendSettings:
    plainly = keys.model_dump(exclude={"credentials", "proxy", "circuit_breaker", "server_certificate"})
    settings = BackendSettings(
        **plainly,
        credentials=_credentials(keys.credentials) if keys.credentials else None,
        proxy=BackendProxy(url=keys.proxy.url, username=keys.proxy.username, password=plain(keys.proxy.password))
        if keys.proxy
        else None,
        circuit_breaker=CircuitBreaker(**keys.circuit_breaker.model_dump()) if keys.circuit_breaker else None,
    )
    reading.found_below(where, backend_problems.problems(settings, sku=sku))
    if keys.server_certificate is None:
        return settings
    data = reading.file(f"{where}.serverCertificate", keys.server_certificate)
    if data is None:
        return settings
    settings = replace(settings, server_certificate=data)
    reading.found_below(where, backend_problems.server_problems(settings, trusted))
    return settings


def _credentials(keys: schema.Credentials) -> BackendCredentials:
    authorization = keys.authorization
    return BackendCredentials(
        headers={name: [each.get_secret_value() for each in values] for name, values in keys.headers.items()},
        query={name: [each.get_secret_value() for each in values] for name, values in keys.query.items()},
        authorization=(authorization.scheme, authorization.parameter.get_secret_value()) if authorization else None,
    )


def _policy(reading: Reading, where: str, keys: schema.Api, sku: str | None) -> str | None:
    document, place = keys.policy, f"{where}.policy"
    if keys.policy_file is not None:
        place = f"{where}.policyFile ({keys.policy_file})"
        if keys.policy is not None:
            fix = "remove one of them"
            reading.add("The policy is given twice", where, "both", "policy or policyFile", fix)
        document = reading.text("The policy", f"{where}.policyFile", keys.policy_file)
    if document is None:
        return None
    trial = policy_document.CertificateReference(thumbprint="0" * 40)
    # the certificate's name is not known yet: an element that is already there is compared when the policy is declared
    _, problems = policy_binding.bind(document, certificate=trial, backend_id="x" * 80, existing="replace", sku=sku)
    for problem in problems:
        inner = problem.where.removeprefix("document").strip(" ()")
        reading.problems.append(problem.at(f"{place}: {inner}" if inner else place))
    return document
