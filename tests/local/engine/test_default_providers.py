"""A stack that disables default providers (`pulumi:disable-default-providers`) takes explicit ones only."""

import pytest

from tests.local.engine.conftest import Stack

EXPLICIT = """
mine = pulumi.ProviderResource("files", "mine", {})
File("a", opts=Options(provider=mine))
greeting = pulumi.runtime.invoke("files:index:greet", {"name": "a"}, pulumi.InvokeOptions(provider=mine))
pulumi.export("greeting", greeting.value["greeting"])
"""
READ = """
class Got(pulumi.CustomResource):
    def __init__(self):
        super().__init__("files:index:File", "got", {}, Options(id="a-1"))

Got()
"""
DISABLED = "Default provider for '{}' disabled. '{}' must use an explicit provider."
INVOKE = 'pulumi.runtime.invoke("files:index:greet", {"name": "a"})'
REFUSED = {
    'File("a")': DISABLED.format("files", "urn:pulumi:dev::demo::files:index:File::a"),
    READ: DISABLED.format("files:index:File", "files:index:File"),
    INVOKE: DISABLED.format("files", "files:index:greet"),
}


def configure(stack: Stack, value: str) -> None:
    """What `pulumi config set` would write."""
    salt = stack.settings.read_text()
    stack.settings.write_text(f"{salt}config:\n  pulumi:disable-default-providers: {value}\n")


@pytest.mark.parametrize("program", REFUSED, ids=["resource", "read", "function"])
def test_whatever_would_use_the_default_provider_is_refused(stack: Stack, program: str) -> None:
    configure(stack, '["files"]')
    stack.program(program)
    outcome = stack.run("up")
    assert not outcome.ok
    assert REFUSED[program] in outcome.text
    assert outcome.calls == []


def test_a_preview_refuses_it_too(stack: Stack) -> None:
    configure(stack, '["*"]')
    stack.program('File("a")')
    outcome = stack.run("preview")
    assert not outcome.ok
    assert REFUSED['File("a")'] in outcome.text


@pytest.mark.parametrize("value", ['["files"]', '[" * "]'])
def test_an_explicit_provider_is_used(stack: Stack, value: str) -> None:
    configure(stack, value)
    assert stack.up(EXPLICIT).calls == ["create a"]
    assert set(stack.resources()) == {"demo-dev", "mine", "a"}
    assert stack.resources()["demo-dev"]["outputs"] == {"greeting": "hello a"}
    assert stack.up().calls == []
    assert stack.run("destroy").ok


@pytest.mark.parametrize("value", ["[]", '""', '["other"]'])
def test_another_packages_name_disables_nothing(stack: Stack, value: str) -> None:
    configure(stack, value)
    assert stack.up('File("a")').calls == ["create a"]


@pytest.mark.parametrize(
    ("value", "text"),
    [("files", "Failed to parse files:"), ("[1]", "pulumi:disable-default-providers[0] must be a string")],
)
def test_what_is_no_list_of_names_is_an_error(stack: Stack, value: str, text: str) -> None:
    configure(stack, value)
    stack.program('File("a")')
    outcome = stack.run("up")
    assert not outcome.ok
    assert text in outcome.text
