"""Property values survive the wire in both directions, with secrets and unknowns at any depth."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from local.provider.properties import UNKNOWN, Secret, decode, encode, mark_secrets, plain

leaves = st.text() | st.booleans() | st.integers(-(2**53), 2**53) | st.just(UNKNOWN)
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | inner.map(Secret),
    max_leaves=15,
)


@given(st.dictionaries(st.text(), values))
def test_what_is_encoded_is_decoded(properties: Any) -> None:
    assert decode(encode(properties)) == properties


def test_plain_has_no_secret_left() -> None:
    assert plain({"a": Secret({"b": [Secret(1), 2]})}) == {"a": {"b": [1, 2]}}


def test_a_null_is_absent() -> None:
    assert decode(encode({"a": None, "b": 1})) == {"b": 1}


def test_a_secret_does_not_show_itself() -> None:
    assert repr({"data": Secret("AA==")}) == "{'data': [secret]}"


def test_an_output_is_secret_where_the_input_is() -> None:
    inputs = {"a": Secret(1), "b": {"c": Secret(2)}, "d": [1, Secret(2)], "gone": Secret(3)}
    outputs = {"a": 1, "b": {"c": 2, "x": 3}, "d": [1, 2, 3], "e": 5}
    assert mark_secrets(outputs, inputs) == {
        "a": Secret(1),
        "b": {"c": Secret(2), "x": 3},
        "d": [1, Secret(2), 3],
        "e": 5,
    }
