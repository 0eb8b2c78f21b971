"""The policy pack under the Pulumi CLI (`--policy-pack policies`): what it lets through, and what it stops."""

import json
import subprocess
import sys
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import yaml
from certificates import make
from conftest import PROJECT
from project import PASSWORD, Project

from review.__main__ import main

pytestmark = pytest.mark.parametrize("project", ["pulumi"], indirect=True)
REASON = "apis/legacy/backend/skipChainValidationReason"
CHAIN = "chain-validation-off  (azure-native:apimanagement:Backend: legacy)"
RAW = '''
"""A backend without chain validation, over the SDK alone; the name of its service is known only later."""

import pulumi
from pulumi_azure_native import apimanagement as apim, resources

group = resources.ResourceGroup("rg", resource_group_name="rg-raw", location="westeurope")
service = apim.ApiManagementService(
    "service", resource_group_name=group.name, service_name="apim-raw", publisher_email="a@example.org",
    publisher_name="A", sku={"name": "Developer", "capacity": 1},
)
certificate = apim.Certificate(
    "client", resource_group_name=group.name, service_name=service.name, certificate_id="client",
    data=pulumi.Output.secret("PFX"), password=pulumi.Output.secret("PASSWORD"),
)
apim.Backend(
    "legacy", resource_group_name=group.name, service_name=service.name, backend_id="legacy", protocol="http",
    url=service.gateway_url, tls={"validate_certificate_chain": False, "validate_certificate_name": True},
)
'''


def judged(project: Project, command: str = "preview", **review: object) -> subprocess.CompletedProcess[str]:
    """The command with the policy pack, in a stack with these settings."""
    project.edit("review", review)
    return project.deploy(command, "--policy-pack", "policies")


def test_a_safe_stack_passes(project: Project) -> None:
    project.edit("apis/legacy", None)
    project.edit("certificates/legacy", None)
    project.edit("service/owned/protect", True)
    result = judged(project, environment="production")
    assert result.returncode == 0, result.stdout + result.stderr
    assert "✅ backend-mtls@v" in result.stdout
    assert "[mandatory]" not in result.stdout


def test_chain_validation_off_stops_a_preview_in_production_and_is_advice_in_development(project: Project) -> None:
    stopped = judged(project, environment="production")
    assert stopped.returncode != 0
    assert f"[mandatory] [severity: high]  {CHAIN}" in stopped.stdout
    assert "Backend legacy: the chain is not validated. Reason: the appliance has" in stopped.stdout
    assert "Fix: Switch validation on" in stopped.stdout
    advised = judged(project, environment="development")
    assert advised.returncode == 0, advised.stdout + advised.stderr
    assert f"[advisory] [severity: low]  {CHAIN}" in advised.stdout


def test_the_report_on_what_a_policy_forbids_says_so_and_what_it_would_do(project: Project, tmp_path: Path) -> None:
    project.edit("review", {"environment": "production"})
    stopped = project.deploy("preview", "--policy-pack", "policies", "--json")
    assert stopped.returncode != 0
    (tmp_path / "preview.json").write_text(stopped.stdout)
    assert main([str(tmp_path / "preview.json"), "--json", "--output", str(tmp_path / "report.json")]) == 1
    report = json.loads((tmp_path / "report.json").read_text())
    assert report["status"] == "forbidden"
    assert {each["label"] for each in report["rows"]} == {"orders", "legacy"}
    assert "chain-validation-off" in {each["rule"] for each in report["findings"]}


def test_an_update_is_stopped_before_anything_is_written(project: Project) -> None:
    before = project.writes()
    stopped = judged(project, "up", environment="production")
    assert stopped.returncode != 0
    assert f"[mandatory] [severity: high]  {CHAIN}" in stopped.stdout
    assert project.writes_since(before) == []


def test_a_stack_that_is_deployed_is_judged_like_a_new_one(project: Project) -> None:
    project.must("up")
    stopped = judged(project, environment="production")
    assert stopped.returncode != 0
    assert f"[mandatory] [severity: high]  {CHAIN}" in stopped.stdout
    assert "Reason: the appliance has a self-signed certificate" in stopped.stdout


def test_a_waiver_and_wrong_settings_arrive_from_the_stacks_configuration(project: Project) -> None:
    until = str(datetime.now(UTC).date() + timedelta(days=100))
    waiver = {
        "rule": "chain-validation-off",
        "resource": "legacy",
        "owner": "payments@example.com",
        "reason": "the appliance is replaced in spring",
        "until": until,
    }
    pfx = waiver | {"rule": "inline-pfx", "reason": "the appliance takes this one certificate only"}
    accepted = judged(project, environment="production", waivers=[waiver, pfx])
    assert accepted.returncode == 0, accepted.stdout + accepted.stderr
    assert f"[advisory] [severity: high]  {CHAIN}" in accepted.stdout
    assert f"Accepted by payments@example.com until {until}: the appliance is replaced in spring" in accepted.stdout
    wrong = judged(project, environment="live")
    assert wrong.returncode != 0
    assert "[mandatory] [severity: critical]  review-settings" in wrong.stdout
    assert "review.environment: got 'live'" in wrong.stdout


def test_what_stands_in_the_state_does_not_stop_an_update_and_what_it_brings_does(
    project: Project, tmp_path: Path
) -> None:
    project.must("up")
    (tmp_path / "state.json").write_text(project.must("export"))
    settings = tmp_path / "Pulumi.local.yaml"
    settings.write_text("config: {'backend-mtls:review': {environment: production}}")
    words = [sys.executable, "-m", "review.baseline", str(tmp_path / "state.json"), "--settings", str(settings)]
    stands = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=True).stdout  # noqa: S603 -- ours
    (tmp_path / "standing.json").write_text(stands)
    project.edit("review", {"environment": "development"})
    told = {"REVIEW_SETTINGS": str(settings), "REVIEW_STANDING": str(tmp_path / "standing.json")}
    pack = ("--policy-pack", "policies")
    project.edit("apis/orders/path", "orders-v2")
    passed = project.deploy("up", *pack, **told)
    assert passed.returncode == 0, passed.stdout + passed.stderr
    assert "It stands already: this deployment does not bring it" in passed.stdout
    project.edit("apis/orders/backend/skipChainValidationReason", "not known yet")
    before = project.writes()
    stopped = project.deploy("up", *pack, **told)
    assert stopped.returncode != 0
    orders = CHAIN.replace("legacy", "orders")
    assert f"[mandatory] [severity: high]  {orders}" in stopped.stdout
    assert f"[advisory] [severity: high]  {CHAIN}" in stopped.stdout
    assert project.writes_since(before) == []


def test_a_program_over_the_sdk_alone_is_judged_and_its_secrets_stay_hidden(project: Project) -> None:
    data = b64encode(make("client").pfx(PASSWORD)).decode()
    program = project.program(RAW.replace("PFX", data).replace("PASSWORD", PASSWORD))
    settings = {"config": {"program:review": {"environment": "staging"}}}
    (program.folder / "Pulumi.test.yaml").write_text(yaml.safe_dump(settings))
    stopped = program.deploy("preview", "--policy-pack", str(project.root / "policies"))
    printed = stopped.stdout + stopped.stderr
    assert stopped.returncode != 0
    assert f"[mandatory] [severity: high]  {CHAIN}" in printed
    assert "its description gives no reason" in printed
    assert data not in printed
    assert PASSWORD not in printed
