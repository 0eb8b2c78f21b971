"""Resource options mean what they mean under the CLI."""

import pytest

from tests.local.engine.conftest import Stack


def test_a_protected_resource_is_not_deleted(stack: Stack) -> None:
    stack.up('a = File("a")\nb = File("b", a.path, opts=Options(protect=True))\nFile("c")')
    outcome = stack.run("destroy")
    assert not outcome.ok
    assert "because it is protected" in outcome.text
    assert "delete b" not in outcome.calls
    assert {"a", "b"} <= stack.resources().keys()


def test_a_resource_that_is_no_longer_protected_is_deleted(stack: Stack) -> None:
    stack.up('File("a", opts=Options(protect=True))')
    assert stack.up('File("a")').calls == []
    assert stack.run("destroy").calls == ["delete a"]


def test_a_protected_resource_is_not_replaced(stack: Stack) -> None:
    stack.up('File("a", opts=Options(protect=True))')
    stack.program('File("a", file="new", opts=Options(protect=True))')
    outcome = stack.run("up")
    assert not outcome.ok
    assert "unable to replace resource" in outcome.text
    assert outcome.calls == []


def test_children_inherit_protection(stack: Stack) -> None:
    stack.up('g = Group("g", Options(protect=True))\nFile("a", opts=Options(parent=g))')
    assert stack.resources()["a"]["protect"]


def test_a_retained_resource_is_forgotten_without_being_deleted(stack: Stack) -> None:
    stack.up('File("a", opts=Options(retain_on_delete=True))')
    assert stack.run("destroy").calls == []
    assert stack.resources() == {}


def test_ignored_changes_are_not_made(stack: Stack) -> None:
    stack.up('File("a", "one", size={"w": 1, "h": 1})')
    program = 'File("a", "two", size={{"w": 2, "h": {}}}, opts=Options(ignore_changes=["content", "size.w"]))'
    assert stack.up(program.format(1)).calls == []
    assert stack.up(program.format(2)).calls == ["update a"]
    inputs = stack.resources()["a"]["inputs"]
    assert inputs["content"] == "one"
    assert inputs["size"] == {"w": 1, "h": 2}


def test_replace_on_changes_replaces(stack: Stack) -> None:
    stack.up('File("a", "one")')
    outcome = stack.up('File("a", "two", opts=Options(replace_on_changes=["content"]))')
    assert outcome.calls == ["create a", "delete a"]


def test_additional_secret_outputs_are_encrypted(stack: Stack) -> None:
    stack.up('File("a", opts=Options(additional_secret_outputs=["path"]))')
    assert "ciphertext" in stack.resources()["a"]["outputs"]["path"]


def test_a_resource_is_not_deleted_when_what_contains_it_is(stack: Stack) -> None:
    stack.up('a = File("a")\nFile("b", opts=Options(deleted_with=a))')
    assert stack.run("destroy").calls == ["delete a"]
    assert stack.resources() == {}


def test_a_renamed_resource_goes_on_under_its_new_name(stack: Stack) -> None:
    stack.up('a = File("a", file="f")\nFile("b", a.path)')
    program = 'a = File("c", file="f", opts=Options(aliases=[pulumi.Alias(name="a")]))\nFile("b", a.path)'
    assert stack.up(program).calls == []
    resources = stack.resources()
    assert sorted(resources) == ["b", "c", "default", "demo-dev"]
    assert resources["b"]["dependencies"] == [resources["c"]["urn"]]
    assert "aliases" not in resources["c"]


def test_without_an_alias_a_renamed_resource_is_another_one(stack: Stack) -> None:
    stack.up('File("a", file="f")')
    assert stack.up('File("c", file="f")').calls == ["create f", "delete f"]


def test_children_of_a_renamed_component_go_on(stack: Stack) -> None:
    program = 'g = Group("{0}", Options(aliases=[{1}]))\nFile("{0}-a", file="f", opts=Options(parent=g))'
    stack.up(program.format("g", ""))
    assert stack.up(program.format("h", 'pulumi.Alias(name="g")')).calls == []
    assert sorted(stack.resources()) == ["default", "demo-dev", "h", "h-a"]


def test_children_of_a_component_with_a_new_parent_go_on(stack: Stack) -> None:
    stack.up('g = Group("g")\nFile("a", opts=Options(parent=g))')
    program = 'File("a", opts=Options(aliases=[pulumi.Alias(parent=pulumi.create_urn("g", "demo:index:Group"))]))'
    assert stack.up(program).calls == []
    assert "$" not in stack.resources()["a"]["urn"]


def test_a_resource_that_is_only_read_is_never_deleted(stack: Stack) -> None:
    stack.up('File("a", "one")')
    identity = stack.resources()["a"]["id"]
    program = f"""
    class Read(pulumi.CustomResource):
        def __init__(self):
            super().__init__("files:index:File", "r", {{"path": None}}, Options(id="{identity}"))

    File("a", "one")
    pulumi.export("path", Read().path)
    """
    stack.up(program)
    resource = stack.resources()["r"]
    assert resource["external"]
    assert resource["outputs"]["content"] == "one"
    assert stack.up('File("a", "one")').calls == []
    assert "r" not in stack.resources()


def test_an_explicit_provider_is_a_resource_of_the_stack(stack: Stack) -> None:
    program = """
    class Provider(pulumi.ProviderResource):
        def __init__(self, name, props):
            super().__init__("files", name, props)

    File("a", opts=Options(provider=Provider("mine", {"region": "x"})))
    """
    stack.up(program)
    resources = stack.resources()
    assert "default" not in resources
    assert resources["a"]["provider"] == f"{resources['mine']['urn']}::{resources['mine']['id']}"
    assert stack.up().calls == []
    assert stack.run("destroy").calls == ["delete a"]


def test_functions_of_the_provider_can_be_called(stack: Stack) -> None:
    program = 'pulumi.export("said", pulumi.runtime.invoke("files:index:greet", {"name": "you"}).value["greeting"])'
    stack.up(program)
    assert stack.resources()["demo-dev"]["outputs"] == {"said": "hello you"}


@pytest.mark.parametrize(
    ("program", "feature"),
    [
        ('File("a", data=pulumi.StringAsset("x"))', "assets and archives"),
        ('File("a", opts=Options(replace_with=[File("b")]))', "replace_with"),
        ('File("a", opts=Options(replacement_trigger="x"))', "replacement_trigger"),
        ('File("a", opts=Options(transforms=[lambda arguments: None]))', "transforms"),
        ('File("a", opts=Options(hide_diffs=["content"]))', "hide_diffs"),
    ],
)
def test_what_the_embedded_engine_does_not_do_is_refused_by_name(embedded: Stack, program: str, feature: str) -> None:
    embedded.program(program)
    outcome = embedded.run("up")
    assert not outcome.ok
    assert feature in outcome.text


def test_deleting_before_replacing_is_refused_and_nothing_is_touched(embedded: Stack) -> None:
    embedded.up('File("a")')
    embedded.program('File("a", file="new", opts=Options(delete_before_replace=True))')
    outcome = embedded.run("up")
    assert not outcome.ok
    assert "by deleting it first (delete_before_replace)" in outcome.text
    assert "https://www.pulumi.com/docs/install/" in outcome.text
    assert outcome.calls == []
