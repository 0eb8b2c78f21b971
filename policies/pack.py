"""Rules as policies, and findings as what Pulumi prints of them."""

from collections.abc import Iterable, Mapping
from typing import Any

from pulumi.runtime.proto import analyzer_pb2

from policies.stack import Stack
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


def diagnostics(findings: Iterable[Finding], stack: Stack, ceilings: Mapping[str, int]) -> list[Any]:
    """Each finding at the level of its severity in this environment; why it matters and what to do once a rule.

    What somebody accepted, what stood before, and what has an advisory ceiling blocks nothing.
    """
    told: set[str] = set()
    found = []
    for each in findings:
        before = stack.standing.get(each.identity)
        stands = before is not None and before.covers(each)
        blocks = each.severity >= BLOCKS_FROM[stack.settings.environment] and not each.waiver and not stands
        advisory = not blocks or ceilings.get(each.rule.id) == analyzer_pb2.ADVISORY
        lines = _lines(each, stands=stands, first=each.rule.id not in told)
        told |= {each.rule.id} if not each.waiver else set()
        found.append(
            analyzer_pb2.AnalyzeDiagnostic(
                policyName=each.rule.id,
                policyPackName=NAME,
                description=_description(each.rule),
                message="\n".join(lines),
                enforcementLevel=analyzer_pb2.ADVISORY if advisory else analyzer_pb2.MANDATORY,
                severity=_severity(each.severity),
                urn=each.resource.urn,
            )
        )
    return found


def _lines(finding: Finding, *, stands: bool, first: bool) -> list[str]:
    rule, waiver, lapsed, overlong = finding.rule, finding.waiver, finding.lapsed, finding.overlong
    if waiver:
        return [f"Accepted by {waiver.owner} until {waiver.until}: {waiver.reason}", finding.detail]
    ended = [f"{lapsed.owner} had accepted it until {lapsed.until}: {lapsed.reason}"] if lapsed else []
    if overlong:
        late = f"The waiver of {overlong.owner} until {overlong.until} does not count"
        ended.append(f"{late}: it ends later than maxWaiverDays allows")
    stood = ["It stands already: this deployment does not bring it"] if stands else []
    why = [f"Why: {rule.why}.", f"Fix: {rule.fix}.", f"Reference: {rule.reference}"] if first else []
    return [finding.detail, *stood, *ended, *why]


def _description(rule: Rule) -> str:
    return f"{rule.what}. {rule.why}."


def _severity(severity: Severity | None) -> Any:
    """Both scales run from low, which is 1, to critical; 0 is none."""
    return int(severity or 0)
