"""What Azure does not know, or knows elsewhere, is refused on save; everything that it knows is not."""

import pytest

from local.azure.policy import Reference, parse, problems, references
from local.azure.policy.elements import KNOWN

RETRY = 'condition="@(false)" count="1" interval="1"'


def messages(inbound: str, section: str = "inbound", scope: str = "api") -> list[str]:
    root = parse(f"<policies>\n  <{section}>{inbound}</{section}>\n</policies>")
    return [problem.message for problem in problems(root, scope)]


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_a_policy_that_azure_knows_is_accepted_in_its_sections_and_nowhere_else(name: str) -> None:
    needed = {
        "authentication-certificate": 'thumbprint="A"',
        "set-backend-service": 'backend-id="b"',
        "set-header": 'name="X"',
        "set-status": 'code="200"',
        "include-fragment": 'fragment-id="f"',
        "retry": 'condition="@(true)" count="1" interval="1"',
        "limit-concurrency": 'key="k" max-count="1"',
        "rewrite-uri": 'template="/"',
        "set-variable": 'name="v" value=""',
        "set-query-parameter": 'name="q"',
    }
    held = {"choose": '<when condition="true" />'}
    for section in ("inbound", "backend", "outbound", "on-error"):
        found = messages(f"<{name} {needed.get(name, '')}>{held.get(name, '')}</{name}>", section, scope="global")
        assert bool(found) is (section not in KNOWN[name])


EXACTLY_ONE = "Exactly one of the attributes"
ONE_OF_WHEN = " List of possible elements expected: 'when'."


