"""`pulumi.StackReference`: another stack's outputs; secrets stay secret, and either engine goes on with the state."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from local.engine import checkpoint
from tests.local.engine.conftest import Stack
from tests.local.engine.test_parity import normalised

OTHER = "organization/platform/dev"
PUBLISHED = """
pulumi.export("plain", "one")
pulumi.export("secret", pulumi.Output.secret("hush"))
pulumi.export("deep", {"x": pulumi.Output.secret(1), "y": [1, True, None]})
"""
PROGRAM = f"""
other = pulumi.StackReference("{OTHER}")
File("a", other.require_output("plain"), secret=other.get_output("secret"))
pulumi.export("plain", other.get_output("plain"))
pulumi.export("secret", other.get_output("secret"))
pulumi.export("deep", other.get_output("deep"))
pulumi.export("names", other.secret_output_names)
pulumi.export("absent", other.get_output("absent"))
"""


def at(stack: Stack, project: str) -> None:
    """Makes `stack` one of this project."""
    (stack.folder / "Pulumi.yaml").write_text(f"name: {project}\nruntime: python\n")


def publish(stack: Stack, program: str = PUBLISHED, engine: str = "embedded") -> None:
    """Deploys the other stack."""
    at(stack, "platform")
    if engine == "pulumi":
        stack._call("stack", "init", "dev")
    stack.up(program, engine=engine)
    at(stack, "demo")


def stored(stack: Stack) -> Any:
    """The state of the reference."""
    rows = stack.resources()
    path = checkpoint.locate(f"file://{stack.state}", "demo", "dev").checkpoint
    found = [
        row
        for row in json.loads(path.read_text())["checkpoint"]["latest"]["resources"]
        if row["type"] in ("pulumi:pulumi:StackReference", "pulumi:providers:pulumi")
    ]
    assert len(found) == 2, rows
    return normalised(found)


def shown(stack: Stack) -> Any:
    """The stack's outputs in plain text, as the CLI reads them."""
    return json.loads(stack.pulumi("stack", "output", "--show-secrets", "--json").stdout)


def test_outputs_arrive_and_secrets_stay_secret(stack: Stack) -> None:
    publish(stack)
    assert stack.up(PROGRAM).calls == ["create a"]
    outputs = stack.resources()["demo-dev"]["outputs"]
    assert outputs["plain"] == "one"
    assert outputs["names"] == ["deep", "secret"]
    assert all("ciphertext" in outputs[name] for name in ("secret", "deep"))
    assert "hush" not in stack.checkpoint.read_text()
    assert stack.up().calls == []


@pytest.mark.parametrize("command", ["preview", "up"])
@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("organization/platform/none", 'unknown stack "organization/platform/none"'),
        ("none", 'unknown stack "none"'),
        ("team/platform/dev", "organization name must be 'organization'"),
        ("a/b/c/d", "a stack name may not be empty"),
    ],
)
def test_a_stack_that_does_not_exist_is_the_clis_error(embedded: Stack, command: str, name: str, text: str) -> None:
    embedded.program(f'File("a", pulumi.StackReference("{name}").get_output("plain"))')
    outcome = embedded.run(command)
    assert not outcome.ok
    assert text in outcome.text
    assert outcome.calls == []


def test_a_stack_that_does_not_exist_is_an_error_of_either_engine(stack: Stack) -> None:
    stack.program('pulumi.StackReference("organization/platform/none")')
    outcome = stack.run("up")
    assert not outcome.ok
    assert 'unknown stack "organization/platform/none"' in outcome.text


def test_a_stack_of_the_same_project_needs_no_project(embedded: Stack) -> None:
    publish(embedded)
    files = embedded.state / ".pulumi/stacks"
    shutil.copytree(files / "platform", files / "demo")
    (files / "demo/dev.json").rename(files / "demo/prod.json")
    for name in ("prod", "organization/prod"):
        embedded.up(f'pulumi.export("plain", pulumi.StackReference("{name}").get_output("plain"))')
        assert embedded.resources()["demo-dev"]["outputs"] == {"plain": "one"}


def test_disabling_default_providers_leaves_them_alone(stack: Stack) -> None:
    publish(stack)
    stack.settings.write_text(stack.settings.read_text() + 'config:\n  pulumi:disable-default-providers: ["*"]\n')
    stack.up(f'pulumi.export("plain", pulumi.StackReference("{OTHER}").get_output("plain"))')
    assert stack.resources()["demo-dev"]["outputs"] == {"plain": "one"}
    assert "inputs" not in stack.resources()["default"]


def test_what_the_other_stack_has_anew_arrives(stack: Stack) -> None:
    publish(stack)
    stack.up(PROGRAM)
    publish(stack, PUBLISHED.replace('"one"', '"two"'))
    assert stack.up(PROGRAM).calls == ["update a"]
    assert stack.resources()["demo-dev"]["outputs"]["plain"] == "two"


def test_a_read_counts_when_it_finds_something_else(stack: Stack) -> None:
    program = f'pulumi.StackReference("{OTHER}")'
    publish(stack)
    stack.up(program)
    assert stack.preview_json()["changeSummary"] == {"same": 1}
    publish(stack, PUBLISHED.replace('"one"', '"two"'))
    stack.program(program)
    assert stack.preview_json()["changeSummary"] == {"read": 1, "same": 1}


def test_a_refresh_and_a_destroy_leave_the_other_stack_alone(stack: Stack) -> None:
    publish(stack)
    before = (stack.state / ".pulumi/stacks/platform/dev.json").read_bytes()
    stack.up(PROGRAM)
    for command in ("refresh", "destroy"):
        outcome = stack.run(command)
        assert outcome.ok, outcome.text
    assert stack.resources() == {}
    assert (stack.state / ".pulumi/stacks/platform/dev.json").read_bytes() == before


@pytest.mark.parametrize("publisher", ["embedded", "pulumi"])
def test_either_engine_goes_on_with_the_others_pulumi_state(both: Stack, publisher: str) -> None:
    publish(both, engine=publisher)
    both.up(PROGRAM)
    ours, outputs = stored(both), shown(both)
    result = both.pulumi("preview", "--expect-no-changes")
    assert result.returncode == 0, result.stdout + result.stderr
    ours_json, theirs_json = both.preview_json("embedded"), both.preview_json("pulumi")
    assert ours_json["changeSummary"] == theirs_json["changeSummary"]
    assert {each["urn"]: normalised(each) for each in ours_json["steps"]} == {
        each["urn"]: normalised(each) for each in theirs_json["steps"]
    }
    both.run("destroy")
    both.up(PROGRAM, engine="pulumi")
    assert stored(both) == ours
    assert shown(both) == outputs
    assert both.preview_json()["changeSummary"].keys() == {"same"}
    assert both.up().calls == []
    assert stored(both) == ours


def test_another_passphrase_is_an_error_that_names_the_stack(embedded: Stack) -> None:
    publish(embedded)
    settings = Path(embedded.settings)
    settings.write_text("")
    embedded.passphrase = "another"
    embedded.program(PROGRAM)
    outcome = embedded.run("up")
    assert not outcome.ok
    assert f"the stack reference {OTHER} cannot be read: incorrect passphrase" in outcome.text
