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


@pytest.mark.parametrize(
    "element",
    [
        '<authentication-basic username="u" password="{}" />',
        '<set-header name="Authorization"><value>Custom {}</value></set-header>',
        '<set-header name="X-Api-Key"><value>{}</value></set-header>',
    ],
)
def test_a_secret_is_hidden_on_both_sides(element: str) -> None:
    lines, note = shown(document(element.format("one")), document(element.format("two")))
    assert lines == []
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
