"""Every reason to refuse a policy document, with its whole text."""

import pytest
from backend_mtls.errors import PolicyDocumentError
from backend_mtls.policy.document import DEFAULT, CertificateReference, bind, unbind

BY_ID = CertificateReference(certificate_id="orders")

READABLE = "balanced tags; attributes and texts that are literal or, as a whole, one complete C# expression"
CORRECT = "correct the document at this place; a literal '@(' is written '&#64;('"
MARKED = (
    "<!-- backend-mtls: begin --> … <!-- backend-mtls: end --> as they were written, with nothing else between them"
)
RESTORE = "restore the comments, or remove them with what they mark and bind again"


def text(what: str, line: int, column: int, got: str, allowed: str, fix: str) -> str:
    where = f"policy document, line {line}, column {column}"
    return f"{what}\n    where:   {where}\n    got:     {got}\n    allowed: {allowed}\n    fix:     {fix}"


def refusal(document: str) -> str:
    with pytest.raises(PolicyDocumentError) as caught:
        bind(document, certificate=BY_ID, backend_id="orders")
    return str(caught.value)


@pytest.mark.parametrize(
    ("document", "what", "line", "column", "got"),
    [
        (
            "<policies>\r<inbound>\r\n</policies>",
            "</policies> closes an element that is not open",
            3,
            1,
            "</policies>",
        ),
        ("<policies>\n", "<policies> is never closed", 2, 1, "the end of the document"),
        ("<policies/><policies/>", "there is a second root element", 1, 12, "<policies/>"),
        ("<policies/>text", "there is text outside the root element", 1, 12, "text"),
        ("<![CDATA[]]><policies/>", "there is text outside the root element", 1, 1, "<![CDATA[]]><policies/>"),
        ("<!DOCTYPE a><policies/>", "a document type declaration is not allowed", 1, 1, "<!DOCTYPE a><policies/>"),
        ("<policies></ policies>", "the end tag is malformed", 1, 11, "</ policies>"),
        ("<policies>< inbound/>", "'<' starts no tag", 1, 11, "< inbound/>"),
        ("<policies a='1'b='2'/>", "the tag <policies> is malformed", 1, 16, "b='2'/>"),
        ("<policies a='1' a='2'/>", "the attribute 'a' is given twice", 1, 17, "a='2'/>"),
        ("<policies><!-- </policies>", "'-->' is missing", 1, 15, "</policies>"),
        ('<policies a="1/>', "'\"' is missing", 1, 14, "1/>"),
        ("<!-- a -- b --><policies/>", "a comment holds '--'", 1, 8, "-- b --><policies/>"),
        ("<policies><!-- a ---></policies>", "a comment holds '--'", 1, 18, "---></policies>"),
        ("<policies a='@(f(1)'/>", "the policy expression is never closed", 1, 14, "@(f(1)'/>"),
        ("<policies a=' @(f(1)'/>", "the policy expression is never closed", 1, 15, "@(f(1)'/>"),
        ("<policies a='@(1) + 1'/>", "the policy expression is not the whole attribute", 1, 14, "@(1) + 1'/>"),
        ("<policies> @(1) + 1</policies>", "the policy expression is not the whole text", 1, 12, "@(1) + 1</policies>"),
    ],
)
def test_a_document_that_cannot_be_read(document: str, what: str, line: int, column: int, got: str) -> None:
    expected = text(f"The policy document cannot be read: {what}", line, column, got, READABLE, CORRECT)
    assert refusal(document) == expected


def test_a_second_policy_in_backend() -> None:
    document = "<policies><backend>\n<forward-request/>\n<set-header name='a'/></backend></policies>"
    assert refusal(document) == text(
        "<backend> holds more than one policy",
        3,
        1,
        "<set-header>",
        "one policy, which may hold others: choose, retry, limit-concurrency",
        "move the others to <inbound>, which runs before the call is forwarded, or into the one policy",
    )
    assert bind("<policies><backend><!-- --><base></base></backend></policies>", certificate=BY_ID)


