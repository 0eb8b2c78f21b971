"""The shape of a configuration: every key, its type, an example, and what leaving it out means.

Pure: no pulumi. The names in a stack file are the camelCase forms of the fields. The values stand in `values.py`, the
keys of each part in a module of its own; docs/configuration.md and stacks/schema.json are made from them.
"""

from typing import Literal

from pydantic import Field

from backend_mtls.configuration.api_keys import Api, Backend, CircuitBreaker, Credentials, Trust
from backend_mtls.configuration.certificate_keys import Certificate, KeyVault, Pfx
from backend_mtls.configuration.service_keys import CaCertificate, OwnedService, Service
from backend_mtls.configuration.values import Days, EntityName, Keys, Seconds

__all__ = [
    "Api",
    "Backend",
    "CaCertificate",
    "Certificate",
    "CircuitBreaker",
    "Credentials",
    "KeyVault",
    "OwnedService",
    "Pfx",
    "Preflight",
    "Service",
    "Stack",
    "Trust",
]


class Preflight(Keys):
    """What is asked of Key Vault before anything is deployed."""

    mode: Literal["required", "if_reachable", "off"] = Field(default="if_reachable", examples=["required"])
    """`required`: what cannot be looked up is an error; `if_reachable`: it is said; `off`: nothing is looked up. Left
    out: if_reachable."""
    warn_within_days: Days = Field(default=30, examples=[60])
    """Days before its expiry from which a certificate is warned of. Left out: 30 days."""
    fail_within_days: Days = Field(default=0, examples=[7])
    """Days before its expiry from which a certificate is an error. Left out: when it has expired."""
    timeout_seconds: Seconds = Field(default=5, examples=[2.5])
    """Seconds that all look-ups together may take. Left out: 5 seconds."""


class Stack(Keys):
    """All keys of a stack."""

    service: Service
    """The API Management service."""
    certificates: dict[EntityName, Certificate] = Field(default_factory=dict)
    """Client certificates by name, at most 71 characters. Left out: none."""
    apis: dict[EntityName, Api] = Field(
        default_factory=dict,
        examples=[
            {"orders": {"path": "orders", "certificate": "orders", "backend": {"url": "https://orders.example.com"}}}
        ],
    )
    """APIs by name, at most 71 characters; the name is the id of the API and of its backend. Left out: none."""
    key_vault_preflight: Preflight = Field(default_factory=Preflight)
    """What is asked of Key Vault beforehand. Left out: what can be reached within 5 seconds."""
    review: dict[str, object] = Field(default_factory=dict, examples=[{"environment": "production"}])
    """How the rules judge the stack: read by the review and the policy pack (docs/rules.md), not by the program. Left
    out: the environment is read from the stack's name, and nothing is waived."""
    keep_version_aliases: bool = Field(default=False, examples=[True])
    """Keeps azure-native's aliases of old API versions. Left out: they are dropped, and a program is much faster."""
