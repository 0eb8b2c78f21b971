"""A guard that lets through what it is there to refuse."""

from collections import Counter
from collections.abc import Iterator

from rules import guards
from rules.elements import ACCESS
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for policy in setup.policies:
        root = policy.content.root
        seen: Counter[str] = Counter()
        for each in root.inside() if root else ():
            laxities = guards.laxities(each)
            if laxities:
                seen[each.name] += 1
                detail = f"Policy of {policy.label}: {each.name} with {', '.join(laxities)}"
                key = f"{each.name} {seen[each.name]}"
                severity = None if each.name in ACCESS else Severity.MEDIUM
                yield Violation(resource=policy.resource, detail=detail, key=key, severity=severity)


RULE = Rule(
    id="guard-is-lax",
    severity=Severity.HIGH,
    what="A policy that checks callers is told not to check: `validate-trust`, `validate-revocation`, "
    "`validate-not-before`, `validate-not-after`, `require-signed-tokens` or `require-expiration-time` is false, or "
    "`ignore-error` is true",
    why="It reads as if callers were checked, and lets through whom it is there to refuse",
    fix="Remove the attribute, since the strict value is the default. For `cors`, which is medium: name the origins "
    "instead of `*`",
    reference="https://learn.microsoft.com/azure/api-management/validate-client-certificate-policy, "
    "https://learn.microsoft.com/azure/api-management/validate-jwt-policy, "
    "https://learn.microsoft.com/azure/api-management/cors-policy",
    check=_check,
)
