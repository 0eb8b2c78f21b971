"""Whatever policy document is given, binding changes nothing but what it owns, and can be taken back.

CI grows 1,000 documents with hypothesis and 10,000 from a seeded random source, by the same grammar. To grow more:

    POLICY_DOCUMENTS=1000000 POLICY_SEED=7 python -m pytest tests/components/policy/test_properties.py -k seeded
"""

import os
import random
import re
from itertools import product
from typing import Literal

import pytest
from backend_mtls.errors import PolicyDocumentError
from backend_mtls.policy.document import DEFAULT, CertificateReference, bind, unbind
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_documents import grown

from local.azure import policy

SAME = CertificateReference(certificate_id="orders")
"""Said by some of the grown documents."""
OTHER = CertificateReference(thumbprint="A" * 40)
"""Said by none."""
DOCUMENTS = int(os.environ.get("POLICY_DOCUMENTS", "10000"))
SEED = int(os.environ.get("POLICY_SEED", "1"))
LENGTHS = (10, 20, 40, 80, 160)

Choice = tuple[CertificateReference, str | None, Literal["refuse", "replace"]]
CHOICES: list[Choice] = [
    (SAME, "orders", "refuse"),
    (SAME, None, "replace"),
    (OTHER, None, "refuse"),
    (OTHER, "other", "replace"),
]
PAIRS = list(product(CHOICES, repeat=2))


def outcome(document: str, choice: Choice) -> str | None:
    """The bound document, or None when it is refused."""
    certificate, backend_id, existing = choice
    try:
        return bind(document, certificate=certificate, backend_id=backend_id, existing=existing)
    except PolicyDocumentError:
        return None


def as_it_was(bound: str) -> str:
    """The document without what binding `OTHER` has written, by cutting the text and nothing else."""
    bound = re.sub(
        r"<!-- backend-mtls: replaced (<(?:authentication-certificate|set-backend-service).*?) -->",
        lambda found: found[1].replace("&#45;", "-").replace("&amp;", "&"),
        bound,
        flags=re.DOTALL,
    )
    at = bound.find(OTHER.element)
    if at < 0:
        return bound
    before, _, marker = bound[:at].rpartition("<!-- backend-mtls: begin")
    after = bound[at:].partition("<!-- backend-mtls: end -->")[2]
    original = re.match(r" replacing (.*?) -->", marker, re.DOTALL)
    if original is None:
        return before.rstrip() + after
    return before[: before.rindex("<")] + original[1] + after[after.index(">") + 1 :]


def refused(document: str) -> bool:
    """Whether Azure would refuse the document."""
    try:
        return bool(policy.problems(policy.parse(document)))
    except policy.PolicySyntaxError:
        return True


def check(document: str, first: Choice, then: Choice) -> None:
    """Every property, of one document that is bound, and bound again."""
    bound = outcome(document, first)
    if bound is None:
        return
    assert unbind(bound) == document
    assert outcome(bound, then) == (bound if then is first else outcome(document, then))
    if first[0] is OTHER:
        assert OTHER.element in bound
        assert as_it_was(bound) == document
    if not refused(document):
        assert not refused(bound)


@given(st.binary(min_size=40, max_size=300), st.sampled_from(PAIRS))
@settings(max_examples=1_000, deadline=None)
def test_binding_is_idempotent_reversible_and_changes_nothing_else(source: bytes, pair: tuple[Choice, Choice]) -> None:
    check(grown(source), *pair)


def test_so_it_is_for_documents_from_a_seeded_source() -> None:
    source = random.Random(SEED)  # noqa: S311  reproducible, not secret
    for number in range(DOCUMENTS):
        document = grown(source.randbytes(source.choice(LENGTHS)))
        try:
            check(document, *source.choice(PAIRS))
        except Exception as error:
            raise AssertionError(f"document {number} of seed {SEED}: {document!r}") from error


@pytest.mark.parametrize("document", ["<policies/>", "<policies>\r</policies>", DEFAULT, f"\ufeff{DEFAULT}"])
@pytest.mark.parametrize("pair", PAIRS)
def test_so_it_is_for_documents_without_anything(document: str, pair: tuple[Choice, Choice]) -> None:
    check(document, *pair)