@pytest.mark.parametrize(("document", "got"), [("", "the end of the document"), ("<!-- --><policy/>", "<policy/>")])
def test_a_document_without_policies(document: str, got: str) -> None:
    assert refusal(document) == text(
        "The policy document has no <policies> root",
        1,
        document.find("<policy") + 1 or 1,
        got,
        "<policies> with the sections inbound, backend, outbound, on-error",
        "put the policies into <policies><inbound>…</inbound></policies>",
    )


def test_a_fragment() -> None:
    assert refusal("<fragment>\n</fragment>") == text(
        "The policy document is a policy fragment",
        1,
        1,
        "<fragment>",
        "a document with a <policies> root",
        "bind into the policy that includes the fragment with <include-fragment>; the fragment stays as it is",
    )


@pytest.mark.parametrize(
    ("document", "what", "got", "fix"),
    [
        ("<inbund/>", "<inbund> is no section of a policy", "<inbund/></policies>", "correct the name, or remove it"),
        (
            "<inbound/>\n<inbound>\n</inbound>",
            "<inbound> stands twice",
            "<inbound>",
            "put its policies into the one section",
        ),
    ],
)
def test_a_section_that_is_none(document: str, what: str, got: str, fix: str) -> None:
    line, column = (2, 1) if "\n" in document else (1, 11)
    allowed = "inbound, backend, outbound, on-error, each at most once"
    assert refusal(f"<policies>{document}</policies>") == text(what, line, column, got, allowed, fix)


@pytest.mark.parametrize(
    ("document", "what", "column", "got", "allowed"),
    [
        (
            '<outbound><authentication-certificate body="secret" /></outbound>',
            "<authentication-certificate> stands in <outbound>",
            21,
            '<authentication-certificate body="…" />',
            "<authentication-certificate> in <inbound>",
        ),
        (
            '<backend><retry><authentication-certificate thumbprint="A" /></retry></backend>',
            "<authentication-certificate> stands in <backend>",
            27,
            '<authentication-certificate thumbprint="A" />',
            "<authentication-certificate> in <inbound>",
        ),
        (
            '<on-error><set-backend-service base-url="a" /></on-error>',
            "<set-backend-service> stands in <on-error>",
            21,
            '<set-backend-service base-url="a" />',
            "<set-backend-service> in <inbound> or <backend>",
        ),
    ],
)
def test_a_policy_in_a_section_where_azure_refuses_it(
    document: str, what: str, column: int, got: str, allowed: str
) -> None:
    fix = "move it to <inbound>, or remove it"
    assert refusal(f"<policies>{document}</policies>") == text(what, 1, column, got, allowed, fix)


@pytest.mark.parametrize(
    ("element", "what", "got", "fix"),
    [
        (
            "<authentication-certificate />",
            "<authentication-certificate> has none of thumbprint, certificate-id, body",
            "<authentication-certificate />",
            "say which one is meant, or remove the element",
        ),
        (
            '<authentication-certificate thumbprint="A" certificate-id="b" password="secret" />',
            "<authentication-certificate> has thumbprint and certificate-id of thumbprint, certificate-id, body",
            '<authentication-certificate thumbprint="A" certificate-id="b" password="…" />',
            "keep the one that is meant",
        ),
        (
            '<set-backend-service base-url="" />',
            "<set-backend-service> has none of base-url, backend-id",
            '<set-backend-service base-url="" />',
            "say which one is meant, or remove the element",
        ),
    ],
)
def test_a_policy_that_says_none_or_too_many(element: str, what: str, got: str, fix: str) -> None:
    document = f'<policies><inbound><choose><when condition="@(a)">{element}</when></choose></inbound></policies>'
    assert refusal(document) == text(what, 1, 51, got, "exactly one of them", fix)


def test_a_policy_with_content() -> None:
    document = '<policies><inbound><set-backend-service backend-id="a"><b/></set-backend-service></inbound></policies>'
    assert refusal(document) == text(
        "<set-backend-service> holds something",
        1,
        56,
        "<b/></set-backend-service></inbound></policies>",
        "<set-backend-service /> without content",
        "remove what stands in it",
    )


