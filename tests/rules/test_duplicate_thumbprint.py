"""The same certificate twice on one service is found: once for each that is too many."""

import pytest
from rule_resources import SERVICE_ID, entity, findings, pfx_certificate, resource

from rules.severity import Severity


def test_two_certificates_are_fine() -> None:
    assert findings("duplicate-thumbprint", pfx_certificate("a"), pfx_certificate("b", "CD" * 20)) == []


def test_the_second_and_the_third_of_one_are_found() -> None:
    same = [pfx_certificate(name) for name in ("b", "c", "a")]
    found = findings("duplicate-thumbprint", *same, environment="development")
    assert [(each.resource.name, each.severity) for each in found] == [("b", Severity.HIGH), ("c", Severity.HIGH)]
    assert found[0].detail == f"Certificate b is the same as a: {'AB' * 20}"


def test_the_one_that_exists_is_not_the_one_to_blame() -> None:
    there = pfx_certificate("z", id=f"{SERVICE_ID}/certificates/z")
    assert [each.resource.name for each in findings("duplicate-thumbprint", pfx_certificate("a"), there)] == ["a"]


def test_upper_and_lower_case_are_the_same() -> None:
    assert len(findings("duplicate-thumbprint", pfx_certificate("a", "ab" * 20), pfx_certificate("b"))) == 1


def test_another_service_or_workspace_may_have_it_too() -> None:
    others = [pfx_certificate("b", serviceName="other"), pfx_certificate("c", workspaceId="team")]
    assert findings("duplicate-thumbprint", pfx_certificate("a"), *others) == []


@pytest.mark.parametrize("thumbprint", ["", "[secret]", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"])
def test_a_thumbprint_that_is_not_known_is_no_finding(thumbprint: str) -> None:
    same = [pfx_certificate(name, thumbprint) for name in ("a", "b")]
    assert findings("duplicate-thumbprint", *same, entity("Certificate", "c")) == []


def test_certificates_of_a_service_that_is_not_known_are_no_finding() -> None:
    outputs = {"thumbprint": "AB" * 20}
    same = [resource("apimanagement:Certificate", name, outputs=outputs) for name in ("a", "b")]
    assert findings("duplicate-thumbprint", *same) == []
