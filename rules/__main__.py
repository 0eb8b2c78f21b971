"""`python -m rules` prints docs/rules.md: every rule, from the rules themselves."""

import sys
from collections.abc import Iterator

from rules.catalog import RULES
from rules.references import links
from rules.rule import Rule
from rules.severity import Severity

HEAD = """\
# Rules

What a safe set-up does and does not do. Made by `python -m rules > docs/rules.md`; a test fails when it is stale. The
same rules judge a preview (`python -m review`) and, as a policy pack, a deployment (`--policy-pack policies`). They
look at azure-native's resources, so that they hold for a program without these components as well. What a rule would
have to know and does not (a value that is known only after the deployment, is a secret, or was not said) it takes to
be right.

A stack's settings are one key of its configuration, `<project>:review`:

```yaml
config:
  backend-mtls:review:
    environment: production # left out: read from the stack's name
    expiryDays: {low: 60, medium: 30, high: 7}
    severities:
      subscription-not-required: low # or off
    waivers:
      - rule: chain-validation-off
        resource: legacy # its name in the program, or its URN; `legacy-*` accepts several
        owner: payments@example.com
        reason: the appliance is replaced in spring
        until: 2027-03-31
    maxWaiverDays: 365
```

A waiver needs all five keys. Until its end a report shows the finding as accepted; after it, as before. One that ends
later than `maxWaiverDays` from today does not count at all, until somebody brings its end nearer. In `resource` a `*`
stands for any text and a `?` for one character; a pattern that begins with `urn:` is held against URNs, any other
against names. `*` alone is refused: a rule that nobody wants is `off` among the `severities`, where it is seen.

A pull request is judged by these settings as they are on its base branch (`python -m review --settings FILE`,
`REVIEW_SETTINGS=FILE` for the policy pack), and its report says first what it changes of them: a waiver counts once it
is merged. `--fail-on-new LEVEL` objects to what the change brings or makes worse; what stood before is counted, and
stops neither a pull request nor, with `REVIEW_STANDING` from `python -m review.baseline`, a deployment.

| Rule | Severity | What |
|---|---|---|
"""


def page() -> str:
    """The whole page."""
    rules = sorted(RULES, key=lambda each: each.id)
    table = "".join(f"| [{each.id}](#{each.id}) | {_severity(each)} | {each.what} |\n" for each in rules)
    return HEAD + table + "".join("\n" + "\n".join(_section(each)) + "\n" for each in rules)


def _section(rule: Rule) -> Iterator[str]:
    yield f"## {rule.id}\n"
    yield f"{rule.what}. Severity: {_severity(rule)}.\n"
    yield f"- Why: {rule.why}."
    yield f"- Fix: {rule.fix}."
    yield "- Reference: " + ", ".join(f"[{each.label}]({each.url})" for each in links(rule.reference))
    if rule.whole:
        yield "- Judged only when all resources of the stack are known (a preview with the state beside it)."


def _severity(rule: Rule) -> str:
    if isinstance(rule.severity, Severity):
        return rule.severity.word
    return ", ".join(f"{severity.word} in {environment}" for environment, severity in rule.severity.items())


if __name__ == "__main__":
    sys.stdout.write(page())
