"""Everything that a report says of calls stands in one table, from which its documentation is made."""

import ast
from pathlib import Path
from string import Formatter

import pytest
from conftest import PROJECT

from review import states
from review.effect import Level
from review.states import STATES


def texts_in(folder: Path) -> dict[str, set[str]]:
    """Module -> the texts in its code, docstrings left out."""
    found = {}
    for path in sorted(folder.glob("*.py")):
        tree = ast.parse(path.read_text())
        documented = {
            id(node.value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
        }
        constants = (node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in documented)
        found[path.name] = {node.value for node in constants if isinstance(node.value, str)}
    return found


def test_every_state_is_said_somewhere_and_nothing_else_is() -> None:
    modules = texts_in(PROJECT / "review")
    said = set().union(*(texts for name, texts in modules.items() if not name.endswith("wordings.py")))
    assert sorted(STATES.keys() - said) == []


def test_the_page_is_what_the_table_says() -> None:
    assert (PROJECT / "docs/report.md").read_text() == states.page()


@pytest.mark.parametrize("name", STATES)
def test_a_state_is_said_with_its_holes_filled(name: str) -> None:
    state = STATES[name]
    holes = {hole: f"<{hole}>" for _, hole, _, _ in Formatter().parse(state.text) if hole}
    made = states.effect(name, "orders", **holes)
    assert (made.state, made.level, made.who) == (name, state.level, ("orders",))
    assert all(each in made.text for each in holes.values())


def test_a_condition_stands_in_front_and_the_others_behind() -> None:
    made = states.effect("policy-text", "orders", condition="a == b", others=True)
    assert made.text == "calls where a == b: its policy text changes (see below); all others as before"


def test_an_unknown_state_is_no_effect() -> None:
    with pytest.raises(KeyError, match="no-such-state"):
        states.effect("no-such-state")


def test_every_level_is_explained() -> None:
    assert all(each.meaning in states.page() for each in Level)
