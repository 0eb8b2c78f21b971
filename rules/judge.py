"""Holds all rules against one graph."""

from collections.abc import Iterable

from rules.catalog import RULES
from rules.graph import Graph
from rules.rule import Finding, Rule, Violation
from rules.settings import Settings, Waiver
from rules.setup import Setup

RULE_IDS = frozenset(rule.id for rule in RULES)


def judge(setup: Setup, settings: Settings, rules: Iterable[Rule] = RULES) -> list[Finding]:
    """The findings, the worst first, then by rule and resource. Rules that need the whole stack skip a part of one."""
    graph = setup.graph
    found = [
        finding
        for rule in rules
        if graph.whole or not rule.whole
        for violation in rule.check(setup, settings)
        if (finding := _finding(rule, violation, settings))
    ]
    return sorted(found, key=lambda each: (-each.severity, *each.identity))


def unjudged(graph: Graph) -> list[Rule]:
    """The rules that could not be held against this graph, because it is a part only."""
    return [] if graph.whole else [rule for rule in RULES if rule.whole]


def _finding(rule: Rule, violation: Violation, settings: Settings) -> Finding | None:
    own = violation.severity or rule.severity_in(settings.environment)
    severity = settings.severity(rule.id, own)
    if severity is None:
        return None
    resource = violation.resource
    waivers = [each for each in settings.waivers if each.covers(rule.id, resource.urn, resource.name)]
    today = settings.now.date()
    return Finding(
        rule=rule,
        resource=resource,
        detail=violation.detail,
        severity=severity,
        key=violation.key,
        waiver=_last(each for each in waivers if today <= each.until <= settings.longest_waiver),
        lapsed=_last(each for each in waivers if each.until < today),
        overlong=_last(each for each in waivers if each.until > settings.longest_waiver),
    )


def _last(waivers: Iterable[Waiver]) -> Waiver | None:
    return max(waivers, key=lambda each: each.until, default=None)
