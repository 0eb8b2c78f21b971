"""Whatever changes in a policy has a line, two such lines never look alike, and no secret is shown in one."""

import re

import pytest
from backend_mtls.errors import PolicyDocumentError
from backend_mtls.policy.meaning import same_meaning
from hypothesis import given, settings
from hypothesis import strategies as st
from policy_documents import grown
from recordings import FORMATS
from review_changes import report
from rule_resources import api, api_policy, backend, entity, presents

from review.policy_diff import diff
from review.text import clean, compared

DOCUMENTS = st.binary(min_size=20, max_size=160).map(grown)
ODD = ["\u200e", "\u00a0", "\t", "  ", " " * 520, "\r", "\n", "\u0430", "\u2028", "\ufe0f", "[secret 1]", "·", "→", "…"]
INSERTED = [
    *ODD,
    "x" * 600,
    "<!-- -->",
    "<!-- backend-mtls: begin -->",
    "<!-- backend-mtls: end -->",
    "<send-request><set-url>https://evil.example</set-url></send-request>",
    "&#115;",
    "<![CDATA[ x ]]>",
    "<base />",
    "<",
    '"',
]
"""What somebody might hide a change with, or in."""


def differs(before: str, after: str) -> bool:
    try:
        return not same_meaning(before, after)
    except PolicyDocumentError:
        return before.splitlines() != after.splitlines()


def assert_shown(before: str, after: str) -> None:
    if not differs(before, after):
        return
    lines, _ = diff(before, after)
    removed, added = ([each.text for each in lines if each.sign == sign] for sign in "-+")
    assert removed or added
    assert removed != added


@settings(deadline=None)
@given(DOCUMENTS, DOCUMENTS)
def test_between_any_two_policies_that_differ_a_line_differs(before: str, after: str) -> None:
    assert_shown(before, after)


@settings(deadline=None)
@given(DOCUMENTS, st.integers(0, 10_000), st.sampled_from(INSERTED), st.integers(0, 3))
def test_whatever_is_put_anywhere_into_a_policy_is_a_line(document: str, at: int, text: str, taken: int) -> None:
    place = at % (len(document) + 1)
    other = document[:place] + text + document[place + taken :]
    assert_shown(document, other)
    assert_shown(other, document)
    assert_shown(document.replace("\n", ""), other.replace("\n", ""))


def assert_told(before: str, after: str) -> None:
    """Every difference is in the lines: those that are gone and those that are new say all that changes."""
    lines, _ = diff(before, after)
    shown = "".join(re.sub(r"^… | …$", "", each.text) for each in lines if each.sign == "+")
    assert "https://evil.example" in shown


@settings(deadline=None)
@given(DOCUMENTS, st.integers(0, 10_000), st.integers(0, 10_000), st.sampled_from(ODD))
def test_a_change_beside_another_one_is_not_lost(document: str, at: int, elsewhere: int, odd: str) -> None:
    """The host of a request stands where no other change can hide it."""
    element = "<send-request><set-url>https://evil.example</set-url></send-request>"
    places = [each.end() for each in re.finditer(r"<base />|</inbound>", document)]
    if not places:
        return
    place = places[at % len(places)]
    other = f"{document[:place]}{odd if odd.isspace() else ''}{element}{document[place:]}"
    behind = elsewhere % (len(other) + 1)
    if place <= behind <= place + len(odd) + len(element):
        return
    for edited in (other, other[:behind] + " " * 300 + other[behind:]):
        if differs(document, edited):
            assert_told(document, edited)


SECRET = "planted8Zq7secret"
PLACES = [
    '<authentication-basic username="u" password="{}" />',
    '<set-header name="Authorization"><value>{}</value></set-header>',
    '<set-header name="Authorization"><value>Basic {}</value></set-header>',
    '<set-header name="Ocp-Apim-Subscription-Key"><value>{}</value></set-header>',
    '<set-header name="x-functions-key"><value><![CDATA[{}]]></value></set-header>',
    '<check-header name="X-Api-Key" failed-check-httpcode="401"><value>{}</value></check-header>',
    '<set-query-parameter name="code"><value>{}</value></set-query-parameter>',
    '<set-query-parameter name="access_token"><value>{}</value></set-query-parameter>',
    '<set-variable name="password" value="{}" />',
    "<set-variable name='clientSecret' value='@(\"{}\")' />",
    '<set-variable name="x" value="@(&quot;client_secret={}&quot;)" />',
    "<validate-jwt><issuer-signing-keys><key>{}</key></issuer-signing-keys></validate-jwt>",
    '<validate-jwt><decryption-keys><key id="a">{}</key></decryption-keys></validate-jwt>',
    "<set-body>grant_type=client_credentials&amp;client_secret={}&amp;scope=x</set-body>",
    '<set-body>{{"user": "u", "password": "{}"}}</set-body>',
    '<set-body>@{{ return new JObject(new JProperty("client_secret", "{}")).ToString(); }}</set-body>',
    '<set-body>@("{{\\"client_secret\\":\\"{}\\"}}")</set-body>',
    "<set-body><soap><wsse:Password>{}</wsse:Password></soap></set-body>",
    "<set-body><![CDATA[<soap><Password Type='x'>{}</Password></soap>]]></set-body>",
    "<set-body>&lt;Password&gt;{}&lt;/Password&gt;</set-body>",
    "<send-request><set-url>https://h.example/api?code={}</set-url></send-request>",
    "<send-request><set-url>https://user:{}@h.example/</set-url></send-request>",
    '<send-request><set-header name="api-key"><value>{}</value></set-header></send-request>',
    '<rewrite-uri template="/a?subscription-key={}&amp;b=c" />',
    '<set-backend-service base-url="https://h.example/?sig={}" />',
    '<proxy url="http://p.example" username="u" password="{}" />',
    "<connection-string>Server=s;User Id=u;Password={};Encrypt=true</connection-string>",
    "<x>DefaultEndpointsProtocol=https;AccountName=a;AccountKey={}==;EndpointSuffix=s</x>",
    '<choose><when condition=\'@(context.Request.Headers.GetValueOrDefault("X-Key","") == "{}")\' /></choose>',
    '<!-- <authentication-basic username="u" password="{}" /> -->',
    '<!-- <set-header name="Authorization"><value>{}</value> -->',
    "<!-- the password={} of the old one -->",
    '<item key="client-secret">{}</item>',
    '<authentication-certificate body="{}" password="{}" />',
]
"""Where a secret stands in a policy."""


