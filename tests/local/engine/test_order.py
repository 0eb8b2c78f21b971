"""Things are created after what they need, and deleted before it; nothing is touched without need."""

from concurrent.futures import ThreadPoolExecutor

from tests.local.engine.conftest import Eventually, Stack

CHAIN = """
a = File("a")
b = File("b", a.path)
c = File("c", b.path)
pulumi.export("path", c.path)
"""


def test_creates_what_is_needed_first(stack: Stack) -> None:
    assert stack.up(CHAIN).calls == ["create a", "create b", "create c"]


def test_a_second_up_changes_nothing(stack: Stack) -> None:
    stack.up(CHAIN)
    outcome = stack.up()
    assert outcome.calls == []
    assert "4 unchanged" in outcome.text


def test_a_preview_changes_nothing(stack: Stack) -> None:
    stack.program(CHAIN)
    outcome = stack.run("preview")
    assert outcome.ok
    assert outcome.calls == []
    assert "4 to create" in outcome.text
    assert not list(stack.files.iterdir())


def test_updates_only_what_changed(stack: Stack) -> None:
    stack.up('File("a", "one"); File("b", "two")')
    outcome = stack.up('File("a", "one"); File("b", "three")')
    assert outcome.calls == ["update b"]
    assert "1 updated" in outcome.text


def test_replaces_by_creating_then_updating_dependents_then_deleting(stack: Stack) -> None:
    stack.up(CHAIN)
    outcome = stack.up(CHAIN.replace('File("a")', 'File("a", file="new")'))
    assert outcome.calls == ["create new", "update b", "delete a"]
    assert "1 replaced" in outcome.text
    assert sorted(stack.resources()) == ["a", "b", "c", "default", "demo-dev"]


def test_deletes_what_the_program_no_longer_has_in_reverse_order(stack: Stack) -> None:
    stack.up(CHAIN)
    assert stack.up('a = File("a")').calls == ["delete c", "delete b"]


def test_destroys_in_reverse_order_without_running_the_program(stack: Stack) -> None:
    stack.up(CHAIN)
    stack.program("raise ValueError")
    outcome = stack.run("destroy")
    assert outcome.ok
    assert outcome.calls == ["delete c", "delete b", "delete a"]
    assert stack.resources() == {}


def test_depends_on_orders_what_no_value_connects(stack: Stack) -> None:
    program = 'a = File("a")\nFile("b", opts=Options(depends_on=[a]))'
    assert stack.up(program).calls == ["create a", "create b"]
    assert stack.run("destroy").calls == ["delete b", "delete a"]


def test_independent_resources_are_handled_at_the_same_time(embedded: Stack, eventually: Eventually) -> None:
    embedded.program('[File(f"w{n}", "wait") for n in range(8)]')
    with ThreadPoolExecutor() as pool:
        deployment = pool.submit(embedded.run, "up")
        eventually(lambda: len(list(embedded.files.glob("waiting-*"))) == 8)
        (embedded.files / "go").touch()
    assert deployment.result().ok, deployment.result().text
