"""A policy that Azure wrote anew is the same policy; one with any edit is not."""

import random
import re

import pytest
from backend_mtls.errors import PolicyDocumentError
from backend_mtls.policy.document import DEFAULT
from backend_mtls.policy.meaning import same_meaning
from backend_mtls.policy.scanner import Token, scan
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_documents import grown

from local.azure import policy
from local.azure.policy.parser import Node, nodes
from local.azure.policy.tokens import Token as Piece

DOCUMENTS = st.binary(min_size=20, max_size=160).map(grown)


def within(policies: str) -> str:
    return f"<policies><inbound>{policies}</inbound></policies>"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<base />", "\r\n  <base></base>\t"),
        ("<a b='1' c='2' />", '<a\nc="2" b="&#49;"/>'),
        ("<a b='@(x < \"y\" && z)' />", '<a b="@(x &lt; &quot;y&quot; &amp;&amp; z)" />'),
        ('<a b="@{\r\n\treturn 1;\r\n}" />', '<a b="@{&#xA;&#x9;return 1;&#xA;}" />'),
        ("<value>@(a > b)</value>", "<value><![CDATA[@(a ]]>&gt; b)</value>"),
        ("<value>\r\n</value>", "<value />"),
        ("<!-- a\r\nb --><base />", "\n<!-- a\nb -->\n<base />"),
        ("<a id='generated' />", "<a />"),
        (
            "<choose><when condition='x'><a id='1' /></when></choose>",
            "<choose id='x'><when condition='x'><a id='2'/></when></choose>",
        ),
        ("<set-body><a b='1'/> <c/></set-body>", '<set-body><a b="1"></a> <c /></set-body>'),
    ],
)
def test_what_only_a_writer_chooses_does_not_count(one: str, other: str) -> None:
    assert same_meaning(within(one), f'\ufeff<?xml version="1.0"?>\n{within(other)}\n')


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("<a b='1' />", "<a b=' 1' />"),
        ("<a b='@(x &amp;&amp; y)' />", "<a b='@(x  &amp;&amp; y)' />"),
        ("<value>a b</value>", "<value>a  b</value>"),
        ("<a><key id='1' /></a>", "<a><key /></a>"),
        (
            "<choose><when condition='x'><a><key id='1' /></a></when></choose>",
            "<choose><when condition='x'><a><key /></a></when></choose>",
        ),
        ("<set-body><a id='1'/></set-body>", "<set-body><a id='2'/></set-body>"),
        ("<value>a</value>", "<value>a </value>"),
        ("<value>a<b/> </value>", "<value>a<b/></value>"),
        ("<value>a<b> </b></value>", "<value>a<b/></value>"),
        ("<value><![CDATA[ ]]></value>", "<value/>"),
        ("<set-body><a/> <c/></set-body>", "<set-body><a/><c/></set-body>"),
        ("<!-- a --><base />", "<base />"),
        ("<!-- a -->", "<!-- b -->"),
        ("<a/><b/>", "<b/><a/>"),
        ("<a><b/></a>", "<a/><b/>"),
        ("<a b='A' />", "<a b='a' />"),
        ("<a b='@(\"x\")' />", "<a b='@(&amp;quot;x&amp;quot;)' />"),
    ],
)
def test_everything_else_does(one: str, other: str) -> None:
    assert not same_meaning(within(one), within(other))


@pytest.mark.parametrize("unreadable", ["<policies>", "<fragment />", ""])
def test_what_cannot_be_read_is_an_error(unreadable: str) -> None:
    for pair in ((DEFAULT, unreadable), (unreadable, DEFAULT)):
        with pytest.raises(PolicyDocumentError):
            same_meaning(*pair)


@given(DOCUMENTS)
@settings(max_examples=700, deadline=None)
def test_what_azure_gives_back_is_the_same(document: str) -> None:
    assert same_meaning(document, policy.serialise(document, "xml"))
    assert same_meaning(document, policy.serialise(document, "rawxml"))


class Writer:
    """Writes a document as somebody else might."""

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)  # noqa: S311  reproducible, not secret

    def document(self, document: str) -> str:
        before = self.random.choice(["", "\ufeff", "<?xml version='1.0'?>"])
        return before + "".join(self.space() + self.item(each, keep=False) for each in nodes(document))

    def space(self) -> str:
        return self.random.choice(["", " ", "\r\n\t", "\n"])

    def escaped(self, text: str) -> str:
        must = "<>&\"'@\t\n\r"
        return "".join(f"&#{ord(c)};" if c in must or self.random.random() < 0.2 else c for c in text)

    def item(self, item: Node | Piece, *, keep: bool) -> str:
        if isinstance(item, Piece):
            blank = item.kind == "text" and not item.value.strip(" \t\r\n")
            if item.kind == "comment":
                return f"<!--{item.value}-->"
            return self.space() if blank and not keep else self.escaped(item.value)
        attributes = list(item.tag.attributes.items())
        self.random.shuffle(attributes)
        quote = self.random.choice("'\"")
        written = "".join(f"{self.space()} {name} = {quote}{self.escaped(text)}{quote}" for name, text in attributes)
        keep = keep or bool(item.text)
        inside = "".join(self.item(each, keep=keep) for each in item.content)
        if not inside and self.random.random() < 0.5:
            return f"<{item.tag.value}{written}{self.space()}/>"
        return f"<{item.tag.value}{written}{self.space()}>{inside}</{item.tag.value}{self.space()}>"


@given(DOCUMENTS, st.integers(0, 2**32))
@settings(max_examples=700, deadline=None)
def test_so_is_what_somebody_else_writes(document: str, seed: int) -> None:
    written = Writer(seed).document(document)
    assert same_meaning(document, written)
    assert same_meaning(written, document)


def edits(document: str, token: Token) -> list[str]:
    """The document with one edit that its author means, each of which is possible at this token."""
    before, text, after = document[: token.start], document[token.start : token.end], document[token.end :]
    named = 1 + len(token.name)
    edited: list[str] = []
    if token.is_tag:
        edited.append(f"{text[:named]} added=''{text[named:]}")
        openings = [each for each in ("'@(", '"@(', "'@{", '"@{') if each in text]
        edited += [text.replace(each, f"{each} ", 1) for each in openings]
    if token.kind == "empty" and token.depth:
        edited += ["", text * 2, f"<renamed{text[named:]}"]
    if token.kind == "start":
        edited.append(f"{text}<cors />")
    if token.kind == "end":
        edited += [f"<cors />{text}", f"<!---->{text}"]
    if token.kind == "comment":
        edited += ["", f"{text[:-3]}x-->"]
    if token.kind == "cdata":
        edited.append(f"{text[:-3]}x]]>")
    if token.kind == "text" and not token.is_blank:
        edited += [f"{text} ", f"a{text}" if "@" not in text else re.sub(r"@([({])", r"@\1 ", text, count=1)]
    return [f"{before}{each}{after}" for each in edited]


@given(DOCUMENTS, st.data())
@settings(max_examples=700, deadline=None)
def test_any_edit_is_another_policy(document: str, data: st.DataObject) -> None:
    possible = [each for each in scan(document) if each.kind != "declaration" and not each.is_blank]
    for edited in edits(document, data.draw(st.sampled_from(possible))):
        assert not same_meaning(document, edited), edited
