"""Whether a finding stood before, and got no worse; written as JSON and read again."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_resources import backend, findings, pfx_certificate

from rules.rule import Finding
from rules.severity import Severity
from rules.standing import StandingError, dump, load, stood

RULE = "chain-validation-off"


def finding(detail: str = "Backend legacy: a; b", severity: Severity = Severity.HIGH) -> Finding:
    (found,) = findings(RULE, backend("legacy", tls={"validateCertificateChain": False}))
    return replace(found, detail=detail, severity=severity)


@pytest.mark.parametrize(
    ("detail", "severity", "covered"),
    [
        ("Backend legacy: a; b", Severity.HIGH, True),
        ("Backend legacy: b", Severity.HIGH, True),
        ("Backend legacy: something else", Severity.MEDIUM, True),
        ("Backend legacy: a; c", Severity.HIGH, False),
        ("Backend legacy: a; b", Severity.CRITICAL, False),
    ],
)
def test_what_is_worse_or_has_another_reason_did_not_stand(detail: str, severity: Severity, covered: bool) -> None:
    assert stood(finding()).covers(finding(detail, severity)) is covered


def test_an_id_that_follows_the_content_is_no_reason() -> None:
    (old,) = findings("inline-pfx", pfx_certificate("legacy", certificateId="legacy-1111"))
    (new,) = findings("inline-pfx", pfx_certificate("legacy", certificateId="legacy-2222"))
    assert old.detail != new.detail
    assert stood(old).covers(new)


def test_what_was_written_is_read_again() -> None:
    found = finding()
    assert load(dump([found])) == {found.identity: stood(found)}


@pytest.mark.parametrize(
    "text",
    ["", "[", "[]", "{}", '{"version": 2, "findings": []}', '{"version": 1}', '{"version": 1, "findings": [{}]}',
     '{"version": 1, "findings": [{"identity": ["a"], "severity": "low", "parts": []}]}',
     '{"version": 1, "findings": [{"identity": ["a", "b", "c"], "severity": "bad", "parts": []}]}'],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(StandingError, match=r"^got "):
        load(text)


def refusal(text: str) -> str:
    """Why a text is refused; empty when it is read."""
    try:
        load(text)
    except StandingError as error:
        return str(error)
    return ""


@given(st.recursive(st.none() | st.integers() | st.text(), lambda one: st.lists(one) | st.dictionaries(st.text(), one)))
def test_any_json_is_read_or_refused_in_one_line(value: object) -> None:
    for content in (value, {"version": 1, "findings": value}):
        assert "\n" not in refusal(json.dumps(content))
