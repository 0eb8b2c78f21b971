"""The text of a listing depends on what is registered only, and can be read back."""

from typing import Any

import yaml
from hypothesis import given
from hypothesis import strategies as st

from stacks import listing
from stacks.listing import Registered

TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**50), 2**50).map(float) | TEXTS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=6,
)


def one(name: str, parent: str = "stack", inputs: Any = None, dependencies: tuple[str, ...] = ()) -> Registered:
    return Registered(
        urn=f"urn-{name}", type="t", name=name, parent=parent, dependencies=dependencies, inputs=inputs or {}
    )


TREE = [
    one("b"),
    one("a"),
    one("a2", "urn-a", dependencies=("urn-b", "urn-a1", "urn-b", "urn of another program")),
    one("a1", "urn-a"),
    one("z", "urn-a2", {"y": 1.0, "x": 0.5}),
]


@given(st.permutations(TREE))
def test_the_order_of_registration_does_not_matter(registered: list[Registered]) -> None:
    assert listing.write("s", registered) == listing.write("s", TREE)


def test_a_resource_stands_behind_its_parent_with_sorted_inputs_and_names_for_urns() -> None:
    header, _, body = listing.write("s", TREE).partition("\n- ")
    assert header.splitlines()[1:] == ["# Providers: none"]
    assert f"- {body}" == (
        "- type: t\n  name: a\n"
        "- type: t\n  name: a1\n  parent: t a\n"
        "- type: t\n  name: a2\n  parent: t a\n  dependsOn:\n  - t a1\n  - t b\n"
        "- type: t\n  name: z\n  parent: t a2\n  inputs:\n    x: 0.5\n    y: 1\n"
        "- type: t\n  name: b\n"
    )


@given(st.dictionaries(TEXTS, VALUES, max_size=4))
def test_whatever_the_inputs_are_they_can_be_read_back(inputs: dict[str, Any]) -> None:
    def joined(found: Any, given: Any) -> Any:
        """What was read, with the lines of a text that could not be a block put together again."""
        if isinstance(given, str) and isinstance(found, list):
            return "\n".join(found)
        if isinstance(given, dict):
            return {key: joined(found[key], given[key]) for key in given}
        return [joined(*pair) for pair in zip(found, given, strict=True)] if isinstance(given, list) else found

    (entry,) = yaml.safe_load(listing.write("s", [one("a", inputs=inputs)]))
    assert joined(entry.get("inputs", {}), inputs) == inputs


def test_one_changed_line_of_a_text_is_one_changed_line_of_the_listing() -> None:
    for text in ("<a>\n  <b />\n</a>\n", "\t<a>\n\t<b />\n", "<a> \r\n<b />\r\n"):
        before, after = (
            listing.write("s", [one("a", inputs={"value": each})]) for each in (text, text.replace("b", "c"))
        )
        pairs = zip(before.splitlines(), after.splitlines(), strict=True)
        assert sum(old != new for old, new in pairs) == 1


def test_the_versions_of_the_providers_are_said_once() -> None:
    of_versions = [
        Registered(urn=f"u{n}", type=kind, name=str(n), parent="", dependencies=(), version=version, inputs={})
        for n, (kind, version) in enumerate([("b:m:T", "2.0.0"), ("a:m:T", "1.0.0"), ("b:m:U", "2.0.0"), ("c:m:T", "")])
    ]
    assert "\n# Providers: a 1.0.0, b 2.0.0\n" in listing.write("s", of_versions)
