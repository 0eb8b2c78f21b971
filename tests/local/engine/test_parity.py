"""Either engine goes on with what the other did, and writes what the other would have written."""

import json
import re
from typing import Any

from tests.local.engine.conftest import Stack

Json = Any

PROGRAM = """
g = Group("g")
a = File("a", "one", secret=pulumi.Output.secret("hush"), opts=Options(parent=g, version="1.0.0"))
b = File("b", a.path, size={"w": 1, "l": [1.5, True, None]}, opts=Options(parent=g, depends_on=[a], protect=False))
timeouts = pulumi.CustomTimeouts(create="1h30m")
c = File("c", opts=Options(depends_on=[g], custom_timeouts=timeouts, retain_on_delete=True))
g.register_outputs({"a": a, "path": a.path})
pulumi.export("path", a.path)
pulumi.export("secret", pulumi.Output.secret({"k": 1}))
"""
CHANGED = PROGRAM.replace('"a", "one"', '"a", "two", file="new"').replace("c = ", 'File("d")\nFalse and ')
MOMENTARY = ("stackTrace", "sourcePosition", "created", "modified")


def normalised(document: Json) -> Json:
    """Without times, random names, ids and nonces; `sourcePosition` is a path of this machine."""

    def clean(value: Json) -> Json:
        if isinstance(value, dict):
            return {key: clean(item) for key, item in value.items() if key not in MOMENTARY}
        return sorted(map(clean, value), key=str) if isinstance(value, list) else value

    text = json.dumps(clean(document))
    text = re.sub(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "UUID", text)
    text = re.sub(r'"v1:[^"]*"', '"CIPHERTEXT"', text)
    return json.loads(re.sub(r"(a|b|c|d|new)-[0-9a-f]{6}", r"\1-ID", text))


def deployed(stack: Stack, engine: str, *programs: str) -> Json:
    """The stored resources after these programs; everything is destroyed again."""
    for program in programs:
        stack.up(program, engine=engine)
    resources = stack.resources()
    stack.run("destroy", engine=engine)
    return {name: normalised(row) for name, row in resources.items()}


def test_the_cli_finds_nothing_to_change_after_an_embedded_up(both: Stack) -> None:
    both.up(PROGRAM)
    result = both.pulumi("preview", "--expect-no-changes")
    assert result.returncode == 0, result.stdout + result.stderr
    both.up(CHANGED)
    result = both.pulumi("preview", "--expect-no-changes")
    assert result.returncode == 0, result.stdout + result.stderr


def test_the_embedded_engine_finds_nothing_to_change_after_an_up_of_the_cli(both: Stack) -> None:
    both.up(PROGRAM, engine="pulumi")
    assert both.preview_json()["changeSummary"].keys() == {"same"}
    assert both.up().calls == []
    both.up(CHANGED, engine="pulumi")
    assert both.up().calls == []


def test_both_write_the_same_resources(both: Stack) -> None:
    assert deployed(both, "embedded", PROGRAM) == deployed(both, "pulumi", PROGRAM)


def test_both_write_the_same_resources_after_changes(both: Stack) -> None:
    assert deployed(both, "embedded", PROGRAM, CHANGED) == deployed(both, "pulumi", PROGRAM, CHANGED)


def test_both_preview_the_same_steps(both: Stack) -> None:
    both.up(PROGRAM)
    both.program(CHANGED)
    ours, theirs = both.preview_json("embedded"), both.preview_json("pulumi")
    assert ours["changeSummary"] == theirs["changeSummary"]
    assert {step["urn"]: normalised(step) for step in ours["steps"]} == {
        step["urn"]: normalised(step) for step in theirs["steps"]
    }


def test_the_cli_destroys_what_the_embedded_engine_made(both: Stack) -> None:
    both.up(PROGRAM)
    outcome = both.run("destroy", engine="pulumi")
    assert outcome.ok, outcome.text
    assert outcome.calls == ["delete b", "delete a"]


def test_the_embedded_engine_destroys_what_the_cli_made(both: Stack) -> None:
    both.up(PROGRAM, engine="pulumi")
    outcome = both.run("destroy")
    assert outcome.ok, outcome.text
    assert outcome.calls == ["delete b", "delete a"]


def test_the_cli_exports_and_imports_an_embedded_state(both: Stack) -> None:
    both.up(PROGRAM)
    exported = both.pulumi("stack", "export")
    assert exported.returncode == 0, exported.stderr
    file = both.folder / "exported.json"
    file.write_text(exported.stdout)
    result = both.pulumi("stack", "import", "--file", str(file))
    assert result.returncode == 0, result.stderr
    assert both.up().calls == []


def test_secrets_of_one_are_readable_by_the_other(both: Stack) -> None:
    both.up(PROGRAM)
    result = both.pulumi("stack", "output", "secret", "--show-secrets", "--json")
    assert json.loads(result.stdout) == {"k": 1}


def test_the_cli_goes_on_after_a_failure_of_the_embedded_engine(both: Stack) -> None:
    both.up('File("a")')
    (both.files / "keep-a").touch()
    both.program('File("a", file="new")')
    assert not both.run("up").ok
    (both.files / "keep-a").unlink()
    assert both.up(engine="pulumi").calls == ["delete a"]
