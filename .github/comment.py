# ruff: noqa: INP001 -- a script of the workflow, in no package
"""Puts the report on a stack into the one comment that its pull request has for it: `comment.py STACK REPORT`.

The comment is found again by a hidden marker in its body, among those that a workflow wrote: anybody can write the
marker. Needs GITHUB_TOKEN, GITHUB_API_URL, GITHUB_REPOSITORY, PULL_REQUEST (its number), COMMIT and RUN_URL.
"""

import json
import os
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

AUTHOR = "github-actions[bot]"
LONGEST = 65_000
"""Characters, a little less than GitHub takes."""
PAGE = 100


def marker(stack: str) -> str:
    """What the comment on a stack begins with."""
    return f"<!-- backend-mtls preview of {stack} -->"


def body(stack: str, report: str | None, commit: str, run: str) -> str:
    """The comment; without a report it says so, so that nobody takes an older one for this commit's."""
    text = report or f"There is no report on `{stack}`: the run ended before its preview did."
    if len(text) > LONGEST:
        text = f"{text[:LONGEST]}\n\n… {len(text) - LONGEST} characters more: see the artifact of the run."
    return f"{marker(stack)}\n{text}\n\n[The run]({run}) for {commit}\n"


def main(stack: str, file: Path) -> None:
    """Updates the comment, or writes it for the first time."""
    env = os.environ
    repository = f"{env['GITHUB_API_URL']}/repos/{env['GITHUB_REPOSITORY']}"
    thread = f"{repository}/issues/{int(env['PULL_REQUEST'])}/comments"
    report = file.read_text(encoding="utf-8") if file.exists() else None
    content = {"body": body(stack, report, env["COMMIT"], env["RUN_URL"])}
    own = next((each["id"] for each in _comments(thread) if _is_own(each, stack)), None)
    if own is None:
        _send("POST", thread, content)
    else:
        _send("PATCH", f"{repository}/issues/comments/{own}", content)


def _is_own(comment: dict[str, Any], stack: str) -> bool:
    return bool(comment["user"]["login"] == AUTHOR and comment["body"].startswith(marker(stack)))


def _comments(thread: str) -> Iterator[dict[str, Any]]:
    page = 1
    while found := _send("GET", f"{thread}?per_page={PAGE}&page={page}"):
        yield from found
        if len(found) < PAGE:
            return
        page += 1


def _send(method: str, url: str, content: dict[str, str] | None = None) -> Any:
    headers = {
        "Accept": "application/vnd.github+json",
        "Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}",
        "X-GitHub-Api-Version": "2022-11-28",
    }
    data = None if content is None else json.dumps(content).encode()
    request = urllib.request.Request(url, data=data, method=method, headers=headers)  # noqa: S310 -- GITHUB_API_URL
    with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310 -- GITHUB_API_URL
        return json.load(answer)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
