"""A password or a token stands in a policy document."""

from collections import Counter
from collections.abc import Iterator, Sequence

from backend_mtls.policy.expression import starts
from backend_mtls.policy.scanner import Token

from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity

_PASSWORDS = ("authentication-basic", "authentication-certificate")
_HEADERS = frozenset({"authorization", "proxy-authorization"})


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for policy in setup.policies:
        seen: Counter[str] = Counter()
        for place in _places(policy.content.tokens):
            seen[place] += 1
            detail = f"Policy of {policy.label}: {place} is plain text"
            yield Violation(resource=policy.resource, detail=detail, key=f"{place} {seen[place]}")


def _places(tokens: Sequence[Token]) -> Iterator[str]:
    """Where a secret stands; never the secret."""
    path: list[Token] = []
    for each in tokens:
        if each.is_tag:
            path[each.depth :] = [each]
            if each.name in _PASSWORDS and _is_plain(each.attributes.get("password", "")):
                yield f"the password of <{each.name}>"
        elif each.kind in ("text", "cdata") and len(path) >= each.depth >= 2 and _is_plain(each.name):
            header, value = path[each.depth - 2], path[each.depth - 1]
            name = header.attributes.get("name", "")
            if (header.name, value.name) == ("set-header", "value") and name.lower() in _HEADERS:
                yield f"the header {name} of <set-header>"


def _is_plain(value: str) -> bool:
    """Whether it is neither empty, nor an expression, nor taken from a named value."""
    return bool(value.strip()) and not starts(value.strip()) and "{{" not in value


RULE = Rule(
    id="secret-in-policy",
    severity=Severity.HIGH,
    what="A password or an Authorization header stands in a policy document as plain text",
    why="Everybody who may read policies, the state or the preview of a change has it",
    fix="Keep it in Key Vault, and name it in the policy as a named value: `{{name}}`",
    reference="https://learn.microsoft.com/azure/api-management/api-management-howto-properties",
    check=_check,
)
