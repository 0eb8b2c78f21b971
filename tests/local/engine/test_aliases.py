"""A component that is renamed or moved, with an alias, takes everything below it along, however deep."""

import pytest

from tests.local.engine.conftest import Stack
from tests.local.engine.test_parity import normalised

CLASSES = """
class Part(pulumi.ComponentResource):
    def __init__(self, name, opts, needs):
        super().__init__("demo:index:Part", name, {}, opts)
        self.file = File(name, file="ab"[int(name[-1]) - 1], opts=Options(parent=self, depends_on=needs))
        self.register_outputs({"path": self.file.path})

class Whole(pulumi.ComponentResource):
    def __init__(self, name, kind="demo:index:Whole", opts=None):
        super().__init__(kind, name, {}, opts)
        self.first = Part(name + "-1", Options(parent=self), [])
        self.second = Part(name + "-2", Options(parent=self), [self.first.file])
        self.register_outputs({})

class Holder(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("demo:index:Holder", name, {}, opts)
        self.whole = Whole(name + "-w", opts=Options(parent=self))

Alias = pulumi.Alias
"""
EDITS = {
    "renamed": ('Whole("old1")', 'Whole("new1", opts=Options(aliases=[Alias(name="old1")]))'),
    "renamed twice": (
        'Whole("oldest2")',
        'Whole("new2", opts=Options(aliases=[Alias(name="old2"), Alias(name="oldest2")]))',
    ),
    "moved under another": (
        'Whole("w3")',
        'Whole("w3", opts=Options(parent=Group("g3"), aliases=[Alias(parent=None)]))',
    ),
    "moved out": (
        'g4 = Group("g4")\nWhole("w4", opts=Options(parent=g4))',
        'g4 = Group("g4")\nWhole("w4", opts=Options(aliases=[Alias(parent=g4)]))',
    ),
    "moved out of one that is gone": (
        'Whole("w5", opts=Options(parent=Group("g5")))',
        'Whole("w5", opts=Options(aliases=[Alias(parent=pulumi.create_urn("g5", "demo:index:Group"))]))',
    ),
    "moved and renamed": (
        'Whole("old6")',
        'Whole("new6", opts=Options(parent=Group("g6"), aliases=[Alias(name="old6", parent=None)]))',
    ),
    "of another type": (
        'Whole("w7", "demo:index:Old")',
        'Whole("w7", opts=Options(aliases=[Alias(type_="demo:index:Old")]))',
    ),
    "three levels deep": ('Holder("old8")', 'Holder("new8", Options(aliases=[Alias(name="old8")]))'),
    "by its whole URN": (
        'Whole("old9")',
        'Whole("new9", opts=Options(aliases=["urn:pulumi:dev::demo::demo:index:Whole::old9"]))',
    ),
}
"""What happens to the component: the programs before and after."""
ALL_AT_ONCE = tuple("\n".join(programs) for programs in zip(*EDITS.values(), strict=True))
WITHOUT_ALIASES = "Options = lambda aliases=(), **rest: pulumi.ResourceOptions(**rest)\n"


@pytest.mark.parametrize("edit", EDITS)
def test_nothing_is_touched(embedded: Stack, edit: str) -> None:
    before, after = EDITS[edit]
    embedded.up(CLASSES + before)
    embedded.program(CLASSES + after)
    assert not {"replace", "update"} & embedded.preview_json()["changeSummary"].keys()
    assert embedded.up().calls == []
    assert embedded.preview_json()["changeSummary"].keys() == {"same"}
    embedded.program(CLASSES + WITHOUT_ALIASES + after)
    assert embedded.preview_json()["changeSummary"].keys() == {"same"}


def test_without_an_alias_a_renamed_component_is_another_one(stack: Stack) -> None:
    stack.up(CLASSES + 'Whole("old")')
    calls = stack.up(CLASSES + 'Whole("new")').calls
    assert sorted(calls) == ["create a", "create b", "delete a", "delete b"]


def test_without_an_alias_a_moved_component_is_another_one(stack: Stack) -> None:
    stack.up(CLASSES + 'Whole("w")')
    calls = stack.up(CLASSES + 'Whole("w", opts=Options(parent=Group("g")))').calls
    assert sorted(calls) == ["create a", "create b", "delete a", "delete b"]


def test_both_touch_nothing_write_the_same_state_and_find_nothing_to_change_in_the_others(both: Stack) -> None:
    before, after = ALL_AT_ONCE
    written = {}
    for engine, other in (("embedded", "pulumi"), ("pulumi", "embedded")):
        both.up(CLASSES + before, engine=engine)
        assert both.up(CLASSES + after, engine=engine).calls == []
        written[engine] = {name: normalised(row) for name, row in both.resources().items()}
        assert both.preview_json(other)["changeSummary"].keys() == {"same"}
        both.program(CLASSES + WITHOUT_ALIASES + after)
        assert both.preview_json(engine)["changeSummary"].keys() == {"same"}
        both.run("destroy", engine=engine)
    assert written["embedded"] == written["pulumi"]
