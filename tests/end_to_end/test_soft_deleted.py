"""A service that is destroyed keeps its name: the next preview says so, with the commands, and a purge frees it."""

import re

from project import Project

TEXT = """1 problem found; the deployment would be refused
1. The name belongs to a service that was deleted, and that Azure keeps for 48 hours
    where:   ApiManagement service: service_name
    got:     apim-backend-mtls-local in westeurope, deleted <time>; Azure purges it <time>
    allowed: a name that no service has, and none had within 48 hours
    fix:     purge it, and what was in it is lost: az apim deletedservice purge --service-name apim-backend-mtls-local \
--location westeurope --subscription <subscription>; or restore it, and import it or borrow it: az rest --method put \
--url "<arm><service>?api-version=2024-05-01" --body '{"location": "westeurope", "sku": {"name": "Developer", \
"capacity": 1}, "properties": {"publisherEmail": "platform@example.com", "publisherName": "Platform team", \
"restore": true}}'"""


def said(project: Project, printed: str) -> str:
    """What was printed, without indentation, times and what is this run's."""
    known = project.azure.endpoints
    places = {known.arm: "<arm>", project.service_id: "<service>", known.subscription_id: "<subscription>"}
    for each, name in places.items():
        printed = printed.replace(each, name)
    printed = re.sub(r"20\d\d-\d\d-\d\d \d\d:\d\d UTC", "<time>", printed)
    return "\n".join(each.strip() for each in printed.splitlines())


def test_a_name_that_a_deleted_service_keeps_ends_the_preview_with_the_commands(project: Project) -> None:
    project.must("up")
    project.must("destroy")
    before = project.writes()
    refused = project.deploy("preview")
    assert refused.returncode != 0
    expected = plain(TEXT)
    assert expected in said(project, refused.stdout + refused.stderr)
    assert project.writes_since(before) == []
    deployed = project.deploy("up")
    assert deployed.returncode != 0
    assert "soft-deleted" in deployed.stdout + deployed.stderr or expected in said(project, deployed.stdout)
    assert project.run("purge").returncode == 0
    project.must("preview")
    project.must("up")
    assert all(each["ok"] for each in project.call().values())
    project.must("preview", "--expect-no-changes")


def test_a_restored_service_is_borrowed_with_all_that_was_in_it(project: Project) -> None:
    project.must("up")
    assert project.azure.arm("DELETE", project.service_id).status == 202
    body = {
        "location": "westeurope",
        "sku": {"name": "Developer", "capacity": 1},
        "properties": {"publisherEmail": "a@example.com", "publisherName": "A", "restore": True},
    }
    assert project.azure.arm("PUT", project.service_id, body).status == 201
    project.must("preview", "--expect-no-changes")
    assert all(each["ok"] for each in project.call().values())


def test_without_an_answer_the_preview_goes_on_and_says_so(project: Project) -> None:
    result = project.deploy("preview", AZURE_RESOURCE_MANAGER_ENDPOINT="https://localhost:1")
    assert result.returncode == 0, result.stdout + result.stderr
    said = "Not checked beforehand whether a deleted service keeps the name apim-backend-mtls-local:"
    assert said in result.stdout + result.stderr


REPLACED = """1 problem found; the deployment would be refused
1. A service cannot be replaced under its own name, which Azure keeps for 48 hours after it is deleted
    where:   ApiManagement service: service_name
    got:     apim-backend-mtls-local in rg-backend-mtls-local, which is in westeurope
    allowed: the region that it is in, or another name
    fix:     undo the change of location, or give the new one another name"""
TAKEN = """1 problem found; the deployment would be refused
1. A service of this name exists, and it is not of this stack
    where:   ApiManagement own: service_name
    got:     apim-backend-mtls-local in rg-backend-mtls-local
    allowed: a name that no service has
    fix:     borrow it (from_existing), or import it; otherwise give the new one another name"""
OWN = """
from backend_mtls import ApiManagement, ApiManagementArgs, ServiceDefinition

ApiManagement("own", ApiManagementArgs(
    resource_group_name="rg-backend-mtls-local", service_name="apim-backend-mtls-local",
    definition=ServiceDefinition(location="westeurope", publisher_name="Team", publisher_email="team@example.com")))
"""


def plain(text: str) -> str:
    return "\n".join(each.strip() for each in text.splitlines())


def test_a_service_is_not_replaced_under_its_own_name_nor_made_twice(project: Project) -> None:
    project.must("up")
    project.edit("service/owned/location", "West Europe")
    project.must("preview")
    project.edit("service/owned/location", "northeurope")
    project.edit("service/owned/createResourceGroup", None)
    refused = project.deploy("preview")
    assert refused.returncode != 0
    assert plain(REPLACED) in said(project, refused.stdout + refused.stderr)
    twice = project.program(OWN).deploy("preview")
    assert twice.returncode != 0
    assert plain(TAKEN) in said(project, twice.stdout + twice.stderr)
