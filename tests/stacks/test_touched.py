"""Which stacks a change touches: those whose configuration it is, all where anything deployed may change, else none."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml
from conftest import PROJECT
from hypothesis import given
from hypothesis import strategies as st
from working_copy import OWN_STACKS, WorkingCopy

from review.judging import judges
from stacks import stack_file
from stacks.touched import named_files, touched

STACKS = {
    "dev": {"policies-of-ours/orders.xml", "certificates/dev.pem"},
    "staging": {"policies-of-ours/orders.xml"},
    "prod": {"docs/orders.json", "components/odd.xml"},
}
ALL = set(STACKS)
CASES = [
    ("stacks/Pulumi.dev.yaml", {"dev"}),
    ("stacks/expected/prod.yaml", {"prod"}),
    ("stacks/Pulumi.local.yaml", set()),
    ("stacks/Pulumi.gone.yaml", set()),
    ("stacks/expected/gone.yaml", set()),
    ("policies-of-ours/orders.xml", {"dev", "staging"}),
    ("certificates/dev.pem", {"dev"}),
    ("docs/orders.json", {"prod"}),
    ("components/odd.xml", ALL),
    ("components/mtls_api.py", ALL),
    ("stacks/topology.py", ALL),
    ("rules/chain.py", ALL),
    ("policies/PulumiPolicy.yaml", ALL),
    ("__main__.py", ALL),
    ("Pulumi.yaml", ALL),
    ("requirements.txt", ALL),
    ("components/README.md", set()),
    ("README.md", set()),
    ("LICENSE", set()),
    ("docs/invariants.md", set()),
    ("docs/components.json", set()),
    ("tests/stacks/test_touched.py", set()),
    ("examples/scopes/__main__.py", set()),
    ("bench/compare.py", set()),
    ("local/engine/state.py", set()),
    (".github/workflows/preview.yml", ALL),
    (".ci/run", ALL),
    ("Makefile", ALL),
    ("pyproject.toml", ALL),
    ("review/report.py", ALL),
    ("requirements-review.txt", ALL),
    (".github/README.md", set()),
    ("requirements-dev.txt", set()),
    ("azure-pipelines.yml", ALL),
    ("what-nobody-thought-of", ALL),
    ("certificates/new.pem", ALL),
    ("stacks/deeper/Pulumi.dev.yaml", ALL),
    ("docs", ALL),
]
PATHS = st.lists(st.one_of(st.sampled_from([path for path, _ in CASES]), st.text(max_size=20)), max_size=6)


@pytest.mark.parametrize(("path", "expected"), CASES, ids=[path for path, _ in CASES])
def test_a_path_touches(path: str, expected: set[str]) -> None:
    assert touched([path], STACKS) == expected


def test_what_a_report_calls_a_change_of_the_reviewer_has_a_report_on_every_stack() -> None:
    """Otherwise nobody would be told of it."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=PROJECT, capture_output=True, text=True, check=True)  # noqa: S607 -- git
    judged = judges(listed.stdout.split("\0"))
    assert {".ci/preview", ".github/workflows/preview.yml", "review/report.py", "rules/judge.py"} <= set(judged)
    assert [path for path in judged if touched([path], STACKS) != ALL] == []
    assert "docs/rules.md" not in judged
    assert "stacks/Pulumi.prod.yaml" not in judged


def test_no_path_touches_nothing() -> None:
    assert touched([], STACKS) == set()


@given(PATHS, PATHS)
def test_more_paths_never_touch_fewer_stacks(some: list[str], more: list[str]) -> None:
    assert touched(some, STACKS) <= touched(some + more, STACKS) <= ALL


@given(PATHS)
def test_the_order_of_paths_does_not_matter(paths: list[str]) -> None:
    assert touched(paths, STACKS) == touched(reversed(paths), STACKS)


