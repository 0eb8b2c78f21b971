"""Resources of a raw azure-native program, as a graph holds them: what a rule's tests declare."""

import itertools
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from rules.graph import Graph, Resource, plain
from rules.judge import RULE_IDS, judge
from rules.rule import Finding
from rules.settings import Settings, read
from rules.setup import Setup

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
SERVICE_ID = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.ApiManagement/service/apim"
_numbers = itertools.count()


def resource(
    kind: str, name: str = "", /, *, outputs: dict[str, Any] | None = None, after: Sequence[Resource] = (), **given: Any
) -> Resource:
    """A resource of the class `module:Class`; the other keywords are its inputs, and `protect`, `parent`, `id`."""
    name = name or f"{kind.rpartition(':')[2].lower()}{next(_numbers)}"
    token = kind if kind.count(":") > 1 else f"azure-native:{kind}"
    options = {key: given.pop(key) for key in ("protect", "parent", "id") if key in given}
    return Resource(
        urn=f"urn:pulumi:test::project::{token}::{name}",
        type=token,
        name=name,
        inputs=plain(given),
        outputs=plain(outputs or {}),
        dependencies=frozenset(each.urn for each in after),
        **options,
    )


def service(name: str = "service", /, **given: Any) -> Resource:
    """A service `apim` on the Developer SKU with a system-assigned identity."""
    own = {
        "serviceName": "apim",
        "resourceGroupName": "rg",
        "sku": {"name": "Developer", "capacity": 1},
        "identity": {"type": "SystemAssigned"},
    }
    return resource("apimanagement:ApiManagementService", name, **(own | given))


def entity(kind: str, name: str = "", /, **given: Any) -> Resource:
    """An entity of the service `apim`."""
    return resource(f"apimanagement:{kind}", name, **({"serviceName": "apim", "resourceGroupName": "rg"} | given))


def backend(name: str = "orders", /, **given: Any) -> Resource:
    """A backend whose server certificate is validated."""
    tls = {"validateCertificateChain": True, "validateCertificateName": True} | given.pop("tls", {})
    return entity(
        "Backend",
        name,
        **({"backendId": name, "url": "https://orders.example.com", "protocol": "http"} | given),
        tls=tls,
    )


def vault_certificate(name: str = "orders", /, **given: Any) -> Resource:
    """A certificate that is read from Key Vault by the system-assigned identity."""
    secret = {"secretIdentifier": "https://kv.vault.azure.net/secrets/orders"} | given.pop("vault", {})
    return entity("Certificate", name, **({"certificateId": name, "keyVault": secret} | given))


def pfx_certificate(name: str = "legacy", /, thumbprint: str = "AB" * 20, **given: Any) -> Resource:
    """An uploaded certificate, its content a secret; Azure has said its thumbprint."""
    outputs = {"thumbprint": thumbprint, "subject": f"CN={name}"} | given.pop("outputs", {})
    own = {"certificateId": name, "data": "[secret]", "password": "[secret]"}
    return entity("Certificate", name, **(own | given), outputs=outputs)


def api(name: str = "orders", /, **given: Any) -> Resource:
    """An API whose callers need a subscription key."""
    return entity("Api", name, **({"apiId": name, "path": name, "subscriptionRequired": True} | given))


def api_policy(name: str = "orders", /, inbound: str = "", *, base: bool = True, **given: Any) -> Resource:
    """The policy of an API, with these policies in `<inbound>`."""
    return entity(
        "ApiPolicy", name, **({"apiId": name, "policyId": "policy", "value": document(inbound, base=base)} | given)
    )


def document(inbound: str = "", *, base: bool = True) -> str:
    """A policy document with these policies in `<inbound>`."""
    first = "<base />" if base else ""
    others = "".join(f"<{section}><base /></{section}>" for section in ("backend", "outbound", "on-error"))
    return f"<policies><inbound>{first}{inbound}</inbound>{others}</policies>"


def presents(certificate_id: str, backend_id: str | None = None) -> str:
    """The policies that present a certificate by its id, and route to a backend."""
    routed = f'<set-backend-service backend-id="{backend_id}" />' if backend_id else ""
    return f'{routed}<authentication-certificate certificate-id="{certificate_id}" />'


def settings(environment: str = "production", **given: Any) -> Settings:
    """The settings of a stack, judged at `NOW`."""
    return read({"environment": environment, **given}, stack="test", rule_ids=RULE_IDS, now=NOW)


def findings(
    rule_id: str, *resources: Resource, environment: str = "production", whole: bool = True, **given: Any
) -> list[Finding]:
    """What one rule finds in a stack of these resources; the other parts of a graph are given by their names."""
    parts = {key: given.pop(key) for key in ("removed", "removed_first", "renewals", "previous") if key in given}
    graph = Graph(stack="test", project="project", resources=tuple(resources), whole=whole, **parts)
    assert rule_id in RULE_IDS, f"there is no rule {rule_id}"
    return [each for each in judge(Setup(graph), settings(environment, **given)) if each.rule.id == rule_id]
