"""The look at the words says what reading the documents says."""

import pytest
from backend_mtls.errors import PolicyDocumentError
from backend_mtls.policy.document import CertificateReference, bind
from backend_mtls.policy.meaning import same_meaning
from hypothesis import given
from hypothesis import strategies as st
from policy_documents import grown

from review.likeness import alike, alike_without_binding

DOCUMENTS = st.binary(min_size=40, max_size=200).map(grown)
ONE = "<policies><inbound><base /><set-body>a b</set-body></inbound></policies>"


@given(DOCUMENTS, DOCUMENTS)
def test_two_documents_are_alike_when_they_mean_the_same(a: str, b: str) -> None:
    for one, other in (
        (a, b),
        (a, a.replace("\n", "\r\n")),
        (a, a + "\n"),
        (b, b.replace("<base />", "<base></base>")),
    ):
        try:
            expected = same_meaning(one, other)
        except PolicyDocumentError:
            expected = one == other
        assert alike(one, other) == expected


@given(DOCUMENTS)
def test_another_certificate_is_no_change_of_the_users_own_text(document: str) -> None:
    try:
        bound = [bind(document, certificate=CertificateReference(certificate_id=each)) for each in ("one", "two")]
    except PolicyDocumentError:
        return
    assert alike_without_binding(*bound)


@pytest.mark.parametrize("other", [ONE.replace("a b", "a  b"), ONE.replace("a b", "b a"), ONE.replace("<base />", "")])
def test_what_makes_a_difference_is_not_alike(other: str) -> None:
    assert not alike(ONE, other)
    assert not alike_without_binding(ONE, other)


@pytest.mark.parametrize(
    "other", [ONE.replace("a b", "a&#32;b"), ONE.replace("a b", "<![CDATA[a b]]>"), f"<?xml?>{ONE}"]
)
def test_what_is_only_written_otherwise_is_alike(other: str) -> None:
    assert alike(ONE, other)
