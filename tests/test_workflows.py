"""The workflows hold no secret, give no credentials to a fork, and let no text of a pull request into a script."""

import os
import re
import shutil
import subprocess
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import PROJECT

ACTIONLINT = "v1.7.12"
WORKFLOWS = sorted((PROJECT / ".github/workflows").glob("*.yml"))
PIPELINES = [PROJECT / "azure-pipelines.yml", *sorted((PROJECT / ".ci").glob("azure-*.yml"))]
SCRIPTS = [PROJECT / ".ci/run", PROJECT / ".ci/preview", PROJECT / ".ci/up"]


def load(path: Path) -> dict[Any, Any]:
    content: dict[Any, Any] = yaml.safe_load(path.read_text())
    return content


def jobs() -> list[tuple[str, dict[str, Any]]]:
    return [(f"{path.name}/{name}", job) for path in WORKFLOWS for name, job in load(path)["jobs"].items()]


def steps() -> list[tuple[str, dict[str, Any]]]:
    return [(name, step) for name, job in jobs() for step in job.get("steps", [])]


def values(node: Any, key: str) -> Iterator[Any]:
    """Every value of a key, at any depth."""
    for name, value in node.items() if isinstance(node, dict) else enumerate(node if isinstance(node, list) else []):
        if name == key:
            yield value
        yield from values(value, key)


def pipeline_scripts() -> list[str]:
    found = [load(path) for path in PIPELINES]
    return [each for content in found for key in ("script", "inlineScript") for each in values(content, key)]


def each_after_the_one_before(stacks: Collection[str]) -> dict[str, str | None]:
    """What each of these deployments has to wait for."""
    return dict(zip(stacks, [None, *stacks], strict=False))


def logs_in(job: dict[str, Any]) -> bool:
    uses = [job.get("uses", ""), *(step.get("uses", "") for step in job.get("steps", []))]
    return any(each.startswith("azure/login@") or each == "./.github/workflows/deploy-stack.yml" for each in uses)


DEPLOYMENTS = load(PROJECT / ".github/workflows/deploy.yml")["jobs"]
"""By the name of the stack: whichever the project deploys."""


@pytest.fixture(scope="session")
def actionlint(tmp_path_factory: pytest.TempPathFactory) -> str:
    """actionlint, built from source when it is not installed."""
    go = shutil.which("go")
    gopath = subprocess.run([go, "env", "GOPATH"], capture_output=True, text=True, check=True).stdout if go else ""  # noqa: S603 -- go
    installed = shutil.which("actionlint") or shutil.which("actionlint", path=f"{gopath.strip()}/bin")
    if installed:
        return installed
    if go is None:
        pytest.skip("neither actionlint nor go is on PATH")
    folder = tmp_path_factory.mktemp("go")
    words = [go, "install", f"github.com/rhysd/actionlint/cmd/actionlint@{ACTIONLINT}"]
    ended = subprocess.run(words, env=os.environ | {"GOBIN": str(folder)}, capture_output=True, text=True, check=False)  # noqa: S603 -- go
    if ended.returncode:
        pytest.skip(f"actionlint cannot be installed: {ended.stderr.strip()}")
    return str(folder / "actionlint")


def test_actionlint_finds_nothing(actionlint: str) -> None:
    words = [actionlint, "-no-color", *map(str, WORKFLOWS)]
    ended = subprocess.run(words, cwd=PROJECT, capture_output=True, text=True, check=False)  # noqa: S603 -- actionlint
    assert (ended.returncode, ended.stdout) == (0, "")


