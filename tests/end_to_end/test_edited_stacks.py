"""Whoever takes the project over edits, renames, deletes and adds stacks, as the files' comments say: no test minds.

The tests about stacks, and some that deploy one, are run in a copy of the project. Its stacks are made of the tests'
own, so that this test does not depend on what the project's say either.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from project_copy import ProjectCopy
from working_copy import OWN_STACKS

STACKS = {"dev": "dev", "qa": "staging", "local": "local"}
"""What there is afterwards: what it was. `staging` has another name, `prod` is gone."""
ADDED = """\
config:
  payments:service: {resourceGroup: rg-shared, name: apim-shared}
  payments:certificates:
    invoices: {pfx: {file: certificates/invoices.pfx, password: {secure: "v1:AAAA:BBBB"}}}
  payments:apis:
    invoices:
      path: invoices
      certificate: invoices
      policyFile: certificates/invoices.xml
      backend: {url: "https://invoices.example.org"}
"""
"""A stack `live`. Without its key it has no listing."""
NAMES = {
    "backend-mtls:": "payments:",  # the namespace of the keys is the name of the project
    "backend-mtls": "payments",
    "Platform team": "Payments",
    "https://orders.dev.example.com": "https://shop.dev.example.org",
    "path: orders": "path: shop/orders",
    "    orders:": "    shop-orders:",
    "certificate: orders": "certificate: shop-orders",
}
DEPLOYED = ("dev", "qa", "live")
FAST = (
    "tests/stacks",
    "tests/components/configuration/test_settings.py::TestAValidConfiguration",
    "tests/test_documents.py",
    "tests/test_workflows.py",
)
DEPLOYING = (
    "tests/end_to_end/test_local_stack.py",
    "tests/end_to_end/test_expected.py::test_has_the_inputs_and_dependencies_that_a_preview_has[embedded]",
    "tests/end_to_end/test_calls.py::test_with_the_wrong_certificate_the_backend_refuses[embedded]",
    "tests/stacks/test_reference.py::test_every_shown_command_works_as_it_is_written[docs/configuration.md]",
)


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory) -> ProjectCopy:
    """The project under another name, with other people's stacks, after `make expected`."""
    project = ProjectCopy(tmp_path_factory.mktemp("edited"))
    for each in project.root.glob("stacks/Pulumi.*.yaml"):
        each.unlink()
    for stack, was in STACKS.items():
        text = (OWN_STACKS / f"stacks/Pulumi.{was}.yaml").read_text()
        for old, new in NAMES.items():
            text = text.replace(old, new)
        (project.root / f"stacks/Pulumi.{stack}.yaml").write_text(f"# Ours.\n{text}")
    (project.root / "stacks/Pulumi.live.yaml").write_text(ADDED)
    file = project.root / "Pulumi.yaml"
    content = yaml.safe_load(file.read_text())
    content |= {"name": "payments", "description": "Payments", "backend": {"url": "azblob://state"}}
    content["config"]["azure-native:location"] = "northeurope"
    file.write_text(yaml.safe_dump(content, sort_keys=False))
    project.must("stacks.expected", PULUMI_BACKEND_URL=f"file://{project.root}")
    project.must("stacks.reference")
    assert {each.stem for each in project.root.glob("stacks/expected/*")} == {"dev", "qa"}
    return project


def run(project: ProjectCopy, *tests: str) -> None:
    """These tests of the copy pass; the one that may download a tool is left out."""
    project.must("pytest", "-q", "-p", "no:xdist", "-p", "no:randomly", "-k", "not actionlint", *tests)


def test_the_tests_about_stacks_pass(edited: ProjectCopy) -> None:
    run(edited, "-m", "not end_to_end", *FAST)


def test_the_tests_that_deploy_pass(edited: ProjectCopy) -> None:
    run(edited, *DEPLOYING)


def test_workflows_that_deploy_other_stacks_pass(tmp_path: Path) -> None:
    project = ProjectCopy(tmp_path)
    file = project.root / ".github/workflows/deploy.yml"
    content = yaml.safe_load(file.read_text())
    was, job = content["jobs"].popitem()
    content["jobs"] = dict(like(job, was, waiting_in="needs"))
    file.write_text(yaml.safe_dump(content, sort_keys=False))
    file = project.root / "azure-pipelines.yml"
    content = yaml.safe_load(file.read_text())
    content["parameters"][0]["default"] = list(DEPLOYED)
    preview, *_, stage = content["stages"]
    content["stages"] = [preview, *(each for _, each in like(stage, stage["stage"], waiting_in="dependsOn"))]
    file.write_text(yaml.safe_dump(content, sort_keys=False))
    run(project, "tests/test_workflows.py")


def like(deployment: dict[str, Any], stack: str, *, waiting_in: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """The deployment of a stack, once for each that is deployed, each waiting for the one before."""
    text, before = yaml.safe_dump(deployment), []
    for each in DEPLOYED:
        yield each, yaml.safe_load(re.sub(rf"\b{re.escape(stack)}\b", each, text)) | {waiting_in: before}
        before = each
