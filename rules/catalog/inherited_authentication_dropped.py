"""A policy without `<base />` drops what the outer scopes demand of a caller."""

import re
from collections.abc import Iterator

from rules.inheritance import missing_around, own
from rules.policy import Policy
from rules.rule import Rule, Violation
from rules.settings import Settings
from rules.setup import Setup
from rules.severity import Severity

_DEMANDS = re.compile(
    r"authentication-.+|validate-(jwt|azure-ad-token|client-certificate)|check-header|ip-filter|rate-limit.*|quota.*"
)


def _check(setup: Setup, _settings: Settings) -> Iterator[Violation]:
    for policy in setup.policies:
        if policy.scope in ("service", "fragment") or not policy.drops_base("inbound"):
            continue
        outer = _outer(setup, policy)
        repeated = {name for section, name in own(setup, policy).names if section == "inbound"}
        dropped = sorted({name for each in outer for name in _demands(setup, each)} - repeated)
        subject = f"Policy of {policy.label}: <inbound> has no <base />"
        if dropped:
            scopes = ", ".join(each.label for each in outer if _demands(setup, each))
            detail = f"{subject}, and drops {', '.join(dropped)} of {scopes}"
            yield Violation(resource=policy.resource, detail=detail)
        elif missing_around(setup, policy) or not all(own(setup, each).is_readable for each in outer):
            detail = f"{subject}; what the outer scopes demand does not apply"
            yield Violation(resource=policy.resource, detail=detail, severity=Severity.LOW)


def _outer(setup: Setup, policy: Policy) -> list[Policy]:
    """The policies that would have been inherited: up to one that inherits nothing itself."""
    found = []
    for each in setup.outer_policies[policy.resource.urn]:
        found.append(each)
        if each.drops_base("inbound"):
            break
    return found


def _demands(setup: Setup, policy: Policy) -> set[str]:
    met = own(setup, policy)
    return {name for section, name in met.names | met.branch_names if section == "inbound" and _DEMANDS.fullmatch(name)}


RULE = Rule(
    id="inherited-authentication-dropped",
    severity=Severity.HIGH,
    what="A policy has no `<base />` in `<inbound>`, and so drops what the outer scopes demand or present",
    why="Without it nothing is inherited: tokens, addresses and limits are not checked, and a certificate that an "
    "outer scope presents is not presented",
    fix="Put `<base />` first into `<inbound>`, or repeat what has to hold here. Where the outer policies are not in "
    "the stack, the severity is low",
    reference="https://learn.microsoft.com/azure/api-management/api-management-howto-policies",
    check=_check,
)
