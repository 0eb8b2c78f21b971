"""A preview shows what a reviewer needs: which resource, which property, from what to what."""

from tests.local.engine.conftest import Stack

POLICY = "<policies>\n  <inbound>\n    <base />\n  </inbound>\n</policies>"


def test_shows_the_properties_that_change(embedded: Stack) -> None:
    embedded.up('File("a", "one", size={"w": 1, "h": 1})')
    embedded.program('File("a", "two", size={"w": 2, "h": 1})')
    text = embedded.run("preview").text
    assert '~ content: "one" => "two"' in text
    assert "~ size.w: 1 => 2" in text
    assert "size.h" not in text


def test_shows_a_long_text_line_by_line(embedded: Stack) -> None:
    embedded.up(f'File("a", {POLICY!r})')
    embedded.program(f'File("a", {POLICY.replace("<base />", "<base />" + chr(10) + "    <auth />")!r})')
    lines = [line.strip() for line in embedded.run("preview").text.splitlines()]
    assert "+     <auth />" in lines
    assert not [line for line in lines if line.startswith("- ")]


def test_shows_what_is_not_known_yet_as_unknown(embedded: Stack) -> None:
    program = 'a = File("a", file="{}")\nFile("b", a.path)'
    embedded.up(program.format("old"))
    path = embedded.resources()["a"]["outputs"]["path"]
    embedded.program(program.format("new"))
    text = embedded.run("preview").text
    assert '~ name: "old" => "new"' in text
    assert f'~ content: "{path}" => [unknown]' in text
    assert "04da6b54" not in text


def test_shows_changed_resources_below_their_parents_and_hides_the_others(embedded: Stack) -> None:
    program = 'g = Group("g")\nFile("a", "{}", opts=Options(parent=g))\nFile("same")'
    embedded.up(program.format("one"))
    embedded.program(program.format("two"))
    lines = embedded.run("preview").text.splitlines()
    tree = [line for line in lines if "files:index:File" in line or "demo:index:Group" in line]
    assert tree == ["      demo:index:Group g", " ~      files:index:File a update"]


def test_shows_outputs_that_change(embedded: Stack) -> None:
    embedded.up('pulumi.export("kept", 1)\npulumi.export("gone", 2)')
    embedded.program('pulumi.export("kept", 1)\npulumi.export("new", {"a": 3})')
    text = embedded.run("preview").text
    assert "- gone: 2" in text
    assert "+ new: {" in text
    assert "kept" not in text


def test_a_replacement_is_one_step_whose_old_state_is_to_be_deleted(stack: Stack) -> None:
    stack.up('File("a")\nFile("same")')
    stack.program('File("a", file="new")\nFile("same")')
    document = stack.preview_json()
    stack_step, step = document["steps"]
    assert stack_step["op"] == "same"
    assert (step["op"], step["replaceReasons"], step["oldState"]["delete"]) == ("replace", ["name"], True)
    assert step["detailedDiff"] == {"name": {"kind": "update-replace", "inputDiff": True}}
    assert document["changeSummary"] == {"replace": 1, "same": 2}


def test_what_is_deleted_first_and_what_its_value_comes_from_is_shown_as_the_cli_shows_it(both: Stack) -> None:
    """Only the CLI can carry it out; a preview is the same from both."""
    program = 'a = File("a"{})\nFile("b", a.path)\nFile("c", file=a.path)'
    both.up(program.format(""))
    both.program(program.format(', file="new", opts=Options(delete_before_replace=True)'))
    shown = {engine: both.preview_json(engine)["steps"] for engine in ("embedded", "pulumi")}
    told = {
        engine: sorted(
            (step["urn"], step["op"], step.get("replaceReasons"), step["oldState"].get("delete"))
            for step in steps
            if step["op"] != "same"
        )
        for engine, steps in shown.items()
    }
    assert told["embedded"] == told["pulumi"]
