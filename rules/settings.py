"""What a stack says about the rules: its environment, thresholds, severities and waivers.

They stand in the stack's configuration, as `<project>:review`. Pure: a mapping or JSON in, settings out.
"""

import json
import re
from collections.abc import Collection, Mapping
from datetime import UTC, date, datetime, timedelta
from fnmatch import fnmatchcase
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationError
from pydantic.alias_generators import to_camel

from rules.severity import Environment, Severity

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Level = Literal["low", "medium", "high", "critical"]
_PRODUCTION = re.compile(r"(?:^|[-_.])(?:prod|production|prd|live)(?:$|[-_.])", re.IGNORECASE)
_STAGING = re.compile(r"(?:^|[-_.])(?:staging|stage|stg|uat|preprod|acceptance)(?:$|[-_.])", re.IGNORECASE)


_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class SettingsError(ValueError):
    """The settings of a stack are wrong; the message lists every problem."""


def _day(given: object) -> object:
    """A day, as YAML reads it or as a text; a number would otherwise be taken for seconds since 1970."""
    if isinstance(given, str) and _DAY.fullmatch(given.strip()):
        return given.strip()
    if isinstance(given, date) and not isinstance(given, datetime):
        return given
    raise ValueError("allowed: a day, as 2027-03-31")


def _pattern(given: str) -> str:
    """A name, a URN, or a pattern of one that names something."""
    part = given.rpartition("::")[2] if given.startswith("urn:") else given
    if not part.strip("*?") or (given.startswith("urn:") and "::" not in given):
        raise ValueError(
            "allowed: a name or a URN, or a pattern that says more than * and ?; to accept a rule everywhere set its "
            "severity, which has no end and is seen as that"
        )
    return given


Day = Annotated[date, BeforeValidator(_day)]
Pattern = Annotated[Text, AfterValidator(_pattern)]


class _Keys(BaseModel):
    model_config = ConfigDict(
        extra="forbid",
        frozen=True,
        alias_generator=to_camel,
        validate_by_alias=True,
        validate_by_name=True,
        use_attribute_docstrings=True,
    )


class Waiver(_Keys):
    """A finding that somebody has accepted, for a while."""

    rule: Text = Field(examples=["chain-validation-off"])
    """Id of the rule."""
    resource: Pattern = Field(examples=["legacy"])
    """Name of the resource in the program, or its URN. `*` stands for any text, `?` for one character. A pattern
    that begins with `urn:` is held against URNs, any other against names. `*` alone is refused."""
    owner: Text = Field(examples=["payments@example.com"])
    """Who answers for it."""
    reason: Text = Field(examples=["the appliance is replaced in spring"])
    """Why it is accepted."""
    until: Day = Field(examples=["2027-03-31"])
    """The last day on which it is. Further away than `maxWaiverDays` from today, it does not count at all."""

    def covers(self, rule_id: str, urn: str, name: str) -> bool:
        """Whether it is about this rule and this resource."""
        if self.rule != rule_id:
            return False
        held = urn if self.resource.startswith("urn:") else name
        return held == self.resource or fnmatchcase(held, self.resource.replace("[", "[[]"))


class ExpiryDays(_Keys):
    """Days before a certificate's expiry from which it is a finding."""

    low: Annotated[int, Field(ge=0, examples=[90])] = 60
    """Days from which it is a finding of low severity. Left out: 60."""
    medium: Annotated[int, Field(ge=0, examples=[45])] = 30
    """Days from which it is one of medium severity. Left out: 30."""
    high: Annotated[int, Field(ge=0, examples=[14])] = 7
    """Days from which it is one of high severity. Left out: 7."""


class Settings(_Keys):
    """How the rules judge one stack."""

    environment: Environment = Field(examples=["production"])
    """What the stack is for. Left out: read from its name (`prod` or `production`, `staging`, `stage` or `uat`, as a
    whole word; anything else is development)."""
    expiry_days: ExpiryDays = Field(default=ExpiryDays(), examples=[{"high": 14}])
    """When an expiry becomes a finding. Left out: 60, 30 and 7 days before it."""
    severities: Mapping[str, Level | Literal["off"]] = Field(
        default_factory=dict, examples=[{"subscription-not-required": "low"}]
    )
    """Rule -> severity in place of its own, or `off`. Left out: each rule has its own."""
    waivers: tuple[Waiver, ...] = Field(
        default=(),
        examples=[
            [
                {
                    "rule": "chain-validation-off",
                    "resource": "legacy",
                    "owner": "payments@example.com",
                    "reason": "the appliance is replaced in spring",
                    "until": "2027-03-31",
                }
            ]
        ],
    )
    """What is accepted. Left out: nothing."""
    max_waiver_days: Annotated[int, Field(ge=1, le=1096, examples=[90])] = 365
    """Days from today within which a waiver has to end. Left out: 365."""
    now: datetime = Field(default_factory=lambda: datetime.now(UTC))
    """The moment to judge for, UTC. Left out: this one."""

    @property
    def is_production(self) -> bool:
        """Whether what goes wrong here hurts customers."""
        return self.environment == "production"

    @property
    def longest_waiver(self) -> date:
        """The last day on which a waiver may end, seen from today."""
        return self.now.date() + timedelta(days=self.max_waiver_days)

    def severity(self, rule_id: str, own: Severity) -> Severity | None:
        """The severity that the stack wants for a rule; None: the rule is off."""
        wanted = self.severities.get(rule_id)
        if wanted is None:
            return own
        return None if wanted == "off" else Severity.of(wanted)


def environment_of(stack: str) -> Environment:
    """What a stack of this name is for."""
    if _STAGING.search(stack):
        return "staging"
    return "production" if _PRODUCTION.search(stack) else "development"


def read(given: object, *, stack: str, rule_ids: Collection[str], now: datetime | None = None) -> Settings:
    """The settings of a stack: a mapping, its JSON, or None for none. Raises `SettingsError` with all problems."""
    values = _mapping(given)
    values.setdefault("environment", environment_of(stack))
    if "now" in values:
        raise SettingsError("review.now: got a value, allowed: nothing; the rules judge for this moment")
    if now is not None:
        values["now"] = now
    try:
        settings = Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError("\n".join(_problems(error))) from error
    named = [*settings.severities, *(each.rule for each in settings.waivers)]
    unknown = [each for each in dict.fromkeys(named) if each not in rule_ids]
    if unknown:
        allowed = ", ".join(sorted(rule_ids))
        raise SettingsError("\n".join(f"review: there is no rule {each!r}; allowed: {allowed}" for each in unknown))
    return settings


def _mapping(given: object) -> dict[str, Any]:
    if isinstance(given, str):
        try:
            given = json.loads(given)
        except ValueError as error:
            raise SettingsError(f"review: got no JSON ({error}), allowed: an object") from error
    if given is None:
        return {}
    if not isinstance(given, Mapping):
        raise SettingsError(f"review: got {type(given).__name__}, allowed: an object with environment, waivers, …")
    return {str(key): value for key, value in given.items()}


def _problems(error: ValidationError) -> list[str]:
    return [
        f"review.{'.'.join(map(str, each['loc']))}: got {each['input']!r:.200}, {_said(each['msg'])}"
        for each in error.errors(include_url=False)
    ]


def _said(message: str) -> str:
    return message.removeprefix("Value error, ")
