"""A policy document that API Management would refuse."""

from collections.abc import Iterator

from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for policy in setup.policies:
        if policy.unreadable:
            detail = f"Policy of {policy.label}: {policy.unreadable}"
            yield Violation(resource=policy.resource, detail=detail)


RULE = Rule(
    id="policy-unreadable",
    severity=Severity.HIGH,
    what="A policy document cannot be read, or has an element where API Management allows none",
    why="API Management answers the deployment with a ValidationError, after what comes before it has been changed; "
    "and no other rule can look into the document",
    fix="Correct the document at this place; expressions need `format: rawxml`",
    reference="https://learn.microsoft.com/azure/api-management/api-management-howto-policies, "
    "MicrosoftDocs/azure-docs#18475",
    check=_check,
)
