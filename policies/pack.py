"""Rules as policies, and findings as what Pulumi prints of them."""

from collections.abc import Mapping
from typing import Any

from pulumi.runtime.proto import analyzer_pb2

from rules.catalog import RULES
from rules.graph import Resource
from rules.references import links
from rules.rule import Finding, Rule
from rules.settings import Settings
from rules.severity import Environment, Severity

NAME = "backend-mtls"
BLOCKS_FROM: Mapping[Environment, Severity] = {
    "development": Severity.CRITICAL,
    "staging": Severity.HIGH,
    "production": Severity.HIGH,
}
"""The severity from which a finding stops a deployment."""
SETTINGS = Rule(
    id="review-settings",
    severity=Severity.CRITICAL,
    what="What the stack's configuration says about the rules is wrong",
    why="A waiver or a severity in it may not be what somebody meant, so that nothing is judged",
    fix="Correct the key",
    reference="docs/rules.md",
    check=lambda _setup, _settings: (),
)


def info(settings: Settings) -> Any:
    """The pack. The level of a policy is the highest that it may report at; each finding has its own."""
    policies = [_policy(rule, settings) for rule in (*RULES, SETTINGS)]
    return analyzer_pb2.AnalyzerInfo(name=NAME, displayName="Backend mTLS", supportsConfig=True, policies=policies)


def _policy(rule: Rule, settings: Settings) -> Any:
    severity = settings.severity(rule.id, rule.severity_in(settings.environment))
    return analyzer_pb2.PolicyInfo(
        name=rule.id,
        description=_description(rule),
        enforcementLevel=analyzer_pb2.MANDATORY if severity else analyzer_pb2.DISABLED,
        policy_type=analyzer_pb2.POLICY_TYPE_STACK,
        severity=_severity(severity),
        remediation_steps=f"{rule.fix}.",
        url=next((each.url for each in links(rule.reference)), rule.reference),
    )


def wrong_settings(problem: str) -> Finding:
    """The finding that the settings cannot be used."""
    nowhere = Resource(urn="", type="pulumi:pulumi:Stack", name="")  # no URN is the stack itself
    return Finding(rule=SETTINGS, resource=nowhere, detail=problem, severity=Severity.CRITICAL)


def diagnostic(finding: Finding, settings: Settings, ceiling: int | None) -> Any:
    """A finding, at the level of its severity in this environment; an advisory ceiling lets it block nothing."""
    blocks = finding.severity >= BLOCKS_FROM[settings.environment] and not finding.waiver
    advisory = not blocks or ceiling == analyzer_pb2.ADVISORY
    return analyzer_pb2.AnalyzeDiagnostic(
        policyName=finding.rule.id,
        policyPackName=NAME,
        description=_description(finding.rule),
        message="\n".join(_lines(finding)),
        enforcementLevel=analyzer_pb2.ADVISORY if advisory else analyzer_pb2.MANDATORY,
        severity=_severity(finding.severity),
        urn=finding.resource.urn,
    )


def _lines(finding: Finding) -> list[str]:
    rule, waiver, lapsed = finding.rule, finding.waiver, finding.lapsed
    if waiver:
        return [f"Accepted by {waiver.owner} until {waiver.until}: {waiver.reason}", finding.detail]
    ended = [f"{lapsed.owner} had accepted it until {lapsed.until}: {lapsed.reason}"] if lapsed else []
    return [finding.detail, *ended, f"Why: {rule.why}.", f"Fix: {rule.fix}.", f"Reference: {rule.reference}"]


def _description(rule: Rule) -> str:
    return f"{rule.what}. {rule.why}."


def _severity(severity: Severity | None) -> Any:
    """Both scales run from low, which is 1, to critical; 0 is none."""
    return int(severity or 0)
