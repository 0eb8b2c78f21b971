"""The guide for one's own program works word for word, in an empty folder, from a clone of this repository."""

import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from project import PROJECT, Project

from local.deploy import environment

GUIDE = (PROJECT / "docs/guides/your_own_program.md").read_text()
PYTHON = GUIDE.partition("## What an argument takes")[0]


def files() -> dict[str, str]:
    """Name -> text of every file that the guide shows."""
    return dict(re.findall(r"^`([\w.]+)`:\n\n```\w+\n(.*?)^```", PYTHON, re.MULTILINE | re.DOTALL))


def commands() -> list[str]:
    """The blocks of commands, in order."""
    return re.findall(r"^```bash\n(.*?)^```", PYTHON, re.MULTILINE | re.DOTALL)


def clone(folder: Path) -> str:
    """The address of a repository that holds what is here now, committed or not."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "components"],  # noqa: S607 -- on PATH
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    for each in filter(None, listed.stdout.split("\0")):
        if (PROJECT / each).is_file():
            (folder / each).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(PROJECT / each, folder / each)
    who = ("-c", "user.name=test", "-c", "user.email=test@example.com")
    for words in (("init", "-q"), ("add", "-A"), (*who, "commit", "-q", "-m", "what is here")):
        subprocess.run(["git", *words], cwd=folder, check=True, capture_output=True)  # noqa: S603, S607 -- our own words
    return f"file://{folder}"


@pytest.mark.parametrize("project", ["pulumi"], indirect=True)
def test_the_guide_for_ones_own_program_works_word_for_word(project: Project, tmp_path: Path) -> None:
    project.must("up")
    client = project.vault_certificate("payments", accepted_by="orders")
    start = tmp_path / "empty"
    start.mkdir()
    home = project.azure.home
    with environment.provider(home, environment.variables(home) | dict(os.environ)) as ready:
        variables = ready | {
            "PULUMI_BACKEND_URL": f"file://{home.root}",
            "PULUMI_CONFIG_PASSPHRASE": "local",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION": "true",
            "LOCAL_AZURE_HOME": str(home.root),
            "REPOSITORY": clone(tmp_path / "clone"),
        }
        first, second = commands()
        assert run(first, start, variables)
        for name, text in files().items():
            (start / "payments" / name).write_text(text)
        printed = run(second, start / "payments", variables)
    url = printed.strip().splitlines()[-1]
    key = list_key(project)
    status, seen = project.get(f"{url}/anything", key)
    assert (status, client.thumbprint in seen.upper()) == (200, True), seen


def run(block: str, folder: Path, variables: dict[str, str]) -> str:
    """Every line of the block, each of which has to succeed."""
    ended = subprocess.run(  # noqa: S603 -- the guide's own words
        ["bash", "-e", "-o", "pipefail", "-c", block],  # noqa: S607 -- on PATH
        cwd=folder,
        env=variables,
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended.stdout or "nothing printed"


def list_key(project: Project) -> str:
    """A key that opens every API of the local stack's service."""
    body = {"properties": {"scope": "/apis", "displayName": "all", "state": "active", "primaryKey": "guide-key"}}
    answer = project.azure.arm("PUT", f"{project.service_id}/subscriptions/guide", body)
    assert answer.status in {200, 201}, answer
    return "guide-key"
