"""A pack that is told the base branch's settings judges by these; one that is told what stood lets it stand."""

import subprocess
import sys
from pathlib import Path

import policy_pack
import pytest
from conftest import PROJECT
from pulumi.runtime.proto.analyzer_pb2 import ADVISORY, MANDATORY
from recordings import FOLDER
from rule_resources import backend, findings

from rules.standing import dump

OFF = {"validateCertificateChain": False}
LOOSE = {"environment": "development", "severities": {"chain-validation-off": "off"}}
RULE = "chain-validation-off"


def settings(folder: Path, text: str, stack: str = "production") -> dict[str, str]:
    file = folder / f"Pulumi.{stack}.yaml"
    file.write_text(text)
    return {"REVIEW_SETTINGS": str(file)}


def levels(given: dict[str, str], review: object = LOOSE, name: str = "production") -> dict[str, int]:
    """Resource -> level of its finding, for a safe backend, and two that are not validated."""
    with policy_pack.started(**given) as pack:
        pack.stack(review, name=name)
        pack.levels()
        found = pack.judge(backend("safe"), backend("legacy", tls=OFF), backend("orders", tls=OFF))
        return {each.urn.rpartition("::")[2]: each.enforcementLevel for each in found if each.policyName == RULE}


def test_the_base_branchs_settings_count_and_not_the_changes(tmp_path: Path) -> None:
    base = settings(tmp_path, "config:\n  project:review: {environment: production}")
    assert levels(base) == {"legacy": MANDATORY, "orders": MANDATORY}
    assert levels({}) == {}


def test_the_name_of_the_stack_on_the_base_branch_says_the_environment(tmp_path: Path) -> None:
    assert set(levels(settings(tmp_path, ""), None, name="pr0d").values()) == {MANDATORY}
    assert set(levels({}, None, name="pr0d").values()) == {ADVISORY}


@pytest.mark.parametrize("variable", ["REVIEW_SETTINGS", "REVIEW_STANDING"])
def test_a_file_that_cannot_be_read_is_one_violation_that_blocks(variable: str, tmp_path: Path) -> None:
    for given in (str(tmp_path / "nothing"), str(tmp_path)):
        with policy_pack.started(**{variable: given}) as pack:
            pack.stack()
            (found,) = pack.judge(backend(tls=OFF))
            assert (found.policyName, found.enforcementLevel) == ("review-settings", MANDATORY)
            assert f"{variable}: got a file that cannot be read" in found.message
            assert str(tmp_path) not in found.message


def standing(folder: Path, *names: str, **given: str) -> dict[str, str]:
    stood = [each for name in names for each in findings(RULE, backend(name, tls=OFF, **given))]
    (folder / "standing.json").write_text(dump(stood))
    return {"REVIEW_STANDING": str(folder / "standing.json")}


def test_what_stood_stops_nothing_and_what_is_new_does(tmp_path: Path) -> None:
    assert levels(standing(tmp_path, "legacy"), None) == {"legacy": ADVISORY, "orders": MANDATORY}
    assert levels({}, None) == {"legacy": MANDATORY, "orders": MANDATORY}


def test_what_stood_and_got_worse_stops(tmp_path: Path) -> None:
    given = standing(tmp_path, "legacy", description="Chain validation is off: an appliance")
    assert levels(given, None)["legacy"] == MANDATORY


def test_it_says_that_it_stands_and_what_to_do_once_a_rule(tmp_path: Path) -> None:
    with policy_pack.started(**standing(tmp_path, "legacy")) as pack:
        pack.stack()
        pack.levels()
        first, second = pack.judge(backend("legacy", tls=OFF), backend("orders", tls=OFF))
    assert "It stands already: this deployment does not bring it" in first.message
    assert "It stands already" not in second.message
    assert ("Fix: " in first.message, "Fix: " in second.message) == (True, False)


def test_what_stands_is_written_by_the_reviewer_from_a_state(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "review.baseline", str(FOLDER / "state.json"), "--settings"]
    file = settings(tmp_path, "config:\n  backend-mtls:review: {environment: production}")["REVIEW_SETTINGS"]
    ended = subprocess.run([*words, file], cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S603 -- ours
    assert '"chain-validation-off"' in ended.stdout
    assert '"high"' in ended.stdout
    words[3] = str(tmp_path / "nothing")
    ended = subprocess.run([*words, file], cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603 -- ours
    assert (ended.returncode, ended.stdout) == (2, "")
    assert ended.stderr.startswith("error: The file cannot be read")
