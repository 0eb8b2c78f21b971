"""The policies that Azure knows, where each may stand, and what is wrong with a document.

source: the policy reference, learn.microsoft.com/azure/api-management/api-management-policies, "Policy sections" and
"Policy scopes" of each policy (`set-body` in on-error: azure-docs#59226). Texts: .NET's schema validation
(vscode-apimanagement#145: "The element 'set-header' cannot contain text. List of possible elements expected: 'value'.")
azure-docs#111058 ("Policy section is not allowed in the specified scope"), build logs of public repositories ("backend
section allows only one policy to be specified"; set-edit-policies: one policy element); the choice per mistake is
inferred.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from local.azure.policy import expressions
from local.azure.policy.parser import Element

SECTIONS = ("inbound", "backend", "outbound", "on-error")

_BY_SECTIONS = {
    "inbound": """
        authentication-basic authentication-certificate authentication-managed-identity azure-openai-emit-token-metric
        azure-openai-semantic-cache-lookup azure-openai-token-limit cache-lookup check-header cors cross-domain
        get-authorization-context ip-filter llm-content-safety llm-emit-token-metric llm-semantic-cache-lookup
        llm-token-limit proxy quota quota-by-key rate-limit rate-limit-by-key rewrite-uri validate-azure-ad-token
        validate-client-certificate validate-graphql-request validate-jwt validate-odata-request validate-parameters""",
    "inbound backend": "set-backend-service set-query-parameter",
    "inbound outbound": "redirect-content-urls xsl-transform",
    "inbound on-error": "set-method",
    "inbound outbound on-error": """
        invoke-dapr-binding json-to-xml mock-response publish-to-dapr validate-content xml-to-json""",
    "inbound backend outbound": "wait",
    "backend": "forward-request set-graphql-resolver",
    "outbound": "azure-openai-semantic-cache-store cache-store jsonp llm-semantic-cache-store",
    "outbound on-error": "validate-headers validate-status-code",
    "inbound backend outbound on-error": """
        base cache-lookup-value cache-remove-value cache-store-value choose emit-metric find-and-replace
        include-fragment limit-concurrency log-to-eventhub retry return-response send-one-way-request send-request
        send-service-bus-message set-body set-header set-status set-variable trace""",
}

KNOWN: dict[str, frozenset[str]] = {
    name: frozenset(sections.split()) for sections, names in _BY_SECTIONS.items() for name in names.split()
}
"""Policy -> the sections in which it may stand."""

_ONLY_AT = {"cross-domain": "global"}
_CONTAINERS = {"when", "otherwise", "retry", "limit-concurrency", "wait"}
"""What holds policies rather than settings."""
_CHILDREN = {
    "choose": ("when", "otherwise"),
    "set-header": ("value",),
    "return-response": ("set-status", "set-header", "set-body"),
    "authentication-certificate": (),
    "set-backend-service": (),
    "forward-request": (),
    "include-fragment": (),
    "set-status": (),
    "base": (),
    "mock-response": (),
    "rewrite-uri": (),
    "set-variable": (),
    "set-query-parameter": ("value",),
}
"""What may stand in the policies that the gateway serves."""
_REQUIRED = {
    "set-header": ("name",),
    "set-status": ("code",),
    "include-fragment": ("fragment-id",),
    "when": ("condition",),
    "retry": ("condition", "count", "interval"),
    "limit-concurrency": ("key", "max-count"),
    "rewrite-uri": ("template",),
    "set-variable": ("name", "value"),
    "set-query-parameter": ("name",),
}
_LITERAL = {"include-fragment": "fragment-id", "limit-concurrency": "max-count", "set-variable": "name"}
"""Attributes in which "policy expressions aren't allowed"; the text of the refusal is inferred."""
_NUMBERS = {
    "set-status": ("code", r"\d{3}"),
    "forward-request": ("timeout", r"\d+"),
    "mock-response": ("status-code", r"\d{3}"),
    "retry": ("count", r"[1-9]|[1-4]\d|50"),
    "limit-concurrency": ("max-count", r"\d+"),
}
_EXACTLY_ONE = {
    "authentication-certificate": ("thumbprint", "certificate-id", "body"),
    "set-backend-service": ("base-url", "backend-id"),
}


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One reason to refuse a document."""

    target: str
    """The element, as ARM's error details name it."""
    message: str
    line: int
    column: int


def problems(root: Element, scope: str = "api") -> list[Problem]:
    """Everything that Azure would refuse on save, in document order.

    `scope` is global, workspace, product, api or operation.
    """
    if root.name != "policies":
        return [_problem(root, f"The '{root.name}' element is not declared.")]
    return list(_in_policies(root, scope))