def test_whatever_the_schema_says_is_a_file_is_named() -> None:
    values: dict[str, Any] = {
        "service": {
            "resourceGroup": "rg",
            "name": "apim",
            "caCertificates": ["./ca/root.pem", {"file": "ca/inter.pfx", "password": {"secure": "v1:A:B"}}],
        },
        "certificates": {"orders": {"pfx": {"file": "client.pfx", "password": {"secure": "v1:A:B"}}}},
        "apis": {
            "orders": {
                "certificate": "orders",
                "policyFile": "docs/../orders.xml",
                "openapiFile": "orders.json",
                "backend": {"url": "https://orders", "serverCertificate": "server.pem"},
            }
        },
    }
    named = {"ca/root.pem", "ca/inter.pfx", "client.pfx", "orders.xml", "orders.json", "server.pem"}
    assert named_files(stack_file.hidden(values)) == named


class TestTheCommand:
    @pytest.fixture
    def copy(self, tmp_path: Path) -> WorkingCopy:
        copy = WorkingCopy(tmp_path)
        self.git(copy, "init", "--quiet", "--initial-branch=main")
        self.commit(copy)
        self.git(copy, "switch", "--quiet", "--create", "change")
        return copy

    def git(self, copy: WorkingCopy, *words: str) -> None:
        author = ("-c", "user.name=t", "-c", "user.email=t@example.com", "-c", "commit.gpgsign=false")
        subprocess.run(["git", *author, *words], cwd=copy.root, check=True, capture_output=True)  # noqa: S603, S607 -- git

    def commit(self, copy: WorkingCopy) -> None:
        self.git(copy, "add", "--all")
        self.git(copy, "commit", "--quiet", "--allow-empty", "--message", "change")

    def touched(self, copy: WorkingCopy) -> Any:
        self.commit(copy)
        ended = copy.run("touched", "--base", "main", "--json")
        assert ended.returncode == 0, ended.stderr
        return json.loads(ended.stdout)

    def test_compares_with_where_the_branch_began(self, copy: WorkingCopy) -> None:
        copy.replace("dev", "orders.dev.example.com", "orders.example.net")
        assert self.touched(copy) == ["dev"]
        self.git(copy, "switch", "--quiet", "main")
        copy.replace("prod", "orders.example.com", "orders.example.net")
        self.commit(copy)
        self.git(copy, "switch", "--quiet", "change")
        assert self.touched(copy) == ["dev"]

    def test_sees_both_names_of_a_file_that_is_renamed(self, copy: WorkingCopy) -> None:
        (copy.root / "stacks/topology.py").rename(copy.root / "README.md")
        assert self.touched(copy) == ["dev", "prod", "staging"]

    def test_reads_which_files_a_stack_names_and_any_name_that_git_has(self, copy: WorkingCopy) -> None:
        content = yaml.safe_load(copy.file("prod").read_text())
        content["config"]["backend-mtls:apis"]["orders"]["policyFile"] = "für alle.xml"
        copy.file("prod").write_text(yaml.safe_dump(content))
        self.git(copy, "switch", "--quiet", "main")
        self.commit(copy)
        self.git(copy, "switch", "--quiet", "-C", "change")
        (copy.root / "für alle.xml").write_text("<policies />")
        assert self.touched(copy) == ["prod"]

    def test_counts_a_stack_that_cannot_be_read(self, copy: WorkingCopy) -> None:
        copy.file("prod").write_text("config: [")
        self.git(copy, "switch", "--quiet", "-C", "main")
        self.commit(copy)
        self.git(copy, "switch", "--quiet", "-C", "change")
        assert self.touched(copy) == ["prod"]

    def test_says_what_git_says_about_a_base_that_is_none(self, copy: WorkingCopy) -> None:
        ended = copy.run("touched", "--base", "--output=file")
        assert ended.returncode == 2
        ended = copy.run("touched", "--base", "gone")
        assert ended.returncode == 2
        assert "git cannot compare with gone: " in ended.stderr
        assert "Traceback" not in ended.stderr


def test_the_stacks_of_a_project_can_be_read() -> None:
    found = stack_file.names(OWN_STACKS)
    assert {stack: named_files(stack_file.hidden(stack_file.values(OWN_STACKS, stack))) for stack in found} == {
        "dev": set(),
        "prod": set(),
        "staging": set(),
    }
