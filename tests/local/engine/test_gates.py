"""An Output in `depends_on` can hold a component back, or end the program, before anything is registered."""

import pytest

from tests.local.engine.conftest import Stack

GATED = """
class Gated(pulumi.ComponentResource):
    def __init__(self, name, opts):
        super().__init__("demo:index:Gated", name, {{}}, opts)
        self.file = File(name, opts=Options(parent=self))
        self.register_outputs({{"path": self.file.path}})

def check(problems):
    if problems:
        raise pulumi.RunError("the service has 2 problems:\\n- too small\\n- too old")
    return []

gate = pulumi.Output.from_input({problems}).apply(check)
Gated("g", Options(depends_on=gate))
"""


def test_a_gate_that_resolves_to_nothing_lets_everything_through(stack: Stack) -> None:
    program = GATED.format(problems="[]")
    assert stack.up(program).calls == ["create g"]
    assert stack.resources()["g"]["type"] == "files:index:File"
    assert stack.up().calls == []


@pytest.mark.parametrize("command", ["preview", "up"])
def test_a_gate_that_raises_a_run_error_ends_the_program_with_its_text_and_nothing_else(
    stack: Stack, command: str
) -> None:
    stack.up("")
    stack.program(GATED.format(problems="['small']"))
    outcome = stack.run(command)
    assert not outcome.ok
    assert outcome.calls == []
    told = outcome.text.partition("Diagnostics:")[2]  # above it the CLI repeats the message as progress
    assert told.count("error: the service has 2 problems:") == 1
    assert told.count("- too old") == 1
    assert "Traceback" not in outcome.text
    assert "never retrieved" not in outcome.text
    assert set(stack.resources()) == {"demo-dev"}


def test_two_gates_that_raise_are_both_no_traceback(stack: Stack) -> None:
    stack.up("")
    stack.program(GATED.format(problems="['small']") + 'Gated("h", Options(depends_on=gate))')
    outcome = stack.run("up")
    assert not outcome.ok
    assert "error: the service has 2 problems:" in outcome.text
    assert "Traceback" not in outcome.text
    assert "never retrieved" not in outcome.text
    assert set(stack.resources()) == {"demo-dev"}
