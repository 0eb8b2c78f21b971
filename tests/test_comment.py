"""A pull request has one comment for each stack: written once, then updated, and nobody else's is touched."""

import json
import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from conftest import PROJECT

BOT = "github-actions[bot]"
MARKER = "<!-- backend-mtls preview of dev -->"
TOKEN = "token-of-the-run"


class GitHub:
    """The three requests of GitHub's API that the script sends; anything else is a 404."""

    def __init__(self) -> None:
        self.comments: list[dict[str, Any]] = []
        self.requests: list[str] = []
        github = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked = {key: int(each[0]) for key, each in parse_qs(urlsplit(self.path).query).items()}
                start = (asked["page"] - 1) * asked["per_page"]
                self.answer(200, github.comments[start : start + asked["per_page"]])

            def do_POST(self) -> None:
                self.answer(201, github.write(BOT, self.content()["body"]))

            def do_PATCH(self) -> None:
                number = int(self.path.rpartition("/")[2])
                github.comments[number]["body"] = self.content()["body"]
                self.answer(200, github.comments[number])

            def content(self) -> Any:
                return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

            def answer(self, status: int, content: Any) -> None:
                path = urlsplit(self.path).path
                github.requests.append(f"{self.command} {path}")
                known = path == "/repos/o/r/issues/7/comments" or path.startswith("/repos/o/r/issues/comments/")
                allowed = self.headers["Authorization"] == f"Bearer {TOKEN}"
                self.send_response(status if known and allowed else 404)
                self.end_headers()
                self.wfile.write(json.dumps(content).encode())

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the name is the base class's
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    def write(self, author: str, body: str) -> dict[str, Any]:
        self.comments.append({"id": len(self.comments), "user": {"login": author}, "body": body})
        return self.comments[-1]


@pytest.fixture
def github() -> Iterator[GitHub]:
    api = GitHub()
    thread = threading.Thread(target=api.server.serve_forever)
    thread.start()
    yield api
    api.server.shutdown()
    api.server.server_close()
    thread.join()


def comment(github: GitHub, report: Path, stack: str = "dev", token: str = TOKEN) -> subprocess.CompletedProcess[str]:
    given = {
        "GITHUB_API_URL": f"http://127.0.0.1:{github.server.server_port}",
        "GITHUB_REPOSITORY": "o/r",
        "GITHUB_TOKEN": token,
        "PULL_REQUEST": "7",
        "COMMIT": "abc123",
        "RUN_URL": "https://github.com/o/r/actions/runs/1",
    }
    words = [sys.executable, str(PROJECT / ".github/comment.py"), stack, str(report)]
    return subprocess.run(words, env=os.environ | given, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 -- ours


@pytest.fixture
def report(tmp_path: Path) -> Path:
    file = tmp_path / "report.md"
    file.write_text("# First")
    return file


def test_the_first_report_is_a_new_comment_and_the_next_ones_update_it(github: GitHub, report: Path) -> None:
    assert comment(github, report).returncode == 0
    report.write_text("# Second")
    assert comment(github, report).returncode == 0
    (only,) = github.comments
    assert only["body"] == f"{MARKER}\n# Second\n\n[The run](https://github.com/o/r/actions/runs/1) for abc123\n"
    assert [each.partition(" ")[0] for each in github.requests] == ["GET", "POST", "GET", "PATCH"]


def test_each_stack_has_its_own(github: GitHub, report: Path) -> None:
    for stack in ("dev", "dev-2", "dev"):
        assert comment(github, report, stack).returncode == 0
    assert [each["body"].partition("\n")[0] for each in github.comments] == [MARKER, MARKER.replace("dev", "dev-2")]


def test_a_comment_with_the_marker_by_somebody_else_is_left_alone(github: GitHub, report: Path) -> None:
    theirs = [github.write("mallory", f"{MARKER}\nlooks fine"), github.write(BOT, f"As said above: {MARKER}")]
    before = [dict(each) for each in theirs]
    assert comment(github, report).returncode == 0
    assert github.comments[:2] == before
    assert len(github.comments) == 3


@pytest.mark.parametrize("before", [99, 100, 101, 250])
def test_it_is_found_on_any_page(github: GitHub, report: Path, before: int) -> None:
    for _ in range(before):
        github.write("somebody", "a comment")
    github.write(BOT, f"{MARKER}\nold")
    assert comment(github, report).returncode == 0
    assert len(github.comments) == before + 1
    assert github.comments[-1]["body"].startswith(f"{MARKER}\n# First\n")


def test_without_a_report_it_says_that_there_is_none(github: GitHub, tmp_path: Path) -> None:
    github.write(BOT, f"{MARKER}\nof an older commit")
    assert comment(github, tmp_path / "report.md").returncode == 0
    (only,) = github.comments
    assert only["body"].startswith(f"{MARKER}\nThere is no report on `dev`: ")


def test_a_report_that_github_would_refuse_is_cut(github: GitHub, report: Path) -> None:
    report.write_text("x" * 70_000)
    assert comment(github, report).returncode == 0
    assert len(github.comments[0]["body"]) < 65_536
    assert "… 5000 characters more" in github.comments[0]["body"]


def test_a_refused_request_fails_and_shows_no_token(github: GitHub, report: Path) -> None:
    ended = comment(github, report, token="another-token")
    assert ended.returncode == 1
    assert "404" in ended.stderr
    assert "another-token" not in ended.stdout + ended.stderr