class TestEveryWorkflow:
    def test_is_one_that_the_tests_know(self) -> None:
        assert [each.name for each in WORKFLOWS] == ["deploy-stack.yml", "deploy.yml", "preview.yml"]

    def test_reads_no_secret_but_the_token_of_the_run(self) -> None:
        found = {each for path in WORKFLOWS for each in re.findall(r"secrets\b[\s.\['\"]*(\w*)", str(load(path)))}
        assert found == {"GITHUB_TOKEN"}

    def test_names_a_full_version_of_each_action(self) -> None:
        used = [each for path in WORKFLOWS for each in values(load(path), "uses") if not each.startswith("./")]
        assert used
        assert [each for each in used if not re.fullmatch(r"[\w-]+/[\w-]+@v\d+\.\d+\.\d+", each)] == []

    @pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
    def test_gives_no_permission_but_what_a_job_asks_for(self, path: Path) -> None:
        assert load(path)["permissions"] == {}
        assert all("permissions" in job for job in load(path)["jobs"].values())

    def test_gives_an_identity_to_the_jobs_that_log_in_and_to_no_other(self) -> None:
        identified = {name for name, job in jobs() if job["permissions"].get("id-token")}
        assert identified == {name for name, job in jobs() if logs_in(job)}
        deployments = {f"deploy.yml/{stack}" for stack in DEPLOYMENTS}
        assert identified == deployments | {"deploy-stack.yml/up", "preview.yml/preview"}

    def test_lets_one_job_write_and_that_one_does_not_log_in(self) -> None:
        writing = {
            name for name, job in jobs() if "write" in {v for k, v in job["permissions"].items() if k != "id-token"}
        }
        assert writing == {"preview.yml/comment"}

    def test_lets_no_expression_into_a_script(self) -> None:
        assert [(name, step["run"]) for name, step in steps() if "${{" in step.get("run", "")] == []

    def test_keeps_no_token_in_the_working_copy(self) -> None:
        checkouts = [step for _, step in steps() if step.get("uses", "").startswith("actions/checkout@")]
        assert all(step["with"]["persist-credentials"] is False for step in checkouts)

    def test_installs_the_pulumi_that_the_program_is_pinned_to(self) -> None:
        pinned = re.search(r"^pulumi==(.+)$", (PROJECT / "requirements.txt").read_text(), re.MULTILINE)
        assert pinned
        assert {each for path in WORKFLOWS for each in values(load(path), "pulumi-version")} == {pinned[1]}
        assert f"--version {pinned[1]}\n" in (PROJECT / ".ci/azure-prepare.yml").read_text()


