"""`import_` takes over what exists: it is read, then brought to what the program wants, as the CLI does it."""

import json
from typing import Any

import pytest

from tests.local.engine.conftest import Stack
from tests.local.engine.test_parity import normalised

AS_IT_IS = 'File("b", "one", file="copy", opts=Options(import_="copy-1"))'
PROGRAMS = {
    "as it is": AS_IT_IS,
    "changed": AS_IT_IS.replace('"one"', '"two"'),
    "with secrets": AS_IT_IS.replace("file=", 'more=pulumi.Output.secret("m"), file='),
    "with options": AS_IT_IS.replace(
        "))", ', protect=True, retain_on_delete=True, ignore_changes=["content"], additional_secret_outputs=["path"]))'
    ).replace('"one"', '"two"'),
}


def exists(stack: Stack, identity: str, **content: Any) -> None:
    """A file that the stack did not make."""
    (stack.files / f"{identity}.json").write_text(json.dumps({"path": f"/{identity}", **content}))


def content(stack: Stack, identity: str) -> str:
    return json.loads((stack.files / f"{identity}.json").read_text())["content"]


def steps(document: Any) -> list[Any]:
    return [normalised(step) for step in document["steps"]]


def test_an_existing_resource_is_imported_and_left_as_it_is(stack: Stack) -> None:
    exists(stack, "copy-1", name="copy", content="one")
    outcome = stack.up(AS_IT_IS)
    assert outcome.calls == []
    assert "1 imported" in outcome.text
    assert stack.resources()["b"]["id"] == "copy-1"


def test_what_differs_from_the_program_is_updated_by_the_same_up(stack: Stack) -> None:
    exists(stack, "copy-1", name="copy", content="one")
    outcome = stack.up(PROGRAMS["changed"])
    assert outcome.calls == ["update copy"]
    assert "1 imported" in outcome.text
    assert "1 updated" in outcome.text
    assert content(stack, "copy-1") == "two"


def test_ignored_changes_are_not_made_by_an_import(stack: Stack) -> None:
    exists(stack, "copy-1", name="copy", content="one")
    assert stack.up(PROGRAMS["with options"]).calls == []
    assert content(stack, "copy-1") == "one"


def test_a_preview_of_an_import_changes_nothing(stack: Stack) -> None:
    exists(stack, "copy-1", name="copy", content="one")
    stack.program(PROGRAMS["changed"])
    outcome = stack.run("preview")
    assert outcome.ok
    assert outcome.calls == []
    assert "1 to import" in outcome.text
    assert "1 to update" in outcome.text


def test_once_imported_the_option_means_nothing(stack: Stack) -> None:
    exists(stack, "copy-1", name="copy", content="one")
    stack.up(AS_IT_IS)
    assert stack.up(AS_IT_IS).calls == []
    assert stack.up(PROGRAMS["changed"]).calls == ["update copy"]
    assert stack.up(PROGRAMS["changed"].replace('import_="copy-1"', "")).calls == []


def test_another_id_is_imported_in_place_of_what_the_stack_had(stack: Stack) -> None:
    exists(stack, "copy-1", name="copy", content="one")
    exists(stack, "copy-2", name="copy", content="one")
    stack.up(AS_IT_IS)
    outcome = stack.up(PROGRAMS["changed"].replace("copy-1", "copy-2"))
    assert outcome.calls == ["update copy", "delete copy"]
    assert "1 replaced" in outcome.text
    assert [file.name for file in stack.files.glob("*.json")] == ["copy-2.json"]
    assert content(stack, "copy-2") == "two"


def test_what_was_only_read_can_be_imported(stack: Stack) -> None:
    exists(stack, "copy-1", name="copy", content="one")
    stack.up("""
        class Read(pulumi.CustomResource):
            def __init__(self):
                super().__init__("files:index:File", "b", {"path": None}, Options(id="copy-1"))
        Read()
    """)
    assert stack.up(AS_IT_IS).calls == []
    assert "external" not in stack.resources()["b"]
    assert stack.run("destroy").calls == ["delete copy"]


def test_importing_what_does_not_exist_fails(stack: Stack) -> None:
    stack.program('File("b", opts=Options(import_="missing"))')
    preview, up = stack.run("preview"), stack.run("up")
    assert not preview.ok
    assert not up.ok
    assert "error: Preview failed: resource 'missing' does not exist" in preview.text
    assert "error: resource 'missing' does not exist" in up.text
    assert "b" not in stack.resources()


def test_an_import_that_would_need_a_replacement_is_refused_and_nothing_is_touched(stack: Stack) -> None:
    exists(stack, "copy-1", name="copy", content="one")
    stack.program(AS_IT_IS.replace('"copy"', '"other"'))
    preview, up = stack.run("preview"), stack.run("up")
    assert preview.ok
    assert not up.ok
    assert up.calls == []
    for severity, outcome in (("warning", preview), ("error", up)):
        assert (
            f"{severity}: previously-imported resources that still specify an ID may not be replaced; please remove "
            "the `import` declaration from your program;\n    name: {copy} => {other}"
        ) in outcome.text


@pytest.mark.parametrize("kind", PROGRAMS)
def test_both_write_the_same_state_and_find_nothing_to_change_in_the_others(both: Stack, kind: str) -> None:
    written = {}
    for engine, other in (("embedded", "pulumi"), ("pulumi", "embedded")):
        exists(both, "copy-1", name="copy", content="one")
        both.up(PROGRAMS[kind], engine=engine)
        written[engine] = normalised(both.resources()["b"])
        assert both.preview_json(other)["changeSummary"].keys() == {"same"}
        assert both.up(engine=other).calls == []
        both.checkpoint.unlink()
    assert written["embedded"] == written["pulumi"]


@pytest.mark.parametrize("kind", PROGRAMS)
def test_both_preview_an_import_alike(both: Stack, kind: str) -> None:
    both.up("")
    exists(both, "copy-1", name="copy", content="one")
    both.program(PROGRAMS[kind])
    ours, theirs = both.preview_json("embedded"), both.preview_json("pulumi")
    assert ours["changeSummary"] == theirs["changeSummary"]
    assert steps(ours) == steps(theirs)


def test_both_preview_an_import_in_place_of_another_resource_alike(both: Stack) -> None:
    exists(both, "copy-1", name="copy", content="one")
    exists(both, "copy-2", name="copy", content="one")
    both.up(AS_IT_IS)
    both.program(PROGRAMS["changed"].replace("copy-1", "copy-2"))
    ours, theirs = both.preview_json("embedded"), both.preview_json("pulumi")
    assert ours["changeSummary"] == theirs["changeSummary"]
    assert steps(ours) == steps(theirs)
