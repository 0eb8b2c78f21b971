"""The scanner finds what local Azure's own tokenizer finds, and nothing that it is given makes it fail or slow."""

import re
import sys
from collections.abc import Iterator
from types import FrameType
from typing import Any, Self, SupportsIndex

import pytest
from backend_mtls.errors import PolicyDocumentError
from backend_mtls.policy.document import CertificateReference, bind, unbind
from backend_mtls.policy.expression import expression_end
from backend_mtls.policy.scanner import ScanError, scan
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_documents import grown

from local.azure.policy import PolicySyntaxError
from local.azure.policy import expressions as azure_expressions
from local.azure.policy.tokens import Scanner

BY_ID = CertificateReference(certificate_id="orders")
PIECES = [
    *"<>/='\"@(){}$-!? \n\r\\&;ab*",
    "<!--",
    "-->",
    "<![CDATA[",
    "]]>",
    "</",
    "/>",
    "@(",
    "@{",
    '$"',
    '@"',
    "&lt;",
]
PIECES += ["<policies>", "<inbound>", "</inbound>", "<base />", "backend-mtls: begin", " backend-mtls: end ", "\ufeff"]

Found = list[tuple[str, str, int, int, int, dict[str, str]]]


def ours(document: str) -> Found:
    return [
        (each.kind, each.name, each.start, each.end, each.depth, each.attributes)
        for each in scan(document)
        if each.kind != "declaration"
    ]


def azures(document: str) -> Found:
    """The same of local Azure's tokens, which leave the nesting to its parser."""
    found: Found = []
    depth = 0
    for each in Scanner(document).tokens():
        depth -= each.kind == "end"
        kind = "empty" if each.self_closing else each.kind
        found.append((kind, each.value, each.offset, each.stop, depth, each.attributes))
        depth += kind == "start"
    return found


def as_azure_reads(document: str) -> str:
    return re.sub("\r\n?", "\n", document.lstrip("\ufeff"))


@st.composite
def damaged(draw: st.DrawFn) -> str:
    """A grown document with some of it replaced, repeated or cut out."""
    document = grown(draw(st.binary(min_size=20, max_size=120)))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(document)))
        end = draw(st.integers(start, min(len(document), start + 20)))
        document = document[:start] + "".join(draw(st.lists(st.sampled_from(PIECES), max_size=3))) + document[end:]
    return document


class TestTwoReaders:
    """Written apart, they agree on every tag, comment, text, attribute, position and depth."""

    @given(st.binary(min_size=40, max_size=300).map(grown))
    @settings(max_examples=1_000, deadline=None)
    def test_agree_on_documents(self, document: str) -> None:
        document = as_azure_reads(document)
        assert ours(document) == azures(document)

    @given(damaged())
    @settings(max_examples=1_000, deadline=None)
    def test_agree_on_whatever_azure_can_read(self, document: str) -> None:
        document = as_azure_reads(document)
        try:
            expected = azures(document)
        except PolicySyntaxError:
            return
        try:
            found = ours(document)
        except ScanError as error:  # of nesting, which is not the tokenizer's concern
            assert re.search("is not open|is never closed|second root|outside the root", str(error))  # noqa: PT017
        else:
            assert found == expected

    @given(st.lists(st.sampled_from([*PIECES, "//", "/*", "*/", "''", "'\"'", "{{", "}}", '""'])).map("".join))
    @settings(max_examples=1_000, deadline=None)
    def test_agree_on_where_an_expression_ends(self, code: str) -> None:
        for text in (f"@({code})", f"@{{{code}}}", f'@($"{code}")', f'@($@"{code}")', f'@(@"{code}")', f'@("{code}")'):
            assert expression_end(text, 0) == azure_expressions.end(text, 0)


class TestHostileText:
    """Whatever is given, binding answers with a document or with a `PolicyDocumentError`."""

    @given(st.one_of(st.text(), st.lists(st.sampled_from(PIECES)).map("".join), damaged()))
    @settings(max_examples=1_000, deadline=None)
    def test_is_bound_or_refused(self, document: str) -> None:
        try:
            before = unbind(document)
            bound = bind(document, certificate=BY_ID, backend_id="orders", existing="replace")
        except PolicyDocumentError:
            return
        assert unbind(bound) == before
        assert bind(bound, certificate=BY_ID, backend_id="orders", existing="replace") == bound


class Counted(str):
    """A text that counts how many of its characters are looked at by searching and cutting."""

    __slots__ = ("looked_at",)

    def __new__(cls, text: str) -> Self:
        counted = super().__new__(cls, text)
        counted.looked_at = 0
        return counted

    def find(self, sub: str, start: Any = None, end: Any = None, /) -> int:
        found = super().find(sub, start, end)
        self.looked_at += (len(self) if found < 0 else found) - (start or 0)
        return found

    def __getitem__(self, key: SupportsIndex | slice, /) -> str:
        part = super().__getitem__(key)
        self.looked_at += len(part)
        return part


def work(document: str) -> int:
    """Steps of the interpreter in the policy modules, and characters looked at."""
    steps = 0

    def step(frame: FrameType, event: str, argument: Any) -> Any:  # noqa: ARG001  the signature of a trace function
        nonlocal steps
        if "policy_" not in frame.f_code.co_filename:
            return None
        steps += 1
        return step

    text = Counted(document)
    before = sys.gettrace()
    sys.settrace(step)
    try:
        bind(text, certificate=BY_ID, backend_id="orders", existing="replace")
    except PolicyDocumentError:
        pass
    finally:
        sys.settrace(before)
    return steps + text.looked_at


def hostile() -> Iterator[tuple[str, str, str]]:
    """What is repeated, and what stands in front of and behind it."""
    for piece in ("<", "@(", '"', "'", "&", "<a>", "<a/>", "<!---->", "@{", "x", " ", "<![CDATA[]]>", "<?a?>", "-"):
        yield piece, "", ""
        yield piece, "<policies><inbound>", "</inbound></policies>"
    for piece in ("@(", '$"{', '"\\"', "/*", "(", "'a'", "{", "//", '@"', '""', "\\", "$"):
        yield piece, "<policies><inbound a='@(", ")'/></policies>"
        yield piece, '<policies><inbound><value>@{"', "}</value></inbound></policies>"
    for piece in (" b", "b=", " ", "'", "\n"):
        yield piece, "<policies><inbound", "/></policies>"
    for piece in (
        "<a b='@('/>",
        "<a b='@(1)' c='&lt;' d='&' e='<'/>",
        "<a>@(1)</a>",
        "<choose><authentication-certificate body='-'/>",
        "<authentication-certificate body='--'/>",
        "<!-- backend-mtls: begin -->",
        "<!-- backend-mtls: begin --><!-- backend-mtls: end -->",
        " x <!-- backend-mtls: begin --> <!-- backend-mtls: end --> x ",
        "<!-- backend-mtls: replaced <set-backend-service/> -->",
    ):
        yield piece, "<policies><inbound>", "</inbound></policies>"


@pytest.mark.parametrize(("piece", "before", "after"), list(hostile()))
def test_the_work_grows_with_the_length(piece: str, before: str, after: str) -> None:
    # twice the text may cost twice the work, and some more for what does not depend on it; a quadratic step costs four
    # times as much. What a regular expression looks at is not counted: each begins where the one before it ended.
    once, twice = (work(before + piece * count + after) for count in (400, 800))
    assert twice <= 2.3 * once + 2_000
