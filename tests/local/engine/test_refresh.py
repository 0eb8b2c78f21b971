"""A refresh takes over what the resources have become."""

import json
from pathlib import Path

from tests.local.engine.conftest import Stack


def file_of(stack: Stack, name: str) -> Path:
    return stack.files / f"{stack.resources()[name]['id']}.json"


def test_what_changed_outside_is_taken_over_and_put_right_by_the_next_up(stack: Stack) -> None:
    stack.up('File("a", "one")\nFile("b")')
    file = file_of(stack, "a")
    file.write_text(json.dumps(json.loads(file.read_text()) | {"content": "drifted"}))
    outcome = stack.run("refresh")
    assert outcome.ok, outcome.text
    assert "1 updated" in outcome.text
    assert stack.resources()["a"]["outputs"]["content"] == "drifted"
    assert stack.up().calls == ["update a"]


def test_what_was_deleted_outside_is_forgotten_and_made_again_by_the_next_up(stack: Stack) -> None:
    stack.up('a = File("a")\nFile("b", "x", opts=Options(depends_on=[a]))')
    file_of(stack, "a").unlink()
    outcome = stack.run("refresh")
    assert outcome.ok, outcome.text
    assert "1 deleted" in outcome.text
    resources = stack.resources()
    assert "a" not in resources
    assert "dependencies" not in resources["b"]
    assert stack.up().calls == ["create a"]


def test_what_did_not_change_stays(stack: Stack) -> None:
    stack.up('File("a", pulumi.Output.secret("one"))')
    before = stack.resources()["a"]["outputs"]["path"]
    assert stack.run("refresh").ok
    after = stack.resources()["a"]
    assert after["outputs"]["path"] == before
    # the CLI leaves this to the provider, which must answer with secrets
    assert stack.engine == "pulumi" or "ciphertext" in after["inputs"]["content"]
    assert stack.up().calls == []


def test_a_stack_that_does_not_exist_cannot_be_refreshed(embedded: Stack) -> None:
    embedded.program("")
    assert "no stack named 'dev' found" in embedded.run("refresh").text
