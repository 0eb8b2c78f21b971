"""A failure stops the operation, loses nothing that exists, and the next operation goes on from there."""

from tests.local.engine.conftest import Stack


def test_a_failing_resource_fails_the_operation_and_says_why(stack: Stack) -> None:
    stack.program('File("bad", "fail")')
    outcome = stack.run("up")
    assert not outcome.ok
    assert "cannot create bad" in outcome.text
    assert stack.engine == "pulumi" or "Traceback" not in outcome.text


def test_what_was_created_before_a_failure_is_kept_and_the_rest_is_made_later(stack: Stack) -> None:
    program = 'a = File("a")\nb = File("b", "fail", opts=Options(depends_on=[a]))\nFile("c", b.path)'
    stack.program(program)
    assert stack.run("up").calls == ["create a"]
    assert sorted(stack.resources()) == ["a", "default", "demo-dev"]
    assert stack.up(program.replace("fail", "fine")).calls == ["create b", "create c"]


def test_nothing_is_deleted_after_a_failure(stack: Stack) -> None:
    stack.up('File("a"); File("b")')
    stack.program('File("b", "fail")')
    outcome = stack.run("up")
    assert not outcome.ok
    assert outcome.calls == []
    assert {"a", "b"} <= stack.resources().keys()


def test_a_failed_update_keeps_the_old_inputs_and_is_tried_again(stack: Stack) -> None:
    stack.up('File("a", "one")')
    stack.program('File("a", "fail")')
    assert not stack.run("up").ok
    assert stack.resources()["a"]["inputs"]["content"] == "one"
    assert stack.up('File("a", "two")').calls == ["update a"]


def test_what_a_replacement_could_not_delete_is_deleted_by_the_next_up(stack: Stack) -> None:
    stack.up('File("a")')
    keep = stack.files / "keep-a"
    keep.touch()
    stack.program('File("a", file="new")')
    outcome = stack.run("up")
    assert not outcome.ok
    assert outcome.calls == ["create new"]
    assert {"a", "-a"} <= stack.resources().keys()
    keep.unlink()
    assert stack.up().calls == ["delete a"]
    assert "-a" not in stack.resources()


def test_what_exists_only_half_is_in_the_state_and_is_updated_by_the_next_up(stack: Stack) -> None:
    stack.program('File("a", "half")')
    outcome = stack.run("up")
    assert not outcome.ok
    assert "half done" in outcome.text
    assert stack.resources()["a"]["initErrors"] == ["half done"]
    assert stack.up('File("a", "whole")').calls == ["update a"]
    assert "initErrors" not in stack.resources()["a"]


def test_a_deletion_that_fails_keeps_the_resource_and_what_it_needs(stack: Stack) -> None:
    stack.up('a = File("a")\nb = File("b", a.path)')
    (stack.files / "keep-b").touch()
    outcome = stack.run("destroy")
    assert not outcome.ok
    assert outcome.calls == []
    assert {"a", "b"} <= stack.resources().keys()


def test_an_invalid_input_is_found_by_a_preview(stack: Stack) -> None:
    stack.program('File("a", "invalid")')
    outcome = stack.run("preview")
    assert not outcome.ok
    assert "property content value {invalid} has a problem: must not be invalid" in outcome.text


def test_a_run_error_is_shown_as_it_is(stack: Stack) -> None:
    stack.program('raise pulumi.RunError("the price is wrong")')
    outcome = stack.run("up")
    assert not outcome.ok
    assert "error: the price is wrong" in outcome.text
    assert "Traceback" not in outcome.text


def test_any_other_exception_is_shown_from_the_program_on(stack: Stack) -> None:
    stack.program('def f():\n    raise ValueError("surprise")\n\nf()')
    outcome = stack.run("up")
    assert not outcome.ok
    assert "error: Program failed with an unhandled exception" in outcome.text
    assert "ValueError: surprise" in outcome.text
    assert stack.engine == "pulumi" or "runpy" not in outcome.text


def test_two_resources_of_one_name_are_refused(stack: Stack) -> None:
    stack.program('File("a"); File("a")')
    outcome = stack.run("preview")
    assert not outcome.ok
    assert "Duplicate resource URN" in outcome.text


def test_what_the_program_prints_and_logs_is_shown(stack: Stack) -> None:
    outcome = stack.up('print("printed")\npulumi.log.warn("beware", File("a"))')
    assert "printed" in outcome.text
    assert "warning: beware" in outcome.text
