"""A whole azure-native program without these components, as the preview of its first deployment shows it.

Names that come from another resource (`service.name`, `api.name`) are unknown then; what they come from is not.
"""

from collections.abc import Sequence
from dataclasses import replace

from rule_policies import JWT, UNKNOWN, by_thumbprint, routes_to, service_policy
from rule_resources import (
    api,
    api_policy,
    backend,
    entity,
    pfx_certificate,
    presents,
    resource,
    service,
    settings,
    vault_certificate,
)

from rules.graph import Graph, Resource
from rules.judge import judge
from rules.rule import Finding
from rules.setup import Setup

VAULT = "/subscriptions/s/resourceGroups/rg/providers/Microsoft.KeyVault/vaults/kv"
CERTIFICATE_USER = (
    "/subscriptions/s/providers/Microsoft.Authorization/roleDefinitions/db79e9a7-68ee-4b58-9aeb-b90e7c24fcba"
)


def _of(owner: Resource, given: Resource, **sources: Resource) -> Resource:
    """An entity whose service's name, and whatever else is named, comes from a resource that is not there yet."""
    named = {"serviceName": owner, **sources}
    return replace(
        given,
        inputs={**given.inputs, **resource("test:Unknown", **dict.fromkeys(named, UNKNOWN)).inputs},
        dependencies=given.dependencies | {each.urn for each in named.values()},
        property_dependencies={key: (each.urn,) for key, each in named.items()},
    )


def _judged(*resources: Resource, removed: Sequence[Resource] = ()) -> list[Finding]:
    graph = Graph(stack="prod", project="raw", resources=resources, removed=tuple(removed))
    return judge(Setup(graph), settings("production"))


def _found(findings: list[Finding]) -> set[tuple[str, str]]:
    return {(each.rule.id, each.resource.name) for each in findings}


def test_a_program_that_is_right_has_no_finding_but_its_uploaded_keys_and_the_one_that_it_keeps_in_reserve() -> None:
    apim = service("apim", protect=True)
    grant = resource(
        "authorization:RoleAssignment",
        "reads",
        scope=VAULT,
        roleDefinitionId=CERTIFICATE_USER,
        principalId=UNKNOWN,
        principalType="ServicePrincipal",
        after=[apim],
    )
    grant = replace(grant, property_dependencies={"principalId": (apim.urn,)})
    orders = _of(apim, vault_certificate("orders", after=[grant], protect=True))
    partner = _of(apim, pfx_certificate("partner", outputs={"thumbprint": None}))
    reserve = _of(apim, pfx_certificate("reserve", outputs={"thumbprint": None}))
    orders_backend = _of(apim, backend("orders-backend", url="https://orders.example.com"))
    partner_backend = _of(apim, backend("partner-backend", url="https://partner.example.com"))
    orders_api, partner_api = _of(apim, api("orders-api")), _of(apim, api("partner-api"))
    orders_policy = _of(
        apim,
        api_policy("orders-policy", presents("orders", "orders-backend"), after=[orders, orders_backend]),
        apiId=orders_api,
    )
    partner_policy = _of(
        apim,
        api_policy("partner-policy", presents("partner", "partner-backend"), after=[partner, partner_backend]),
        apiId=partner_api,
    )
    found = _judged(
        *(apim, grant, orders, partner, reserve, orders_backend, partner_backend),
        *(orders_api, partner_api, orders_policy, partner_policy),
    )
    assert [(each.rule.id, each.resource.name, each.severity.word) for each in found] == [
        ("inline-pfx", "partner", "high"),
        ("inline-pfx", "reserve", "high"),
        ("certificate-unused", "reserve", "low"),
    ]


def test_a_program_that_is_wrong_has_every_finding_that_it_earns_and_no_other() -> None:
    apim = service(
        "apim", sku={"name": "StandardV2"}, certificates=[{"encodedCertificate": "AAAA", "storeName": "Root"}]
    )
    orders = _of(apim, vault_certificate("orders", outputs={"thumbprint": "AB" * 20}))
    spare = _of(apim, pfx_certificate("spare", "EF" * 20))
    gone = _of(apim, pfx_certificate("gone", "CD" * 20))
    inner = _of(apim, backend("inner", url="https://orders.dev.internal", tls={"validateCertificateName": False}))
    plain = _of(apim, backend("plain", url="http://orders.example.com", credentials={"certificateIds": ["orders"]}))
    everywhere = _of(apim, service_policy(JWT))
    orders_api = _of(apim, api("orders-api", subscriptionRequired=False))
    inbound = by_thumbprint("AB" * 20) + routes_to("https://orders.example.com")
    orders_policy = _of(apim, api_policy("orders-policy", inbound, base=False), apiId=orders_api)
    other_api = _of(apim, api("other-api", serviceUrl="https://other.example.com"))
    other_policy = _of(apim, api_policy("other-policy", presents("gone"), after=[inner]), apiId=other_api)
    third_api = _of(apim, api("third-api"))
    basic = '<authentication-basic username="a" password="b" />'
    third_policy = _of(apim, api_policy("third-policy", basic + presents("orders", "missing")), apiId=third_api)
    fourth_policy = _of(apim, entity("ProductPolicy", "fourth-policy", productId="gold", value="<policies>"))
    resources = [apim, orders, spare, inner, plain, everywhere, orders_api, orders_policy]
    resources += [other_api, other_policy, third_api, third_policy]
    assert _found(_judged(*resources, removed=[gone])) == {
        ("authorities-ignored", "apim"),
        ("certificate-not-presented", "plain"),
        ("certificate-still-referenced", "other-policy"),
        ("certificate-unused", "spare"),
        ("development-endpoint", "inner"),
        ("http-backend", "plain"),
        ("identity-without-access", "orders"),
        ("inline-pfx", "spare"),
        ("inherited-authentication-dropped", "orders-policy"),
        ("name-validation-off", "inner"),
        ("presents-without-backend", "other-policy"),
        ("reference-not-in-stack", "other-policy"),
        ("reference-not-in-stack", "third-policy"),
        ("reference-without-dependency", "orders-policy"),
        ("reference-without-dependency", "third-policy"),
        ("routes-by-url", "orders-policy"),
        ("secret-in-policy", "third-policy"),
        ("subscription-not-required", "orders-api"),
        ("unprotected-production", "apim"),
        ("untrusted-backend", "inner"),
        ("vault-certificate-by-thumbprint", "orders-policy"),
    }
    # a policy that cannot be read may use the spare one, present the certificate, and route
    unreadable = _found(_judged(*resources, fourth_policy, removed=[gone]))
    assert ("policy-unreadable", "fourth-policy") in unreadable
    assert not unreadable & {
        ("certificate-unused", "spare"),
        ("certificate-not-presented", "plain"),
        ("presents-without-backend", "other-policy"),
    }
