"""What a change does to the settings by which it is judged. Pure: two settings in, a list of differences out."""

from collections.abc import Iterator
from dataclasses import dataclass

from rules.catalog import RULES
from rules.rule import Rule
from rules.settings import Settings, Waiver
from rules.severity import Severity

_ENVIRONMENTS = ("development", "staging", "production")
"""From the one that forgives most."""
_OFF = "off"


@dataclass(frozen=True, kw_only=True)
class Alteration:
    """One setting that differs."""

    what: str
    """Which one."""
    before: str
    """What it says before the change; empty for a waiver that is new."""
    after: str
    """What it says after it."""
    laxer: bool
    """Whether less is found, or more is accepted."""

    @property
    def text(self) -> str:
        """On one line."""
        return f"{self.what}: {self.before} → {self.after}" if self.before else f"{self.what}, {self.after}"


def alterations(before: Settings, after: Settings) -> list[Alteration]:
    """Everything that differs, what forgives more first."""
    found = [*_environment(before, after), *_severities(before, after), *_days(before, after)]
    found += _waivers(list(before.waivers), list(after.waivers))
    return sorted(found, key=lambda each: not each.laxer)


def _environment(before: Settings, after: Settings) -> Iterator[Alteration]:
    was, will = before.environment, after.environment
    if was != will:
        laxer = _ENVIRONMENTS.index(will) < _ENVIRONMENTS.index(was)
        yield Alteration(what="environment", before=was, after=will, laxer=laxer)


def _severities(before: Settings, after: Settings) -> Iterator[Alteration]:
    for rule in sorted(RULES, key=lambda each: each.id):
        was, will = before.severities.get(rule.id), after.severities.get(rule.id)
        if _rank(rule, was, before) != _rank(rule, will, before) or _rank(rule, was, after) != _rank(rule, will, after):
            laxer = _rank(rule, will, before) < _rank(rule, was, before)
            own = f"{rule.severity_in(before.environment).word} (its own)"
            yield Alteration(what=f"severity of {rule.id}", before=was or own, after=will or own, laxer=laxer)


def _rank(rule: Rule, word: str | None, settings: Settings) -> int:
    if word is None:
        return rule.severity_in(settings.environment)
    return 0 if word == _OFF else Severity.of(word)


def _days(before: Settings, after: Settings) -> Iterator[Alteration]:
    for name in ("low", "medium", "high"):
        was, will = getattr(before.expiry_days, name), getattr(after.expiry_days, name)
        if was != will:
            yield Alteration(what=f"expiryDays.{name}", before=str(was), after=str(will), laxer=will < was)
    was, will = before.max_waiver_days, after.max_waiver_days
    if was != will:
        yield Alteration(what="maxWaiverDays", before=str(was), after=str(will), laxer=will > was)


def _waivers(before: list[Waiver], after: list[Waiver]) -> Iterator[Alteration]:
    gone = [each for each in before if each not in after]
    for new in (each for each in after if each not in before):
        old = _former(new, gone)
        if old:
            gone.remove(old)
            # a waiver that only ends earlier forgives less; another resource may be a wider one
            laxer = new.until > old.until or new.resource != old.resource
            yield Alteration(what=f"waiver of {new.rule}", before=_said(old), after=_said(new), laxer=laxer)
        else:
            what = f"new waiver of {new.rule} on {new.resource} until {new.until}"
            yield Alteration(what=what, before="", after=f"by {new.owner}: {new.reason}", laxer=True)
    for old in gone:
        yield Alteration(what=f"waiver of {old.rule}", before=_said(old), after="none", laxer=False)


def _former(new: Waiver, gone: list[Waiver]) -> Waiver | None:
    """The waiver that this one was: of the same rule, best for the same resource."""
    same = [each for each in gone if each.rule == new.rule]
    return next((each for each in same if each.resource == new.resource), same[0] if same else None)


def _said(waiver: Waiver) -> str:
    return f"on {waiver.resource} until {waiver.until}, by {waiver.owner}: {waiver.reason}"
