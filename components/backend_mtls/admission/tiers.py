"""What the tiers (SKUs) of API Management can do. Pure.

Sources: learn.microsoft.com/azure/api-management/api-management-features (self-hosted gateways), workspaces-overview
(workspaces), api-management-howto-ca-certificates (CA certificates; the v2 tiers ignore them for backends),
v2-service-tiers-overview ("CA certificates referenced in backend entity"; for the other tiers no source was found),
backends (pools, circuit breakers), learn.microsoft.com/azure/azure-resource-manager/management/
azure-subscription-service-limits#api-management-limits (Consumption: 50 client certificates, policies of 16 KiB).
"""

from typing import Literal, get_args

Sku = Literal[
    "Basic",
    "BasicV2",
    "Consumption",
    "Developer",
    "Isolated",
    "Premium",
    "PremiumV2",
    "Standard",
    "StandardV2",
]
SKUS: tuple[Sku, ...] = get_args(Sku)
"""The names that Azure knows."""
CONSUMPTION = "Consumption"
"""The tier without pools and circuit breakers, whose capacity is 0."""
WITH_CA_CERTIFICATES = frozenset({"Developer", "Basic", "Standard", "Premium", "Isolated"})
"""Those that use the service's CA certificates for backends."""
IGNORING_CA_CERTIFICATES = frozenset(SKUS) - WITH_CA_CERTIFICATES
"""Those that do not: Consumption takes none, the v2 tiers ignore them for backends."""
WITH_TRUST_IN_BACKENDS = frozenset({"BasicV2", "StandardV2", "PremiumV2"})
"""Those that take CA certificates from the backend entity instead (v2-service-tiers-overview)."""
WITH_WORKSPACES = frozenset({"BasicV2", "Premium", "PremiumV2", "StandardV2"})
"""Those that have workspaces."""
WITH_SELF_HOSTED_GATEWAYS = frozenset({"Developer", "Premium", "Isolated"})
"""Those that have self-hosted gateways."""
CERTIFICATES_ON_CONSUMPTION = 50
"""How many client certificates a service on Consumption takes."""
_POLICY_BYTES, _POLICY_BYTES_ON_CONSUMPTION = 256 * 1024, 16 * 1024


def policy_bytes(sku: str | None) -> int:
    """How long a policy document may be, in bytes of UTF-8."""
    return _POLICY_BYTES_ON_CONSUMPTION if sku == CONSUMPTION else _POLICY_BYTES
