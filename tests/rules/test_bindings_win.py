"""A bound document does what it says: by the evaluation, and in the calls through the gateway.

Random policies of an API, and of the service around it, as `test_evaluation_and_gateway.py` grows them.
"""

import itertools
import os
import re
from collections.abc import Iterator

import pytest
from backend_mtls.errors import PolicyDocumentError
from backend_mtls.policy import precedence
from backend_mtls.policy.document import DEFAULT, CertificateReference, bind
from backend_mtls.policy.outline import CONTAINERS, outline, tokens_of
from conftest import LocalAzure
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from policy_programs import Programs, grown
from program_gateway import KEYS, Gateway, started
from rule_policies import fragment
from rule_resources import api, api_policy, entity, service

from rules.evaluation import at
from rules.graph import Graph
from rules.outcome import Choice, Outcome
from rules.setup import Setup

EXAMPLES = int(os.environ.get("EVALUATION_EXAMPLES", "30"))
BOUND = CertificateReference(certificate_id="a")
CERTIFICATE = Choice("certificate-id", "a")
"""`bind` does not know that a thumbprint names the same one."""
BACKEND = Choice("backend-id", "one")
FORWARD = "<backend><forward-request /></backend>"
FORWARDS = f"<policies><inbound />{FORWARD}</policies>"
SOURCES = st.binary(min_size=60, max_size=400)


def bound(document: str) -> str:
    return bind(document, certificate=BOUND, backend_id="one", existing="replace")


def has_branches(document: str) -> bool:
    """Whether something but the binding, and what says the same, may decide about a call."""
    decides = CONTAINERS | {"include-fragment"}
    backend = any(each.section == "backend" for each in outline(document).owned)
    return backend or any(each.is_tag and each.name in decides for each in tokens_of(document))


def outcomes(programs: Programs) -> list[Outcome]:
    """What the evaluation says of the calls of the API."""
    found = [service(), api("programs"), api_policy("programs", value=programs.documents["api"])]
    found += [fragment(name, value=text) for name, text in programs.fragments.items()]
    found.append(entity("Policy", "global", policyId="policy", value=programs.documents["service"]))
    setup = Setup(Graph(stack="test", project="project", resources=tuple(found)))
    return list(at(setup, ("apim", "api", "programs"), "programs").outcomes)


def is_bound(outcome: Outcome) -> bool:
    return outcome.presented.says_the_same(CERTIFICATE) and outcome.routed.says_the_same(BACKEND)


def is_seen_into(document: str) -> bool:
    """Whether nothing of it is decided outside of it, in a branch: by an outer scope or a fragment."""
    tags = [each for each in tokens_of(document) if each.is_tag]
    return not any(each.name == "include-fragment" or (each.name == "base" and each.depth > 2) for each in tags)


def bound_in(document: str, outer: Programs) -> Programs:
    """The bound document of an API, within a service whose policy only forwards what it gets."""
    text = outer.documents.get("service", FORWARDS)
    inbound = re.sub(r"<backend\s*/>|<backend>.*?</backend>", "", text, flags=re.DOTALL)
    around = inbound.replace("<policies>", f"<policies>{FORWARD}", 1)
    return Programs({"service": around, "api": bound(document)}, outer.fragments)


@given(SOURCES)
@settings(max_examples=2_000, deadline=None, suppress_health_check=list(HealthCheck))
def test_a_document_is_bound_if_and_only_if_some_call_gets_to_what_is_bound(source: bytes) -> None:
    document = grown(source).documents.get("api", DEFAULT)
    assume(is_seen_into(document) and "retry" not in document)
    around = Programs({"service": FORWARDS, "api": document}, {})
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(precedence, "overriding", lambda *_: None)
        try:
            anyway = bound(document)
        except PolicyDocumentError:  # for another reason
            assume(False)
    found = [each for each in outcomes(Programs(around.documents | {"api": anyway}, {})) if not each.ended]
    presented = any(each.presented.says_the_same(CERTIFICATE) for each in found)
    routed = any(each.routed.says_the_same(BACKEND) for each in found)
    try:
        assert bound(document) == anyway
        refused = ""
    except PolicyDocumentError as error:
        refused = str(error)
    if refused:
        assert "has the last word on every call" in refused
        assert not (presented and routed), (document, refused)
    else:
        assert not found or (presented and routed), document


@given(SOURCES, SOURCES)
@settings(max_examples=1_000, deadline=None, suppress_health_check=list(HealthCheck))
def test_without_branches_every_call_presents_it_to_the_backend(source: bytes, around: bytes) -> None:
    document = grown(source).documents.get("api", DEFAULT)
    assume(not has_branches(document))
    programs = bound_in(document, grown(around))
    found = outcomes(programs)
    assert all(is_bound(each) or each.ended for each in found), programs


@pytest.fixture(scope="module")
def gateway(local_azure: LocalAzure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with started(local_azure, tmp_path_factory.mktemp("bindings"), "bindings") as made:
        yield made


@pytest.mark.end_to_end
def test_so_it_does_through_the_gateway(gateway: Gateway) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(SOURCES, SOURCES)
    def called(source: bytes, around: bytes) -> None:
        document = grown(source).documents.get("api", DEFAULT)
        assume(not has_branches(document))
        programs = bound_in(document, grown(around))
        gateway.deploy(programs)
        for size in range(len(programs.headers) + 1):
            for headers in map(frozenset, itertools.combinations(programs.headers, size)):
                for key in KEYS.values():
                    happened = gateway.call(key, headers)
                    assert set(happened.attempts) <= {("a", "one")}, (happened, programs)
                    seen.append(bool(happened.attempts))

    seen: list[bool] = []
    called()
    assert any(seen)
