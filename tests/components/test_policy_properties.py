"""Whatever policy document is given, binding changes nothing but what it owns, and can be taken back.

CI grows 2,000 documents with hypothesis and 10,000 from a seeded random source, by the same grammar. To grow more:

    POLICY_DOCUMENTS=1000000 POLICY_SEED=7 python -m pytest tests/components/test_policy_properties.py -k seeded
"""

import os
import random
import re
from itertools import product
from typing import Literal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from policy_documents import grown

from components.errors import PolicyDocumentError
from components.policy_document import DEFAULT, CertificateReference, bind, unbind
from local.azure import policy

SAME = CertificateReference(certificate_id="orders")
"""Said by some of the grown documents."""
OTHER = CertificateReference(thumbprint="A" * 40)
"""Said by none."""
DOCUMENTS = int(os.environ.get("POLICY_DOCUMENTS", "10000"))
SEED = int(os.environ.get("POLICY_SEED", "1"))
LENGTHS = (10, 40, 80, 160, 320)

Existing = Literal["refuse", "replace"]


def outcome(document: str, certificate: CertificateReference, backend_id: str | None, existing: Existing) -> str | None:
    """The bound document, or None when it is refused."""
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


def check(document: str) -> None:
    """Every property, of one document."""
    choices: list[tuple[CertificateReference, str | None, Existing]] = [
        (SAME, "orders", "refuse"),
        (OTHER, None, "refuse"),
        (OTHER, "other", "replace"),
    ]
    bound = [outcome(document, *choice) for choice in choices]
    for (choice, text), (other, expected) in product(zip(choices, bound, strict=True), repeat=2):
        if text is None:
            continue
        if choice == other:
            assert unbind(text) == document
        assert outcome(text, *other) == expected
    for text in bound[1:]:
        assert text is None or as_it_was(text) == document
    assert bound[2] is None or "AAAA" in bound[2]
    if not refused(document):
        assert not any(refused(text) for text in bound if text is not None)


@given(st.binary(min_size=40, max_size=300))
@example(b"")
@settings(max_examples=2_000, deadline=None)
def test_binding_is_idempotent_reversible_and_changes_nothing_else(source: bytes) -> None:
    check(grown(source))


def test_so_it_is_for_documents_from_a_seeded_source() -> None:
    source = random.Random(SEED)  # noqa: S311  reproducible, not secret
    for number in range(DOCUMENTS):
        document = grown(source.randbytes(source.choice(LENGTHS)))
        try:
            check(document)
        except Exception as error:
            raise AssertionError(f"document {number} of seed {SEED}: {document!r}") from error


@pytest.mark.parametrize("document", ["<policies/>", "<policies>\r</policies>", DEFAULT, f"\ufeff{DEFAULT}"])
def test_so_it_is_for_documents_without_anything(document: str) -> None:
    check(document)
