"""Whatever a graph holds, judging it ends in findings, the same each time and in whatever order it is given."""

import random
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from backend_mtls.vault.roles import ROLES
from hypothesis import HealthCheck, given
from hypothesis import settings as trying
from hypothesis import strategies as st
from rule_resources import NOW, document, presents, resource, settings
from vault_resources import PRINCIPAL, SOMEBODY, UNKNOWN, VAULT_ID

from rules.graph import Graph, Resource
from rules.judge import judge
from rules.service import TYPES
from rules.setup import Setup
from rules.severity import Environment

URL = "https://kv.vault.azure.net/secrets/orders"
ENVIRONMENTS: list[Environment] = ["development", "staging", "production"]
WRONG: st.SearchStrategy[Any] = st.sampled_from(
    [None, UNKNOWN, "[secret]", "", "x", 5, 0, True, [], {}, [None], [5], [UNKNOWN], {"x": None}, {"id": 5}, -1.5]
)


def mostly(likely: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What a program may say, five times out of six; otherwise anything. The simplest is what it may say."""
    return st.sampled_from([True] * 5 + [False]).flatmap(lambda is_likely: likely if is_likely else WRONG)


def either(*likely: Any) -> st.SearchStrategy[Any]:
    """One of these; otherwise anything."""
    return mostly(st.sampled_from(likely))


def some(fields: Mapping[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[dict[str, Any]]:
    """An object with most of these fields."""
    absent = st.sets(st.sampled_from(sorted(fields)), max_size=2) if fields else st.just(set())
    return absent.flatmap(
        lambda left_out: st.fixed_dictionaries({key: each for key, each in fields.items() if key not in left_out})
    )


def mapping(**fields: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """An object with most of these fields; otherwise anything."""
    return mostly(some(fields))


def listing(each: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """A list; otherwise anything."""
    return mostly(st.lists(each, max_size=2))


moments = either(NOW.isoformat(), "2026-11-30T00:00:00Z", "2020-01-01", "9999-12-31T23:59:59-14:00", "not a date")
thumbprints = either("AB" * 20, "CD" * 20)
names = either("orders", "legacy")
service_names = either("apim", "APIM", "other")
flags = st.booleans() | WRONG
permissions = mapping(
    secrets=listing(either("get", "list", "all", "Set")), keys=listing(either("sign")), certificates=listing(WRONG)
)
policies = mapping(objectId=either(PRINCIPAL, SOMEBODY), permissions=permissions)
status = mapping(code=either("Success", "Forbidden"), message=either("no access\n" * 40))
vault_reference = mapping(
    secretIdentifier=either(
        URL, f"{URL}/{'0' * 32}", URL.replace("secrets", "certificates"), "https://[", "https://a@b"
    ),
    identityClientId=either(PRINCIPAL),
    lastStatus=status,
)
identities = mapping(
    type=either("SystemAssigned", "UserAssigned", "None"), principalId=either(PRINCIPAL), userAssignedIdentities=WRONG
)
roles = either(*(f"/providers/Microsoft.Authorization/roleDefinitions/{each}" for each in ROLES))
scopes = either(VAULT_ID, f"{VAULT_ID}/secrets/orders", "/subscriptions/s/resourceGroups/rg", "/subscriptions/s")
documents = either(
    document(presents("orders", "orders")),
    document(presents("legacy"), base=False),
    document('<authentication-certificate thumbprint="' + "AB" * 20 + '" />'),
    "<policies",
    "",
)
validity = {"notBefore": moments, "notAfter": moments, "thumbprint": thumbprints}

KINDS: dict[str, dict[str, st.SearchStrategy[Any]]] = {
    "backend-mtls:index:ClientCertificate": validity
    | {
        "keyType": either("RSA 1024", "RSA 2048", "EC secp256k1", "Ed25519"),
        "signatureHash": either("sha1", "sha256"),
        "forClients": flags,
    },
    "backend-mtls:index:VaultAccess": {},
    "backend-mtls:index:MtlsBackend": {
        "serverCertificate": mapping(subject=WRONG, issuer=WRONG, selfSigned=flags, notAfter=moments)
    },
    "apimanagement:ApiManagementService": {
        "serviceName": service_names,
        "resourceGroupName": either("rg"),
        "sku": mapping(name=either("Developer", "Consumption")),
        "identity": identities,
        "certificates": listing(
            mapping(storeName=either("Root", "CertificateAuthority"), encodedCertificate=either("AA=="))
        ),
    },
    "apimanagement:Certificate": {
        "certificateId": names,
        "data": either("AAAA", "[secret]"),
        "password": either("[secret]", "x"),
        "keyVault": vault_reference,
    },
    "apimanagement:WorkspaceCertificate": {"certificateId": names, "keyVault": vault_reference, "data": WRONG},
    "apimanagement:Backend": {
        "backendId": names,
        "url": either("https://orders.example.com", "http://10.0.0.1", "https://["),
        "protocol": either("http"),
        "description": either("Chain validation is off: a reason"),
        "tls": mapping(validateCertificateChain=flags, validateCertificateName=flags),
        "credentials": mapping(certificate=listing(thumbprints), certificateIds=listing(names)),
        "type": either("Single", "Pool"),
        "pool": mapping(services=listing(mapping(id=either("/backends/orders")))),
        "proxy": mapping(url=WRONG),
        "circuitBreaker": WRONG,
    },
    "apimanagement:Api": {
        "apiId": either("orders", "orders;rev=2"),
        "path": names,
        "subscriptionRequired": flags,
        "protocols": listing(either("http", "https")),
        "serviceUrl": either("http://orders.example.com"),
    },
    "apimanagement:Policy": {"value": documents},
    "apimanagement:ProductPolicy": {"productId": names, "value": documents},
    "apimanagement:ApiPolicy": {"apiId": names, "value": documents},
    "apimanagement:ApiOperationPolicy": {"apiId": names, "operationId": names, "value": documents},
    "apimanagement:WorkspaceApiPolicy": {"apiId": names, "value": documents},
    "apimanagement:PolicyFragment": {"id": names, "value": documents},
    "apimanagement:NamedValue": {"namedValueId": names, "value": WRONG, "secret": flags, "keyVault": vault_reference},
    "apimanagement:Product": {"productId": names, "subscriptionRequired": flags},
    "apimanagement:Gateway": {"gatewayId": names},
    "apimanagement:Subscription": {"scope": WRONG},
    "authorization:RoleAssignment": {
        "scope": scopes,
        "roleDefinitionId": roles,
        "principalId": either(PRINCIPAL, SOMEBODY),
        "principalType": either("ServicePrincipal", "User"),
    },
    "keyvault:AccessPolicy": {"vaultName": either("kv", "KV"), "policy": policies},
    "keyvault:Vault": {
        "vaultName": either("kv", "other"),
        "resourceGroupName": either("rg"),
        "properties": mapping(
            accessPolicies=listing(policies),
            networkAcls=mapping(defaultAction=either("Deny", "Allow")),
            publicNetworkAccess=either("Disabled"),
        ),
    },
    "managedidentity:UserAssignedIdentity": {},
    "resources:ResourceGroup": {"resourceGroupName": either("rg", "RG")},
}
LIKELY = [
    "apimanagement:ApiManagementService",
    "apimanagement:Certificate",
    "apimanagement:Certificate",
    "authorization:RoleAssignment",
    "backend-mtls:index:ClientCertificate",
    "keyvault:Vault",
] * 4
"""What most rules are about is drawn more often."""
OUTPUTS: dict[str, st.SearchStrategy[Any]] = {
    "thumbprint": thumbprints,
    "subject": either("CN=orders"),
    "expirationDate": moments,
    "keyVault": vault_reference,
    "identity": identities,
    "name": names,
}
IN_A_SERVICE = {"serviceName": service_names, "workspaceId": either("team")}


many = trying(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.too_slow])
"""No time limit: how long it takes to make a graph says nothing about the rules."""


@st.composite
def graphs(draw: st.DrawFn) -> Graph:
    """A few resources of any kinds, each with some of its inputs, in any relation to those before it."""
    drawn: list[Resource] = []
    for number, kind in enumerate(draw(st.lists(st.sampled_from(LIKELY + sorted(KINDS)), max_size=10))):
        fields = KINDS[kind]
        if kind.startswith("apimanagement:") and kind not in TYPES:
            fields = IN_A_SERVICE | fields
        after = draw(st.lists(st.sampled_from(drawn), max_size=3)) if drawn else []
        own = resource(
            kind,
            f"r{number}",
            after=after,
            outputs=draw(some(OUTPUTS)) if draw(st.booleans()) else {},
            **draw(some(fields)),
        )
        keys = st.sampled_from(["serviceName", "principalId", "policy", "properties", "scope", "identity", "apiId"])
        drawn.append(
            replace(
                own,
                parent=draw(st.sampled_from(["", "urn:missing", *(each.urn for each in drawn)])),
                id=draw(st.sampled_from([None, "x", "/a/service/apim/b/orders"])),
                protect=draw(st.booleans()),
                property_dependencies=draw(
                    st.dictionaries(keys, st.just(tuple(each.urn for each in after)), max_size=2)
                ),
            )
        )
    removed = drawn[len(drawn) - draw(st.integers(0, len(drawn))) :] if draw(st.booleans()) else []
    return Graph(
        stack="test",
        project="project",
        resources=tuple(each for each in drawn if each not in removed),
        removed=tuple(removed),
        whole=draw(st.booleans()),
        renewals={URL: {"thumbprint": "CD" * 20, "notAfter": "2026-12-01T00:00:00Z"}} if draw(st.booleans()) else {},
    )


def judged(graph: Graph, environment: Environment) -> list[tuple[Any, ...]]:
    """Everything that a report would show of each finding, in its order."""
    return [
        (*each.identity, each.severity, each.detail, each.resource.name)
        for each in judge(Setup(graph), settings(environment))
    ]


@many
@given(graphs(), st.sampled_from(ENVIRONMENTS))
def test_any_graph_is_judged_and_twice_the_same(graph: Graph, environment: Environment) -> None:
    assert judged(graph, environment) == judged(graph, environment)


@many
@given(graphs(), st.randoms(use_true_random=False))
def test_the_order_of_the_resources_does_not_matter(graph: Graph, chance: random.Random) -> None:
    shuffled = list(graph.resources)
    chance.shuffle(shuffled)
    assert judged(replace(graph, resources=tuple(shuffled)), "production") == judged(graph, "production")


@many
@given(graphs())
def test_every_finding_is_about_a_resource_of_the_graph_and_has_an_identity_of_its_own(graph: Graph) -> None:
    found = judge(Setup(graph), settings())
    assert {each.resource.urn for each in found} <= {each.urn for each in (*graph.resources, *graph.removed)}
    assert len({each.identity for each in found}) == len(found)


@many
@given(graphs())
def test_any_graph_is_read_as_a_set_up_in_whatever_order_it_is_given(graph: Graph) -> None:
    backwards = replace(graph, resources=graph.resources[::-1])
    assert whole(Setup(graph)) == whole(Setup(backwards))


def whole(setup: Setup) -> list[Any]:
    """Everything that a rule can ask of a set-up."""
    entities = [setup.services, setup.certificates, setup.backends, setup.apis, setup.grants, setup.vaults]
    references = [
        (setup.api_of(policy), setup.outer_policies[policy.resource.urn], policy.label, policy.drops_base("inbound"))
        for policy in setup.policies
    ]
    elements = [(each, policy) for policy in setup.policies for each in policy.content.elements]
    presented = [(setup.certificate_of(each, policy), setup.backend_of(each, policy)) for each, policy in elements]
    members = [(each.label, each.host, each.validations, list(setup.members_of(each))) for each in setup.backends]
    owners = [setup.service_of(each.owner) for each in setup.certificates]
    return [entities, setup.policies, references, presented, members, owners]