def problems_inside(container: Element, section: str) -> list[Problem]:
    """What Azure would refuse of the policies in a container, such as a fragment, that stands in the section."""
    return list(_in_section(container, section, "global"))


def _in_policies(root: Element, scope: str) -> Iterator[Problem]:
    seen: set[str] = set()
    for section in root.children:
        if section.name not in SECTIONS:
            yield _unexpected(root, section, SECTIONS)
        elif section.name in seen:
            yield _problem(section, f"The section '{section.name}' can stand only once.")
        else:
            seen.add(section.name)
            if section.name == "backend" and len(section.children) > 1:
                yield _problem(section, "backend section allows only one policy to be specified")
            yield from _in_section(section, section.name, scope)


def _in_section(parent: Element, section: str, scope: str) -> Iterator[Problem]:
    if parent.text:
        yield _problem(parent, f"The element '{parent.name}' cannot contain text.")
    for policy in parent.children:
        sections = KNOWN.get(policy.name)
        if sections is None:
            yield _unexpected(parent, policy, ())
        elif section not in sections:
            yield _problem(policy, f"Policy is not allowed in the specified section '{section}'.")
        elif _ONLY_AT.get(policy.name, scope) != scope:
            yield _problem(policy, "Policy section is not allowed in the specified scope")
        else:
            yield from _in_policy(policy, section, scope)


def _in_policy(policy: Element, section: str, scope: str) -> Iterator[Problem]:
    for required in _REQUIRED.get(policy.name, ()):
        if required not in policy.attributes:
            yield _problem(policy, f"The required attribute '{required}' is missing.")
    literal = _LITERAL.get(policy.name, "")
    if expressions.starts(policy.attributes.get(literal, "")):
        yield _problem(policy, f"The '{literal}' attribute is invalid - Policy expressions are not allowed.")
    number, pattern = _NUMBERS.get(policy.name, ("", ""))
    value = policy.attributes.get(number)
    if value is not None and "{{" not in value and not expressions.starts(value) and not re.fullmatch(pattern, value):
        yield _problem(policy, f"The '{number}' attribute is invalid - The value '{value}' is invalid.")
    choices = _EXACTLY_ONE.get(policy.name, ())
    given = [name for name in choices if policy.attributes.get(name)]
    if choices and len(given) != 1:
        allowed = " or ".join(f"'{name}'" for name in choices)
        got = " and ".join(f"'{name}'" for name in given) or "none"
        yield _problem(policy, f"Exactly one of the attributes {allowed} has to be given, got {got}.")
    if policy.name == "choose":
        yield from _in_choose(policy)
    if policy.name in _CONTAINERS:
        yield from _in_section(policy, section, scope)
    elif policy.name in _CHILDREN:
        yield from _in_served_policy(policy, _CHILDREN[policy.name], section, scope)


def _in_choose(policy: Element) -> Iterator[Problem]:
    """At least one `when`, then at most one `otherwise` (docs, choose); that it has to be the last is inferred."""
    names = [child.name for child in policy.children]
    if "when" not in names:
        yield _problem(policy, f"The element 'choose' has incomplete content.{_list(('when',))}")
    for child in policy.children[names.index("otherwise") + 1 if "otherwise" in names else len(names) :]:
        if child.name in _CHILDREN["choose"]:
            yield _problem(child, f"The element 'choose' has invalid child element '{child.name}'.")


def _in_served_policy(policy: Element, expected: tuple[str, ...], section: str, scope: str) -> Iterator[Problem]:
    if policy.text:
        yield _problem(policy, f"The element '{policy.name}' cannot contain text.{_list(expected)}")
    for child in policy.children:
        if child.name not in expected:
            yield _unexpected(policy, child, expected)
        else:
            yield from _in_policy(child, section, scope)


def _unexpected(parent: Element, child: Element, expected: tuple[str, ...]) -> Problem:
    text = f"The element '{parent.name}' has invalid child element '{child.name}'.{_list(expected)}"
    return _problem(child, text)


def _list(expected: tuple[str, ...]) -> str:
    names = ", ".join(f"'{name}'" for name in expected)
    return f" List of possible elements expected: {names}." if names else ""


def _problem(element: Element, text: str) -> Problem:
    place = f"Error in element '{element.name}' on line {element.line}, column {element.column}"
    return Problem(target=element.name, message=f"{place}: {text}", line=element.line, column=element.column)
