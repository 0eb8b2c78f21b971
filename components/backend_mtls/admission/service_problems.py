"""What Azure would refuse, or ignore, about a service. Pure.

Sources: learn.microsoft.com/azure/api-management/api-management-howto-ca-certificates (which tiers, at most 10),
terraform-provider-azurerm#8598 (a PUT of a service without `certificates` wipes the list), REST 2024-05-01,
ApiManagementService (names, SKUs).
"""

import re
from collections.abc import Sequence

from backend_mtls.admission.inputs import Input, known
from backend_mtls.admission.service_definition import ServiceDefinition
from backend_mtls.admission.tiers import CONSUMPTION, SKUS, WITH_CA_CERTIFICATES, WITH_TRUST_IN_BACKENDS
from backend_mtls.admission.verdict import Verdict
from backend_mtls.errors import Problem, Where
from backend_mtls.x509.ca_certificate import MAXIMUM, CaCertificate

NAME = r"[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?"
"""Names of services, as a regular expression."""
NAME_LENGTH = 50
"""How long they may be."""


def owned(service_name: Input[str], definition: ServiceDefinition, ca: Sequence[CaCertificate]) -> Verdict:
    """What is found out about a service that is defined in the program; `ca` are its CA certificates."""
    found = name_problems(service_name) + _sku_problems(known(definition.sku), known(definition.capacity))
    return Verdict(problems=found + ca_certificate_problems(known(definition.sku), ca))


def name_problems(name: Input[str]) -> list[Problem]:
    """What is wrong with the name of a service."""
    text = known(name)
    if text is None or (re.fullmatch(NAME, text) and len(text) <= NAME_LENGTH):
        return []
    return [
        Problem(
            what="The name of the service is malformed",
            where=Where.of("service_name"),
            got=text,
            allowed="1-50 letters, digits and hyphens, a letter first, no hyphen last",
            fix="correct the name",
        )
    ]


def ca_certificates_elsewhere(count: int) -> list[Problem]:
    """A problem when a service that exists already is given CA certificates."""
    if not count:
        return []
    return [
        Problem(
            what="The service exists already, and its CA certificates can only be written with the whole service",
            where=Where.of("ca_certificates"),
            got=f"{count} CA certificate(s)",
            allowed="CA certificates on a service that is defined here",
            fix="add them where the service is defined; by hand: portal, Certificates, CA certificates",
        )
    ]


def _sku_problems(sku: str | None, capacity: int | None) -> list[Problem]:
    if sku is None:
        return []
    if sku not in SKUS:
        return [
            Problem(
                what="There is no such SKU",
                where=Where.of("definition", "sku"),
                got=sku,
                allowed=", ".join(SKUS),
                fix="correct it",
            )
        ]
    if capacity is None or ((sku == CONSUMPTION) == (capacity == 0) and capacity >= 0):
        return []
    return [
        Problem(
            what="The capacity does not fit the SKU",
            where=Where.of("definition", "capacity"),
            got=f"{capacity} on {sku}",
            allowed="0 on Consumption, at least 1 on any other SKU",
            fix="set capacity to 0" if sku == CONSUMPTION else "set capacity to 1 or more",
        )
    ]


def ca_certificate_problems(sku: str | None, certificates: Sequence[CaCertificate]) -> list[Problem]:
    """What is wrong with the CA certificates of a service with this SKU; None stands for one that is not known yet."""
    if not certificates:
        return []
    count = f"{len(certificates)} CA certificate(s)"
    found = []
    if sku is not None and sku not in WITH_CA_CERTIFICATES:
        found.append(
            Problem(
                what=f"The SKU {sku} does not use CA certificates for backends",
                where=Where.of("ca_certificates"),
                got=count,
                allowed="CA certificates on Developer, Basic, Standard and Premium",
                fix="name them where they are asked for: in the backend's trust (trust.authorities)"
                if sku in WITH_TRUST_IN_BACKENDS
                else "use one of those SKUs, or a backend whose certificate a public authority issued",
            )
        )
    if len(certificates) > MAXIMUM:
        found.append(
            Problem(
                what="The service has too many CA certificates",
                where=Where.of("ca_certificates"),
                got=str(len(certificates)),
                allowed=f"at most {MAXIMUM}",
                fix="trust a common root instead of single issuers",
            )
        )
    return found + _twice(certificates)


def _twice(certificates: Sequence[CaCertificate]) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for index, each in enumerate(certificates):
        if each.encoded in seen:
            found.append(
                Problem(
                    what="The CA certificate is listed twice",
                    where=Where.of("ca_certificates", index),
                    got=each.subject,
                    allowed="each once",
                    fix="remove one of them",
                )
            )
        seen.add(each.encoded)
    return found
