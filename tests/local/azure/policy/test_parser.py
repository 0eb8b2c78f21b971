"""Whatever is given, the parser answers with elements or with a PolicySyntaxError that says where."""

from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.azure.policy import Element, PolicySyntaxError, parse, serialise

_PIECES = r"""<policies> </policies> <value> </value> <set-body> </set-body> <!-- --> <![CDATA[ ]]> /> > < </ = x 1
    @( @{ ( ) { } " ' $" @" \ // /* */ && & &lt; &quot; &amp; &#40; &#64; a=" b='""".split()  # noqa: SIM905  readable
_DOCUMENTS = st.lists(st.sampled_from([*_PIECES, " ", "\n", "\r", "\x00", "é"]), max_size=16).map("".join)
_AROUND = st.sampled_from(["{}", "<policies>{}</policies>", '<a b="{}"/>', '<a b="@({})"/>', "<value>@{{{}}}</value>"])


def shape(element: Element) -> object:
    """Everything but where it stood."""
    return element.name, element.attributes, element.text, [shape(child) for child in element.children]


@given(_DOCUMENTS, _AROUND)
def test_a_document_is_read_or_refused_with_a_place(document: str, around: str) -> None:
    text = around.format(document)
    try:
        root = parse(text)
    except PolicySyntaxError as error:
        refusal = error
    else:
        assert root.name
        return
    assert refusal.message.endswith(f" Line {refusal.line}, position {refusal.position}.")
    assert min(refusal.line, refusal.position) >= 1


@given(_DOCUMENTS, _AROUND, st.sampled_from(["xml", "rawxml"]))
def test_what_is_given_back_means_the_same_and_does_not_change_again(document: str, around: str, form: str) -> None:
    text = around.format(document)
    try:
        root = parse(text)
    except PolicySyntaxError:
        return
    given_back = serialise(text, form)  # type: ignore[arg-type]  # one of the two literals
    assert shape(parse(given_back)) == shape(root)
    assert serialise(given_back, form) == given_back  # type: ignore[arg-type]  # one of the two literals


@pytest.mark.parametrize(
    "expression",
    [
        '@(context.Request.Headers.GetValueOrDefault("X","") == "a" && 1 < 2)',
        "@(\"closing ) and } in a string\" + '\"' + ')')",
        '@(@"verbatim "" with ) quotes \\")',
        '@($"interpolated {1 + 1} )")',
        '@($"{d["a)"]} {{ {(x ? "}" : $@"{y}""")}")',
        "@('\\'' + ')' + '\\\\')",
        '@{ /* ) } " */ var a = 1; // ) } "\n return a > 0 ? "<a>" : "</a>"; }',
        "@(context.Variables.GetValueOrDefault<byte[]>('x'))",
    ],
)
def test_an_expression_is_taken_as_it_stands_in_attributes_and_texts(expression: str) -> None:
    root = parse(f'<policies><set-header name="{expression}"><value>{expression}</value></set-header></policies>')

    (header,) = root.children
    assert header.attributes == {"name": expression}
    assert header.children[0].text == expression


@pytest.mark.parametrize("space", [" ", "\n    ", "\t"])
@pytest.mark.parametrize("form", ["xml", "rawxml"])
def test_white_space_may_stand_in_front_of_an_expression(space: str, form: Literal["xml", "rawxml"]) -> None:
    document = f'<a b="{space}@(x["k"] < 1 && y)\n">{space}@(z < 1)</a>'
    root = parse(document)
    assert root.attributes == {"b": f'{space}@(x["k"] < 1 && y)\n'}
    assert parse(serialise(document, form)).attributes == root.attributes
    with pytest.raises(PolicySyntaxError, match=r"The policy expression is not closed\. Line 1, position 7\."):
        parse('<a b=" @(x(1) " />')


@pytest.mark.parametrize(
    ("document", "position"), [("<!-- a -- b --><a/>", 8), ("<!-- a ---><a/>", 8), ("<!----->", 5)]
)
def test_two_hyphens_in_a_comment_are_refused(document: str, position: int) -> None:
    with pytest.raises(PolicySyntaxError) as caught:
        parse(document)
    assert caught.value.message == (
        f"An XML comment cannot contain '--', and '-' cannot be the last character. Line 1, position {position}."
    )


def test_an_expression_may_also_be_escaped() -> None:
    root = parse('<a b="@(x == &quot;&lt;)&quot; &amp;&amp; y)">@(&quot;)&quot;)</a>')
    assert root.attributes == {"b": '@(x == "<)" && y)'}
    assert root.text == '@(")")'


@pytest.mark.parametrize(
    ("document", "text"),
    [
        ("<a><!-- b -- c --></a>", "An XML comment cannot contain '--', and '-' cannot be the last character."),
        ("<a><!-- b ---></a>", "An XML comment cannot contain '--', and '-' cannot be the last character."),
        ("<a b='@($\"{c)\")'/>", "The policy expression is not closed."),
        ("<a b='@(\"c)'/>", "The policy expression is not closed."),
        ("<a>&#1;</a>", "A reference to an invalid character. Line 1, position 4."),
        ("<a b='&#1114112;'/>", "A reference to an invalid character. Line 1, position 7."),
    ],
)
def test_what_dotnet_refuses_is_refused(document: str, text: str) -> None:
    with pytest.raises(PolicySyntaxError) as caught:
        parse(document)
    assert caught.value.message.startswith(text)


def test_an_element_knows_where_its_name_stands() -> None:
    root = parse("<policies>\r\n  <inbound>\r\n   <cors />\r\n  </inbound>\r\n</policies>")
    cors = root.children[0].children[0]
    assert (cors.line, cors.column) == (3, 5)


def test_markup_in_a_body_is_text_and_markup_elsewhere_is_not() -> None:
    body, header = parse("<a><set-body> <b c='1'/> </set-body><set-header> <value/> </set-header></a>").children
    assert (body.text, body.children) == (" <b c='1'/> ", ())
    assert (header.text, [child.name for child in header.children]) == ("", ["value"])


@pytest.mark.parametrize(
    ("document", "message"),
    [
        ("", "Root element is missing. Line 1, position 1."),
        ("<a></b>", "The 'a' start tag on line 1 position 2 does not match the end tag of 'b'. Line 1, position 6."),
        ("<a>", "Unexpected end of file has occurred. The following elements are not closed: a. Line 1, position 4."),
        ("<a/><b/>", "There are multiple root elements. Line 1, position 6."),
        ("text", "Data at the root level is invalid. Line 1, position 1."),
        ("<a b=1/>", "'1' is an unexpected token. The expected token is '\"' or '''. Line 1, position 6."),
        ('<a b="1" b="2"/>', "'b' is a duplicate attribute name. Line 1, position 10."),
        ('<a\nb="<"/>', "'<', hexadecimal value 0x3C, is an invalid attribute character. Line 2, position 4."),
        ("<a>&nbsp;</a>", "An error occurred while parsing EntityName. Line 1, position 5."),
        ("<1/>", "Name cannot begin with the '1' character, hexadecimal value 0x31. Line 1, position 2."),
        ('<a b="@(x"/>', "The policy expression is not closed. Line 1, position 7."),
        ("<!DOCTYPE a><a/>", "For security reasons DTD is prohibited in this XML document. Line 1, position 1."),
        ("<a>" * 101, "Elements are nested more than 100 deep. Line 1, position 302."),
    ],
)
def test_what_cannot_be_read_is_refused_as_dotnet_words_it(document: str, message: str) -> None:
    with pytest.raises(PolicySyntaxError) as refused:
        parse(document)
    assert refused.value.message == str(refused.value) == message
