"""What Azure would refuse, or ignore, about a service. Pure.

Sources: learn.microsoft.com/azure/api-management/api-management-howto-ca-certificates (which tiers, at most 10),
terraform-provider-azurerm#8598 (a PUT of a service without `certificates` wipes the list), REST 2024-05-01,
ApiManagementService (names, SKUs).
"""

import re
from typing import Any

from backend_mtls.errors import Problem
from backend_mtls.x509.ca_certificate import MAXIMUM

SKUS = (
    "Basic",
    "BasicV2",
    "Consumption",
    "Developer",
    "Isolated",
    "Premium",
    "PremiumV2",
    "Standard",
    "StandardV2",
)
WITH_CA_CERTIFICATES = {"Developer", "Basic", "Standard", "Premium", "Isolated"}
"""SKUs that use CA certificates for backends. Consumption takes none, the v2 SKUs ignore them for backends."""
_NAME = re.compile(r"[a-zA-Z](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?")
_NAME_LENGTH = 50


def problems(args: Any) -> list[Problem]:
    """What is wrong with the arguments of an `ApiManagement`."""
    found = _name_problems(args.service_name)
    if args.definition is not None:
        found += _sku_problems(args.definition.sku, args.definition.capacity)
    return found + ca_certificate_problems(args.definition and args.definition.sku, args.ca_certificates)


def _name_problems(name: str) -> list[Problem]:
    if _NAME.fullmatch(name) and len(name) <= _NAME_LENGTH:
        return []
    return [
        Problem(
            what="The name of the service is malformed",
            where="service_name",
            got=name,
            allowed="1-50 letters, digits and hyphens, a letter first, no hyphen last",
            fix="correct the name",
        )
    ]


def _sku_problems(sku: str, capacity: int) -> list[Problem]:
    if sku not in SKUS:
        return [
            Problem(
                what="There is no such SKU",
                where="definition.sku",
                got=sku,
                allowed=", ".join(SKUS),
                fix="correct it",
            )
        ]
    if (sku == "Consumption") == (capacity == 0) and capacity >= 0:
        return []
    return [
        Problem(
            what="The capacity does not fit the SKU",
            where="definition.capacity",
            got=f"{capacity} on {sku}",
            allowed="0 on Consumption, at least 1 on any other SKU",
            fix="set capacity to 0" if sku == "Consumption" else "set capacity to 1 or more",
        )
    ]


def ca_certificate_problems(sku: str | None, certificates: Any) -> list[Problem]:
    """What is wrong with the CA certificates of a service with this SKU; None stands for a service that exists."""
    if not certificates:
        return []
    count = f"{len(certificates)} CA certificate(s)"
    if sku is None:
        return [
            Problem(
                what="The service exists already, and its CA certificates can only be written with the whole service",
                where="ca_certificates",
                got=count,
                allowed="CA certificates on a service that is defined here",
                fix="add them where the service is defined; by hand: portal, Certificates, CA certificates",
            )
        ]
    found = []
    if sku not in WITH_CA_CERTIFICATES:
        found.append(
            Problem(
                what=f"The SKU {sku} does not use CA certificates for backends",
                where="ca_certificates",
                got=count,
                allowed="CA certificates on Developer, Basic, Standard and Premium",
                fix="use one of those SKUs, or a backend whose certificate a public authority issued",
            )
        )
    if len(certificates) > MAXIMUM:
        found.append(
            Problem(
                what="The service has too many CA certificates",
                where="ca_certificates",
                got=str(len(certificates)),
                allowed=f"at most {MAXIMUM}",
                fix="trust a common root instead of single issuers",
            )
        )
    return found + _twice(certificates)


def _twice(certificates: Any) -> list[Problem]:
    seen: set[str] = set()
    found = []
    for index, each in enumerate(certificates):
        if each.encoded in seen:
            found.append(
                Problem(
                    what="The CA certificate is listed twice",
                    where=f"ca_certificates[{index}]",
                    got=each.subject,
                    allowed="each once",
                    fix="remove one of them",
                )
            )
        seen.add(each.encoded)
    return found
