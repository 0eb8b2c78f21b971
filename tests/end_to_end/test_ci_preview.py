"""`.ci/preview` with the CLI itself: program, policy pack, what stands, and report, as a workflow runs them."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from conftest import PROJECT
from project import Project

from local.deploy import environment

pytestmark = pytest.mark.parametrize("project", ["pulumi"], indirect=True)
PRODUCTION = {"environment": "production"}


class PullRequest:
    """A change of the project (the current folder), and a checkout of its base branch, which judges."""

    def __init__(self, project: Project, folder: Path) -> None:
        self.project, self.folder, self.base = project, folder, folder / "base"
        (self.base / ".ci").mkdir(parents=True)
        shutil.copytree(PROJECT / "policies", self.base / "policies")  # it names ../.venv
        shutil.copy(PROJECT / ".ci/preview", self.base / ".ci/preview")
        shutil.copytree(project.root / "stacks", self.base / "stacks")
        for name in ("review", "rules"):
            (self.base / name).symlink_to(PROJECT / name)
        (self.base / ".venv").symlink_to(sys.prefix)
        (project.root / ".gitignore").write_text(".local/\n.venv\n")
        self.git("init", "--quiet", "--initial-branch=main")
        self.commit = self.committed()

    def git(self, *words: str) -> str:
        own = ["-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false"]
        command = ["git", *own, *words]
        ended = subprocess.run(command, cwd=self.project.root, capture_output=True, text=True, check=True)  # noqa: S603 -- ours
        return ended.stdout

    def committed(self) -> str:
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", "a change")
        return self.git("rev-parse", "HEAD").strip()

    def check(self) -> tuple[int, str]:
        """The exit code and the report."""
        self.committed()
        azure = self.project.azure.home
        variables = environment.variables(azure) | {
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "PYTHONPATH": str(PROJECT),
        }
        words = [str(self.base / ".ci/preview"), "local", str(self.folder / "out"), self.commit]
        with environment.provider(azure, variables) as ready:
            ended = subprocess.run(  # noqa: S603 -- ours
                words, cwd=self.project.root, env=ready, capture_output=True, text=True, check=False, timeout=180
            )
        return ended.returncode, (self.folder / "out/report.md").read_text()


@pytest.fixture
def pull_request(project: Project, tmp_path_factory: pytest.TempPathFactory) -> PullRequest:
    """Of a stack that is deployed as production, with what a production would not be started with."""
    project.edit("review", PRODUCTION)
    project.must("up")
    return PullRequest(project, tmp_path_factory.mktemp("pull-request"))


def test_what_stands_stops_no_change_and_what_a_change_brings_does(pull_request: PullRequest) -> None:
    pull_request.project.edit("apis/orders/path", "orders-v2")
    code, report = pull_request.check()
    assert (code, "still there" in report) == (0, True)
    assert "The check of `local` fails" not in report
    pull_request.project.edit("apis/orders/backend/skipChainValidationReason", "not known yet")
    code, report = pull_request.check()
    assert code == 1
    assert "| 🔴 high | Backend orders: the chain is not validated. Reason: not known yet" in report
    assert "A mandatory policy forbids the deployment" in report


def test_a_change_is_not_judged_by_the_settings_that_it_brings(pull_request: PullRequest) -> None:
    pull_request.project.edit("apis/orders/backend/skipChainValidationReason", "not known yet")
    pull_request.project.edit("review", {"environment": "development", "severities": {"chain-validation-off": "off"}})
    code, report = pull_request.check()
    assert code == 1
    assert report.splitlines()[0].startswith(
        "## ❌ This change alters how it is judged (environment: production → development, severity of "
    )
    assert "A mandatory policy forbids the deployment" in report.splitlines()[0]  # the pack was told, too
    own = pull_request.base / "stacks/Pulumi.local.yaml"
    content = yaml.safe_load(own.read_text())
    content["config"]["backend-mtls:review"] = {"environment": "development"}
    own.write_text(yaml.safe_dump(content))
    code, report = pull_request.check()
    assert code == 0
