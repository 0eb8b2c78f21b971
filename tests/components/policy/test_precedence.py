"""What every call meets behind the binding is refused; what only some calls meet stays, and what says the same."""

import pytest
from backend_mtls.errors import PolicyDocumentError
from backend_mtls.policy.document import CertificateReference, bind, unbind

BY_ID = CertificateReference(certificate_id="orders")
CERTIFICATE = '<authentication-certificate certificate-id="orders" />'
FOREIGN = '<authentication-certificate certificate-id="other" />'
SAME, OTHER = '<set-backend-service backend-id="Orders" id="x" />', '<set-backend-service base-url="https://other" />'
FORWARD = "<forward-request />"


def choose(*branches: str, otherwise: str | None = None, condition: str = "@(a &lt; b)") -> str:
    whens = "".join(f'<when condition="{condition}">{each}</when>' for each in branches)
    return f"<choose>{whens}{'' if otherwise is None else f'<otherwise>{otherwise}</otherwise>'}</choose>"


def limited(content: str) -> str:
    return f'<limit-concurrency key="a" max-count="2">{content}</limit-concurrency>'


def retried(content: str) -> str:
    return f'<retry condition="@(a)" count="2" interval="1">{content}</retry>'


def waiting(how: str, *content: str) -> str:
    return f'<wait for="{how}">{"".join(content)}</wait>'


def document(inbound: str = "", backend: str | None = "<base />") -> str:
    section = "" if backend is None else f"<backend>{backend}</backend>"
    return f"<policies>{section}<inbound><base />{inbound}</inbound></policies>"


ELSEWHERE_FOR_EVERY_CALL = [
    OTHER,
    '<set-backend-service backend-id="other" />',
    '<set-backend-service backend-id="@(a)" />',
    '<set-backend-service backend-id="orders" sf-partition-key="a" />',
    retried(OTHER + FORWARD),
    retried(OTHER),
    limited(OTHER + FORWARD),
    limited(SAME + OTHER + FORWARD),
    waiting("all", SAME, OTHER),
    choose(OTHER, otherwise=OTHER),
    choose(OTHER, OTHER, otherwise=OTHER + FORWARD),
    choose(OTHER + FORWARD, otherwise=limited(OTHER + FORWARD)),
    choose(OTHER, condition="true"),
    choose(OTHER, condition="@( true )", otherwise=SAME),
    choose(SAME, condition="false", otherwise=OTHER),
    choose("<return-response />", otherwise=OTHER + FORWARD),
    limited(choose(OTHER, otherwise=OTHER) + FORWARD),
    limited(OTHER + "<base />"),
    limited(OTHER + FORWARD + SAME),
]
FOR_SOME_CALLS_ONLY = [
    None,
    "",
    "<base />",
    FORWARD,
    SAME,
    '<include-fragment fragment-id="f" />',
    limited(OTHER + '<include-fragment fragment-id="f" />'),
    limited(OTHER + SAME + FORWARD),
    retried(choose(OTHER) + FORWARD),
    retried(FORWARD + OTHER),
    choose(OTHER + FORWARD, otherwise=FORWARD),
    choose(OTHER, OTHER),
    choose(OTHER, SAME, otherwise=OTHER),
    choose(OTHER, condition="@(false)"),
    choose(SAME, condition="true", otherwise=OTHER),
    waiting("any", OTHER),
    "<return-response />",
    "<send-request>" + OTHER + "</send-request>",
    f"<!-- {OTHER} -->",
    choose(),
    "<choose />",
]


@pytest.mark.parametrize("backend", ELSEWHERE_FOR_EVERY_CALL)
def test_a_backend_section_that_sends_every_call_elsewhere_is_refused(backend: str) -> None:
    with pytest.raises(PolicyDocumentError, match="in <backend> has the last word on every call"):
        bind(document(backend=backend), certificate=BY_ID, backend_id="orders")
    with pytest.raises(PolicyDocumentError, match="in <backend> has the last word on every call"):
        bind(document(backend=backend), certificate=BY_ID, backend_id="orders", existing="replace")


@pytest.mark.parametrize("backend", FOR_SOME_CALLS_ONLY)
def test_one_that_leaves_calls_to_what_is_bound_is_not(backend: str | None) -> None:
    given = document(backend=backend)
    bound = bind(given, certificate=BY_ID, backend_id="orders")
    assert CERTIFICATE in bound
    assert unbind(bound) == given


@pytest.mark.parametrize("backend", ELSEWHERE_FOR_EVERY_CALL)
def test_without_a_backend_the_calls_go_where_the_document_sends_them(backend: str) -> None:
    assert CERTIFICATE in bind(document(backend=backend), certificate=BY_ID)


CONTAINERS = [each for each in ELSEWHERE_FOR_EVERY_CALL if each.endswith(("ncy>", "ose>", "try>"))]
NOT_IN_INBOUND = (FORWARD + SAME, OTHER + "<base />")
"""Where nothing is sent before all of it has run, and an outer scope may decide anew."""


@pytest.mark.parametrize("sections", [one for one in CONTAINERS if not any(each in one for each in NOT_IN_INBOUND)])
def test_so_it_is_in_inbound_behind_the_binding(sections: str) -> None:
    inside = sections.replace(FORWARD, "<cors />")
    with pytest.raises(PolicyDocumentError, match="<set-backend-service> in <inbound> has the last word on every call"):
        bind(document(inside), certificate=BY_ID, backend_id="orders")
    presented = inside.replace(OTHER, FOREIGN).replace(SAME, CERTIFICATE)
    with pytest.raises(PolicyDocumentError, match="<authentication-certificate> in <inbound> has the last word"):
        bind(document(presented), certificate=BY_ID, backend_id="orders")


@pytest.mark.parametrize(
    "inbound",
    [
        choose(FOREIGN),
        choose(FOREIGN, otherwise=CERTIFICATE),
        limited(FOREIGN + CERTIFICATE),
        limited(FOREIGN) + CERTIFICATE,
        limited(FOREIGN) + '<include-fragment fragment-id="f" />',
        choose("<return-response />", otherwise="<mock-response />") + limited(FOREIGN),
        waiting("any", FOREIGN),
    ],
)
def test_a_certificate_for_some_calls_stays(inbound: str) -> None:
    assert unbind(bind(document(inbound), certificate=BY_ID, backend_id="orders")) == document(inbound)


def test_what_is_replaced_has_no_word() -> None:
    given = document(limited(FOREIGN) + FOREIGN)
    with pytest.raises(PolicyDocumentError, match="<authentication-certificate> in <inbound> has the last word"):
        bind(given, certificate=BY_ID, existing="replace")
    given = document(choose(FOREIGN) + FOREIGN)
    assert unbind(bind(given, certificate=BY_ID, existing="replace")) == given


def test_the_sections_run_in_their_order_wherever_they_stand() -> None:
    routed = (
        f"<policies><backend>{limited(SAME + FORWARD)}</backend><inbound><base />{limited(OTHER)}</inbound></policies>"
    )
    assert bind(routed, certificate=BY_ID, backend_id="orders")
    with pytest.raises(PolicyDocumentError, match="in <inbound> has the last word"):
        bind(routed.replace(limited(SAME + FORWARD), FORWARD), certificate=BY_ID, backend_id="orders")
