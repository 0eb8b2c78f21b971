"""The gateway presents exactly the declared certificate, and a call that must fail fails for the right reason."""

from typing import Any

from project import STACK_FILE, Project
from working_copy import OWN_STACKS

SERVICE = (
    "/subscriptions/00000000-0000-4000-8000-00000000a21e/resourceGroups/rg-backend-mtls-local"
    "/providers/Microsoft.ApiManagement/service/apim-backend-mtls-local"
)
CHAIN_ERROR = "The remote certificate is invalid according to the validation procedure."


def reason_of_the_last_call(project: Project, api: str) -> dict[str, Any]:
    return [each for each in project.azure.requests() if each["plane"] == "gateway" and each.get("api") == api][-1]


def test_both_apis_answer_200_with_the_declared_certificate(deployed: Project) -> None:
    for name, call in deployed.call().items():
        assert call["status"] == 200, name
        assert call["presented_thumbprint"] == call["expected_thumbprint"]
        assert call["ok"] is True


def test_the_table_says_what_each_backend_saw(deployed: Project) -> None:
    result = deployed.run("call", COLUMNS="250")
    assert result.returncode == 0, result.stderr
    for text in ("CN=orders-client", "CN=legacy-client", "orders", "legacy", "200"):
        assert text in result.stdout


def test_without_the_policy_the_backend_refuses(project: Project) -> None:
    project.must("up")
    assert project.azure.arm("DELETE", f"{SERVICE}/apis/orders/policies/policy").status in {200, 204}
    call = project.call()["orders"]
    assert call["status"] != 200
    assert call["ok"] is False
    assert project.run("call").returncode == 1


def test_with_the_wrong_certificate_the_backend_refuses(project: Project) -> None:
    project.edit("apis/orders/certificate", "legacy")
    project.must("up")
    calls = project.call()
    assert calls["orders"]["status"] in {403, 500}
    assert calls["orders"]["ok"] is False
    assert calls["legacy"]["ok"] is True


def test_with_chain_validation_a_self_signed_backend_is_a_500_with_a_reason_in_the_log(project: Project) -> None:
    project.edit("apis/legacy/backend/skipChainValidationReason", None)
    project.must("up")
    call = project.call()["legacy"]
    assert (call["status"], call["ok"]) == (500, False)
    assert CHAIN_ERROR in reason_of_the_last_call(project, "legacy")["reason"]
    assert project.call()["orders"]["ok"] is True


def test_the_project_folder_is_not_written_to(deployed: Project) -> None:
    assert (deployed.root / STACK_FILE).read_text() == (OWN_STACKS / STACK_FILE).read_text()


def test_a_restart_of_local_azure_changes_nothing(project: Project) -> None:
    project.must("up")
    before = project.call()
    project.azure.stop()
    project.azure.start()
    assert project.call() == before
    project.must("preview", "--expect-no-changes")