class TestThePreview:
    JOBS = load(PROJECT / ".github/workflows/preview.yml")["jobs"]

    def test_runs_for_pull_requests_without_their_credentials(self) -> None:
        triggers = load(PROJECT / ".github/workflows/preview.yml")[True]  # YAML 1.1 reads `on` as true
        assert set(triggers) == {"pull_request"}

    def test_logs_in_for_branches_of_this_repository_only(self) -> None:
        own = "github.event.pull_request.head.repo.full_name == github.repository"
        assert own in self.JOBS["preview"]["if"].split(" && ")

    def test_publishes_the_report_and_not_the_state(self) -> None:
        (upload,) = [each for each in self.JOBS["preview"]["steps"] if "upload-artifact" in each.get("uses", "")]
        path = upload["with"]["path"]
        assert [Path(each).name for each in path.splitlines()] == ["report.md", "report.html"]

    def test_is_judged_by_a_checkout_of_the_base(self) -> None:
        for name in ("touched", "preview"):
            head, base, *others = self.JOBS[name]["steps"]
            assert head["with"] == {"path": "head", "fetch-depth": 0, "persist-credentials": False}
            assert base["with"]["path"] == "base"
            assert base["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
            ours = [step for step in others if "run" in step]
            assert all(step["working-directory"] in ("head", "base") for step in ours)
        (script,) = [step for step in self.JOBS["preview"]["steps"] if ".ci/preview" in step.get("run", "")]
        assert script["run"] == '../base/.ci/preview "$STACK" "$RUNNER_TEMP/preview" "$BASE"'
        assert script["working-directory"] == "head"

    def test_asks_the_bases_module_which_stacks_are_touched(self) -> None:
        (step,) = [each for each in self.JOBS["touched"]["steps"] if each.get("id") == "touched"]
        assert "PYTHONPATH=../base python -P -m stacks.touched " in step["run"]

    def test_installs_the_program_and_the_judge_apart(self) -> None:
        installs = {
            each["working-directory"]: each["run"].splitlines()[-1]
            for each in self.JOBS["preview"]["steps"]
            if "pip install" in each.get("run", "")
        }
        assert installs == {
            "head": ".venv/bin/pip install --quiet -r requirements.txt",
            "base": ".venv/bin/pip install --quiet -r requirements-review.txt",
        }

    def test_is_commented_on_by_the_script_of_the_base(self) -> None:
        checkout, *_, last = self.JOBS["comment"]["steps"]
        assert checkout["with"]["ref"] == "${{ github.event.pull_request.base.sha }}"
        assert last["run"].startswith("python3 .github/comment.py ")

    @pytest.mark.parametrize(
        ("touched", "listings", "preview", "stacks", "fork", "passes"),
        [
            ("success", "success", "success", '["dev"]', "false", True),
            ("success", "success", "skipped", "[]", "false", True),
            ("success", "success", "skipped", "[]", "true", True),
            ("success", "success", "skipped", '["dev"]', "true", False),
            ("success", "success", "skipped", '["dev"]', "false", False),
            ("success", "success", "failure", '["dev"]', "false", False),
            ("success", "success", "cancelled", '["dev"]', "false", False),
            ("success", "failure", "success", '["dev"]', "false", False),
            ("failure", "success", "skipped", "", "false", False),
            ("cancelled", "cancelled", "cancelled", "", "true", False),
        ],
    )
    def test_passes_when_every_touched_stack_was_previewed(
        self, touched: str, listings: str, preview: str, stacks: str, fork: str, passes: bool
    ) -> None:
        (step,) = self.JOBS["verdict"]["steps"]
        given = {"TOUCHED": touched, "LISTINGS": listings, "PREVIEW": preview, "STACKS": stacks, "FORK": fork}
        assert step["env"].keys() == given.keys()
        ended = subprocess.run(  # noqa: S603 -- the workflow's own script
            ["bash", "-eo", "pipefail", "-c", step["run"]],  # noqa: S607 -- as GitHub starts it
            env=given,
            capture_output=True,
            check=False,
        )
        assert (ended.returncode == 0) == passes
        assert (b"::error::" in ended.stdout) != passes
        unpreviewed = touched == "success" and fork == "true" and stacks != "[]"
        assert (b"a fork gets no credentials" in ended.stdout) == unpreviewed


class TestTheDeployment:
    def test_is_the_same_script_in_both(self) -> None:
        (job,) = load(PROJECT / ".github/workflows/deploy-stack.yml")["jobs"].values()
        assert job["steps"][-1]["run"] == '.ci/up "$STACK"'
        assert list(values(load(PROJECT / ".ci/azure-up.yml"), "inlineScript")) == ['.ci/up "$STACK"']

    def test_goes_from_one_stack_to_the_next(self) -> None:
        order = {name: job.get("needs") or None for name, job in DEPLOYMENTS.items()}
        assert order == each_after_the_one_before(DEPLOYMENTS)
        assert {name: job["with"]["stack"] for name, job in DEPLOYMENTS.items()} == {name: name for name in DEPLOYMENTS}

    def test_waits_for_its_environment_and_for_the_one_before_and_is_never_stopped(self) -> None:
        (job,) = load(PROJECT / ".github/workflows/deploy-stack.yml")["jobs"].values()
        assert job["environment"] == "${{ inputs.stack }}"
        assert job["concurrency"] == {"group": "deploy-${{ inputs.stack }}", "cancel-in-progress": False}
        assert "timeout-minutes" not in job


class TestAzurePipelines:
    CONTENT = load(PIPELINES[0])

    def deployments(self) -> dict[str, Any]:
        """By the name of the stack."""
        _, *stages = self.CONTENT["stages"]
        return {stage["stage"]: stage for stage in stages}

    def test_deploy_each_stack_in_its_environment_in_order(self) -> None:
        found = self.deployments()
        assert {name: stage["dependsOn"] or None for name, stage in found.items()} == each_after_the_one_before(found)
        for name, stage in found.items():
            (job,) = stage["jobs"]
            (step,) = job["strategy"]["runOnce"]["deploy"]["steps"]
            assert job["environment"] == name
            assert step == {"template": ".ci/azure-up.yml", "parameters": {"stack": name}}
            assert stage["lockBehavior"] == "sequential"
            assert "ne(variables['Build.Reason'], 'PullRequest')" in stage["condition"]

    def test_a_pull_request_is_judged_by_a_checkout_of_its_target(self) -> None:
        prepare = (PROJECT / ".ci/azure-prepare.yml").read_text()
        assert 'git worktree add --detach "$AGENT_TEMPDIRECTORY/base" "origin/${TARGET#refs/heads/}"' in prepare
        jobs = list(values(self.CONTENT["stages"][0], "steps"))
        asked = [steps for steps in jobs if steps[0].get("template") == ".ci/azure-prepare.yml"]
        assert len(asked) == 2
        assert all(steps[0]["parameters"] == {"judged": True} for steps in asked)
        texts = "\n".join(values(self.CONTENT, "inlineScript"))
        assert texts.startswith('"$AGENT_TEMPDIRECTORY/base/.ci/preview" "$STACK"')
        assert '"$judge/.venv/bin/python" -P -m stacks.touched' in "\n".join(values(self.CONTENT, "script"))

    def test_preview_every_stack_that_they_deploy(self) -> None:
        (parameter,) = self.CONTENT["parameters"]
        assert sorted(parameter["default"]) == sorted(self.deployments())

    def test_hold_no_secret(self) -> None:
        for path in PIPELINES:
            content = load(path)
            assert list(values(content, "variables")) == []
            given = [value for env in values(content, "env") for value in env.values()]
            assert [each for each in given if not re.fullmatch(r"\$\(\w+\.[\w.]+\).*|\$\{\{ [\w.]+ \}\}", each)] == []
            assert (
                re.findall(r"(?i)secret\(|password|access_?key|[0-9a-f]{8}-[0-9a-f]{4}-|[\w+/]{40,}", path.read_text())
                == []
            )

    def test_log_in_by_service_connection_only(self) -> None:
        tasks = [each for path in PIPELINES for each in values(load(path), "azureSubscription")]
        assert sorted(tasks) == ["azure-${{ parameters.stack }}", "azure-preview-${{ stack }}"]

    def test_let_no_expression_into_a_script(self) -> None:
        assert [each for each in pipeline_scripts() if "${{" in each or re.search(r"\$\([A-Z]\w*\.", each)] == []

    def test_find_their_templates(self) -> None:
        for path in PIPELINES:
            assert all((path.parent / each).is_file() for each in values(load(path), "template"))


def test_every_script_can_be_parsed() -> None:
    texts = [
        *(path.read_text() for path in SCRIPTS),
        *(step["run"] for _, step in steps() if "run" in step),
        *pipeline_scripts(),
    ]
    for text in texts:
        ended = subprocess.run(["bash", "-n"], input=text, text=True, capture_output=True, check=False)  # noqa: S607 -- bash
        assert (ended.returncode, ended.stderr) == (0, ""), text


@pytest.mark.skipif(not shutil.which("shellcheck"), reason="shellcheck is not on PATH")
def test_shellcheck_finds_nothing() -> None:
    ended = subprocess.run(["shellcheck", *map(str, SCRIPTS)], capture_output=True, text=True, check=False)  # noqa: S603, S607 -- shellcheck
    assert (ended.returncode, ended.stdout) == (0, "")