def test_a_contradiction() -> None:
    element = '<authentication-certificate  certificate-id="other"\tpassword="secret"/>'
    assert refusal(f"<policies>\n\t<inbound>\n\t\t{element}</inbound></policies>") == text(
        "<authentication-certificate> in <inbound> says something else than what is to be bound",
        3,
        3,
        '<authentication-certificate certificate-id="other" password="…" />',
        '<authentication-certificate certificate-id="orders" />, or none',
        "remove it; or move it into a <choose> branch, if only some calls need it; or have it replaced "
        '(existing="replace"), which keeps it in a comment',
    )


@pytest.mark.parametrize(
    ("document", "section", "line", "got"),
    [
        (
            '<inbound><base />\n<retry><authentication-certificate thumbprint="A"/></retry></inbound>',
            "inbound",
            2,
            '<authentication-certificate thumbprint="A" />',
        ),
        (
            '<inbound/><backend>\n<retry><set-backend-service base-url="https://a" /></retry></backend>',
            "backend",
            2,
            '<set-backend-service base-url="https://a" />',
        ),
    ],
)
def test_what_has_the_last_word_on_every_call(document: str, section: str, line: int, got: str) -> None:
    name = got[1:].partition(" ")[0]
    wanted = {"set-backend-service": "backend", "authentication-certificate": "certificate"}[name]
    assert refusal(f"<policies>{document}</policies>") == text(
        f"<{name}> in <{section}> has the last word on every call, and says something else than what is to be bound",
        line,
        8,
        got,
        f'<{name} {wanted}-id="orders" />, or none; one that only some calls reach, in a <choose> branch',
        f"remove it; or leave the other calls a <choose> branch without <{name}>; or bind what it says",
    )


def test_a_branch_that_would_be_overridden() -> None:
    branch = '<retry count="2"><set-backend-service backend-id="other" /></retry>'
    assert refusal(f"<policies><inbound>{branch}<base /></inbound></policies>") == text(
        "<set-backend-service> in a branch stands in front of <base />, where the binding would override it",
        1,
        37,
        '<set-backend-service backend-id="other" />',
        "a branch with <set-backend-service> behind the last <base /> of <inbound>",
        "move <base /> to the start of <inbound>, or the branch behind it",
    )


BOUND = bind(DEFAULT, certificate=BY_ID)
REPLACED = "<!-- backend-mtls: replaced <authentication-certificate /> -->"


@pytest.mark.parametrize(
    ("document", "line", "column", "what", "got"),
    [
        (
            BOUND.replace("<!-- backend-mtls: end -->", ""),
            4,
            9,
            "The comment that marks the binding has no counterpart",
            "<!-- backend-mtls: begin -->",
        ),
        (
            BOUND.replace("<!-- backend-mtls: begin -->", ""),
            6,
            9,
            "The comment that marks the binding has no counterpart",
            "<!-- backend-mtls: end -->",
        ),
        (
            BOUND.replace(BY_ID.element, f"{BY_ID.element}<cors />"),
            5,
            63,
            "Something was written between the comments that mark the binding",
            "<cors />",
        ),
        (
            DEFAULT.replace("<base />", REPLACED.replace("/>", ">"), 1),
            3,
            9,
            "The comment that keeps what was replaced was edited",
            "<!-- backend-mtls: replaced <authentication-certificate > -->",
        ),
        (
            DEFAULT.replace("<base />", REPLACED.replace("authentication-certificate", "cors"), 1),
            3,
            9,
            "The comment that keeps what was replaced was edited",
            "<!-- backend-mtls: replaced <cors /> -->",
        ),
    ],
)
def test_markers_that_were_edited(document: str, line: int, column: int, what: str, got: str) -> None:
    expected = text(what, line, column, got, MARKED, RESTORE)
    assert refusal(document) == expected
    with pytest.raises(PolicyDocumentError) as caught:
        unbind(document)
    assert str(caught.value) == expected