def document(element: str) -> str:
    return f"<policies>\n<inbound>\n<base />\n{element}\n</inbound>\n</policies>\n"


@pytest.mark.parametrize("place", PLACES)
def test_no_secret_is_shown_and_its_change_is(place: str) -> None:
    before, after = (document(place.format(*[f"{SECRET}{each}"] * 2)) for each in "12")
    lines, note = diff(before, after)
    shown = [f"{each.sign}{each.text}" for each in lines]
    assert SECRET not in "\n".join(shown)
    assert len([each for each in shown if "[secret 1]" in each]) == len(
        [each for each in shown if "[secret 2]" in each]
    )
    assert [each for each in shown if each[0] == "-" and "[secret 1]" in each]
    assert note == ["Secret values are hidden; a secret value changes."]


@pytest.mark.parametrize("place", PLACES)
def test_a_named_value_in_its_place_is_shown(place: str) -> None:
    lines, note = diff(document(place.format("{{one}}", "{{one}}")), document(place.format("{{two}}", "{{two}}")))
    changed = [each for each in lines if each.sign in "-+"]
    assert [("{{one}}" in each.text, "{{two}}" in each.text) for each in changed] == [(True, False), (False, True)]
    assert note == []


@settings(deadline=None)
@given(DOCUMENTS, st.sampled_from(PLACES), st.integers(0, 10_000), st.sampled_from(["", "<", "</x>", '"', " " * 600]))
def test_no_secret_is_shown_in_whatever_document_it_stands(text: str, place: str, at: int, broken: str) -> None:
    places = [each.end() for each in re.finditer(r"<base />|</inbound>|<policies>", text)] or [0]
    where = places[at % len(places)]
    other = text[:where] + place.format(SECRET, SECRET) + text[where:]
    for before, after in ((text, other + broken), (other, broken + text), ("", other), (other.replace("\n", ""), text)):
        for whole in (False, True):
            lines, _ = diff(before, after, whole=whole)
            assert SECRET not in "".join(re.sub(r"^… ", "", each.text) for each in lines)


def test_a_binding_marker_hides_nothing() -> None:
    hidden = "<send-request><set-url>https://evil.example</set-url></send-request>"
    for section in ("inbound", "outbound"):
        before = f"<policies><{section}><base /></{section}></policies>"
        marked = f"<!-- backend-mtls: begin -->{hidden}<!-- backend-mtls: end -->"
        assert_told(before, before.replace("<base />", f"<base />{marked}"))


@given(st.text(max_size=700), st.text(max_size=700))
def test_two_values_that_differ_are_never_shown_alike(before: str, after: str) -> None:
    assert (compared(before, after)[0] == compared(before, after)[1]) == (before == after)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("https://h.example/?code=one", "https://h.example/?code=two"),
        ("a" * 299 + "b" * 50, "a" * 299 + "b" * 49 + "c"),
        ("a b", "a  b"),
    ],
)
def test_a_value_that_differs_in_what_is_not_shown_is_said_to(before: str, after: str) -> None:
    old, new = compared(before, after)
    assert old != new
    assert "one" not in old + clean(before)
    assert "two" not in new


def test_a_secret_in_a_url_that_changes_is_a_fact_that_changes() -> None:
    urls = [f"https://orders.example.com/?code={each}planted" for each in ("one", "two")]
    before, after = ([api(), backend(url=url), api_policy(inbound=presents("x", "orders"))] for url in urls)
    (row,) = report(before, after).rows
    (fact,) = [each for each in row.facts if each.name == "Backend URL"]
    assert fact.changed
    assert "planted" not in fact.before + fact.after


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("kind", ["api", "fragment"])
def test_no_part_of_a_report_shows_a_secret_of_a_policy(place: str, kind: str) -> None:
    documents = [document(place.format(*[f"{SECRET}{each}"] * 2)) for each in "12"]
    if kind == "api":
        before, after = ([api(), backend(), api_policy(value=each)] for each in documents)
    else:
        texts = [re.sub("</?inbound>\n", "", each).replace("policies>", "fragment>") for each in documents]
        before, after = (
            [
                api(),
                api_policy(inbound='<include-fragment fragment-id="x" />'),
                entity("PolicyFragment", "x", id="x", value=each),
            ]
            for each in texts
        )
    found = report(before, after)
    assert found.policies[-1].note == "Secret values are hidden; a secret value changes."
    for render in FORMATS.values():
        assert SECRET not in render(found)
