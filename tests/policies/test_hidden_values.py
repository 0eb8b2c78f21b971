"""What is unknown is taken to be right; what is secret comes in plain text here, and leaves in no message."""

import pytest
from policy_pack import SECRET_VALUE, PolicyPack, analyzed, struct
from rule_resources import backend, entity, pfx_certificate, resource

from policies import resources
from rules.certificate import read
from rules.graph import SECRET, UNKNOWN, Graph, Resource

OFF = {"validateCertificateChain": False}
SENTINELS = {
    "text": "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "truth value": "1c4a061d-8072-4f0a-a4cb-0ff528b18fe7",
    "number": "3eeb2bf0-c639-47a8-9e75-3b44932eb421",
    "list": "6a19a0b0-7e62-4c92-b797-7f8e31da9cc2",
    "object": "dd056dcd-154b-4c76-9bd3-c8f88648b5ff",
}


def graph(*given: Resource) -> Graph:
    listed = [analyzed(each, each.outputs) for each in given]
    inputs = {each.urn: resources.values(struct(each.inputs)) for each in given}
    return resources.graph(listed, inputs, stack="test", project="project")


@pytest.mark.parametrize("sentinel", SENTINELS.values(), ids=SENTINELS)
def test_what_is_known_only_after_the_deployment_is_no_violation(pack: PolicyPack, sentinel: str) -> None:
    assert resources.values(struct({"tls": sentinel})) == {"tls": UNKNOWN}
    assert pack.judge(entity("Backend", backendId="orders", url=sentinel, tls=sentinel)) == []
    assert pack.judge(backend(tls={"validateCertificateChain": sentinel})) == []


def test_a_secret_is_in_no_message(pack: PolicyPack) -> None:
    hidden = {"description": SECRET, "url": SECRET, "credentials": {"header": {"key": [SECRET]}}}
    found = pack.judge(
        backend("legacy", tls=OFF, **hidden), pfx_certificate(data="[secret]"), backend("other", backendId=SECRET)
    )
    assert {each.policyName for each in found} == {"chain-validation-off", "inline-pfx", "certificate-unused"}
    assert SECRET_VALUE not in str(found)


def test_settings_that_are_a_secret_are_not_repeated(pack: PolicyPack) -> None:
    pack.stack({"environment": SECRET_VALUE}, secret=True)
    (found,) = pack.judge()
    assert "review: got a secret, allowed: plain text" in found.message
    assert SECRET_VALUE not in str(found)


def test_a_pfx_that_is_a_secret_is_told_from_one_in_plain_text() -> None:
    secret, plain = pfx_certificate("secret"), pfx_certificate("plain", data="cGxhaW4=", password="plain")
    both = graph(secret, plain)
    known = {each.name: read(both, each).plain_key_material for each in both.resources}
    assert known == {"secret": (), "plain": ("data", "password")}


def test_marks_and_numbers_are_what_the_rules_expect() -> None:
    sent = {"a": [1, 2.5, True, None, "x", SECRET, UNKNOWN], "b": {"c": SECRET}}
    assert resources.values(struct(sent)) == sent
    assert type(resources.values(struct({"capacity": 1}))["capacity"]) is int


def test_the_graph_keeps_parents_dependencies_and_protection() -> None:
    parent = resource("backend-mtls:index:MtlsBackend", "parent", serverCertificate={"subject": "CN=b"})
    first = backend("first")
    given = Resource(
        urn="urn:pulumi:test::project::azure-native:apimanagement/v20240501:Backend::second",
        type="azure-native:apimanagement/v20240501:Backend",
        name="second",
        inputs={"backendId": "second"},
        outputs={"url": "https://second.example.com"},
        parent=parent.urn,
        dependencies=frozenset({first.urn}),
        property_dependencies={"serviceName": (first.urn,)},
        protect=True,
    )
    found = graph(parent, first, given).find(given.urn)
    assert found
    assert found.type == "azure-native:apimanagement:Backend"
    assert (found.inputs, found.outputs) == (given.inputs, given.outputs)
    assert (found.parent, found.protect) == (parent.urn, True)
    assert (found.dependencies, found.property_dependencies) == (given.dependencies, given.property_dependencies)
