"""A change asks for what the service stores once, while something else has it."""

from collections.abc import Iterator

from rules.once import Clash, clashes, noun
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity

_FATES = {
    "stays": "which keeps it",
    "later": "which is deleted only afterwards",
    "unknown": "which is deleted only afterwards, and whether the vault holds the same is not known",
    "together": "which gives it up in the same deployment, and nothing says which of the two comes first",
}


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for each in clashes(setup):
        if each.when == "unknown" or (each.new.kind == "thumbprint" and each.when == "stays"):
            continue  # two that stay are what duplicate-thumbprint finds, before a change and after it
        severity = Severity.HIGH if each.when == "together" else Severity.CRITICAL
        key = f"{each.new.kind} {each.new.shown.lower()} {each.holder.resource.name}"
        yield Violation(resource=each.new.resource, detail=said(each), key=key, severity=severity)


def said(clash: Clash) -> str:
    """What happens, as a sentence without a full stop."""
    new, holder = clash.new.resource, clash.holder.resource
    other = "the one that it replaces" if new.urn == holder.urn else f"{noun(holder)} {holder.name}"
    has = f"is {clash.holder.shown}" if clash.when == "unknown" else "has it"
    return f"{noun(new)} {new.name} asks for {clash.new.kind} {clash.new.shown}: {other} {has}, {_FATES[clash.when]}"


RULE = Rule(
    id="stored-once",
    severity=Severity.CRITICAL,
    what="A change asks for an id, a thumbprint, a path, or an operation's method and template that something else has "
    "on the service at that moment",
    why="API Management stores each once, and Pulumi deletes last: the deployment is refused, each time. What is taken "
    "over by import under a second name is deleted with the first one",
    fix="Keep the id that is deployed (`certificate_id`, `api_id`), and rename with `aliases`, so that it is one "
    "resource that changes in place; or do it in two deployments: first the old one goes, or gets another value. Of "
    "two that are updated, let the one that gets the value depend on the one that gives it up (without an order it is "
    "high instead of critical)",
    reference="https://www.pulumi.com/docs/iac/concepts/resources/options/aliases/, Azure/apiops#343",
    check=_check,
)
