"""A preview shows the policy's real text for both sources, and changes nothing."""

import json

from project import Project

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def policies(project: Project) -> dict[str, str]:
    steps = json.loads(project.must("preview", "--json"))["steps"]
    return {
        each["urn"].rpartition("::")[2]: each["newState"]["inputs"]["value"]
        for each in steps
        if each["urn"].split("::")[2].endswith("ApiPolicy")
    }


def test_shows_the_real_text_of_both_policies_before_anything_exists(project: Project) -> None:
    before = project.writes()
    found = policies(project)
    assert '<authentication-certificate certificate-id="orders" />' in found["orders"]
    assert '<set-backend-service backend-id="orders" />' in found["orders"]
    thumbprint = found["legacy"].partition('thumbprint="')[2][:40]
    assert len(thumbprint) == 40
    assert thumbprint.isalnum()
    assert not [text for text in found.values() if UNKNOWN in text or "unknown" in text]
    assert project.writes_since(before) == []


def test_says_what_would_be_created_and_writes_nothing(project: Project) -> None:
    before = project.writes()
    printed = project.must("preview")
    assert "create" in printed
    assert "ApiPolicy" in printed
    assert project.writes_since(before) == []


def test_of_a_deployed_stack_writes_nothing(deployed: Project) -> None:
    before = deployed.writes()
    deployed.must("preview")
    assert deployed.writes_since(before) == []