@pytest.mark.parametrize(
    ("inbound", "element", "column", "text"),
    [
        ("<foo />", "foo", 13, "The element 'inbound' has invalid child element 'foo'."),
        ("<jsonp />", "jsonp", 13, "Policy is not allowed in the specified section 'inbound'."),
        ("<cross-domain />", "cross-domain", 13, "Policy section is not allowed in the specified scope"),
        (
            '<set-header name="X">text</set-header>',
            "set-header",
            13,
            "The element 'set-header' cannot contain text. List of possible elements expected: 'value'.",
        ),
        (
            '<set-header name="X"><val /></set-header>',
            "val",
            34,
            "The element 'set-header' has invalid child element 'val'. List of possible elements expected: 'value'.",
        ),
        (
            '<return-response><set-status code="two" /></return-response>',
            "set-status",
            30,
            "The 'code' attribute is invalid - The value 'two' is invalid.",
        ),
        ("<set-header />", "set-header", 13, "The required attribute 'name' is missing."),
        ("<include-fragment />", "include-fragment", 13, "The required attribute 'fragment-id' is missing."),
        (
            '<include-fragment fragment-id="@("f")" />',
            "include-fragment",
            13,
            "The 'fragment-id' attribute is invalid - Policy expressions are not allowed.",
        ),
        (
            "<authentication-certificate />",
            "authentication-certificate",
            13,
            f"{EXACTLY_ONE} 'thumbprint' or 'certificate-id' or 'body' has to be given, got none.",
        ),
        (
            '<set-backend-service backend-id="a" base-url="b" />',
            "set-backend-service",
            13,
            f"{EXACTLY_ONE} 'base-url' or 'backend-id' has to be given, got 'base-url' and 'backend-id'.",
        ),
        ("<choose />", "choose", 13, "The element 'choose' has incomplete content." + ONE_OF_WHEN),
        ("<choose><otherwise /></choose>", "choose", 13, "The element 'choose' has incomplete content." + ONE_OF_WHEN),
        ("<choose><when /></choose>", "when", 21, "The required attribute 'condition' is missing."),
        (
            '<choose><when condition="a" /><otherwise /><otherwise /></choose>',
            "otherwise",
            56,
            "The element 'choose' has invalid child element 'otherwise'.",
        ),
        (
            '<choose><when condition="a" /><otherwise /><when condition="b" /></choose>',
            "when",
            56,
            "The element 'choose' has invalid child element 'when'.",
        ),
        (
            '<retry condition="@(true)" count="51" interval="1" />',
            "retry",
            13,
            "The 'count' attribute is invalid - The value '51' is invalid.",
        ),
        ('<retry condition="a" count="1" />', "retry", 13, "The required attribute 'interval' is missing."),
        (
            '<limit-concurrency key="k" max-count="@(1)" />',
            "limit-concurrency",
            13,
            "The 'max-count' attribute is invalid - Policy expressions are not allowed.",
        ),
        (
            '<choose><when condition="@(true)"><foo /></when></choose>',
            "foo",
            47,
            "The element 'when' has invalid child element 'foo'.",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(inbound: str, element: str, column: int, text: str) -> None:
    assert messages(inbound) == [f"Error in element '{element}' on line 2, column {column}: {text}"]


@pytest.mark.parametrize("scope", ["global", "workspace", "product", "api", "operation"])
@pytest.mark.parametrize("name", ["authentication-certificate certificate-id", "include-fragment fragment-id"])
def test_certificates_and_fragments_may_stand_at_every_scope(name: str, scope: str) -> None:
    policy = f'<{name}="a" />'
    for inbound in (
        policy,
        f'<choose><when condition="@(a)">{policy}</when></choose>',
        f"<retry {RETRY}>{policy}</retry>",
    ):
        assert messages(inbound, scope=scope) == []


@pytest.mark.parametrize("section", ["backend", "outbound", "on-error"])
def test_a_certificate_may_stand_in_inbound_only_whatever_it_stands_in(section: str) -> None:
    policy = '<authentication-certificate certificate-id="a" />'
    refusal = f"Policy is not allowed in the specified section '{section}'."
    for around in ("{}", '<choose><when condition="@(a)">{}</when></choose>', f"<retry {RETRY}>{{}}</retry>"):
        (message,) = messages(around.format(policy), section)
        assert message.endswith(refusal)
    assert messages(f"<send-request>{policy}</send-request>", section) == []


def test_the_backend_section_holds_one_policy_which_may_hold_others() -> None:
    two = '<set-backend-service backend-id="a" /><base />'
    (message,) = messages(two, "backend")
    assert (
        message
        == "Error in element 'backend' on line 2, column 4: backend section allows only one policy to be specified"
    )
    assert messages(f"<choose><when condition='true'>{two}</when></choose>", "backend") == []
    assert messages(f"<!-- routed late --><retry {RETRY}>{two}</retry>", "backend") == []
    assert messages(two) == []


def test_every_mistake_is_reported_at_once() -> None:
    assert len(messages("<foo /><bar /><forward-request />")) == 3


def test_settings_of_policies_that_are_not_served_are_not_judged() -> None:
    assert messages('<validate-jwt header-name="A"><openid-config url="u" /></validate-jwt>') == []


@pytest.mark.parametrize(
    "document", ["<policy />", "<policies><inbund /></policies>", "<policies><inbound /><inbound /></policies>"]
)
def test_the_sections_are_fixed(document: str) -> None:
    assert len(problems(parse(document))) == 1


def test_references_are_found_at_every_depth_except_computed_ones() -> None:
    root = parse(
        """<policies><inbound>
  <choose><when condition="@(1 < 2)"><authentication-certificate certificate-id="one" /></when></choose>
  <authentication-certificate thumbprint="@("A")" /><authentication-certificate thumbprint="{{named}}" />
  <authentication-certificate thumbprint="AB" />
  <set-backend-service backend-id="orders" /><set-backend-service base-url="https://a" />
  <set-body><set-backend-service backend-id="text" /></set-body>
</inbound></policies>"""
    )
    found = [(each.kind, each.value, each.line) for each in references(root)]
    assert found == [("certificate-id", "one", 2), ("thumbprint", "AB", 4), ("backend-id", "orders", 5)]
    assert references(root)[1] == Reference(
        kind="thumbprint", value="AB", element="authentication-certificate", line=4, column=4
    )
