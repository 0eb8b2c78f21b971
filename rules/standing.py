"""Findings that were there before: whether one of today is the same, and no worse. Pure.

A report compares two graphs. A policy pack sees one, so that it is given what stood in the state as JSON.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from rules.rule import Finding
from rules.severity import Severity

VERSION = 1
_NAMES = ("certificateId", "backendId", "apiId", "productId")
"""The inputs by which a resource is called; content-addressed ones change with the content."""
Identity = tuple[str, str, str]


class StandingError(ValueError):
    """What is said to stand cannot be read; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Stood:
    """How bad a finding was."""

    severity: Severity
    """How much it mattered."""
    parts: frozenset[str]
    """What was wrong, one by one."""

    def covers(self, finding: Finding) -> bool:
        """Whether the finding is not worse: less severe, or as severe and for no other reason."""
        if finding.severity != self.severity:
            return finding.severity < self.severity
        return parts(finding) <= self.parts


def parts(finding: Finding) -> frozenset[str]:
    """What is wrong, one by one, without what the resource is called."""
    names = {finding.resource.text(each) for each in _NAMES} - {None, ""}
    detail = finding.detail
    for each in sorted((name for name in names if name), key=len, reverse=True):
        detail = detail.replace(each, "")
    return frozenset(re.split(r": |; ", detail))


def stood(finding: Finding) -> Stood:
    """The finding, as what later ones are compared with."""
    return Stood(severity=finding.severity, parts=parts(finding))


def dump(findings: Iterable[Finding]) -> str:
    """The findings as JSON, for `load`."""
    listed = [
        {"identity": list(each.identity), "severity": each.severity.word, "parts": sorted(parts(each))}
        for each in findings
    ]
    return json.dumps({"version": VERSION, "findings": listed}, indent=1) + "\n"


def load(text: str) -> Mapping[Identity, Stood]:
    """What `dump` wrote. Raises `StandingError`."""
    try:
        content: Any = json.loads(text)
        if content["version"] != VERSION:
            raise StandingError(f"got version {content['version']!r}, allowed: {VERSION}")
        return {_identity(each["identity"]): _stood(each) for each in content["findings"]}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        if isinstance(error, StandingError):
            raise
        raise StandingError("got something else than what `python -m review.baseline` writes") from error


def _identity(given: list[str]) -> Identity:
    rule, urn, key = map(str, given)
    return rule, urn, key


def _stood(given: Mapping[str, Any]) -> Stood:
    return Stood(severity=Severity.of(given["severity"]), parts=frozenset(map(str, given["parts"])))
