"""ISO 8601 durations, as far as their length is fixed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.azure import durations


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("PT1M", 60), ("PT90S", 90), ("PT0.5S", 0.5), ("P1DT2H", 93600), ("P2W", 1209600), ("PT0S", 0)],
)
def test_a_duration_is_so_many_seconds(text: str, seconds: float) -> None:
    assert durations.seconds(text) == seconds


@pytest.mark.parametrize("text", ["", "P", "PT", "P1DT", "1M", "P1M", "P1Y", "PT-1S", "PT1M ", "pt1m", "00:01:00"])
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no duration such as PT1M"):
        durations.seconds(text)


@given(st.integers(0, 400), st.integers(0, 23), st.integers(0, 59), st.integers(0, 59))
def test_the_parts_add_up(days: int, hours: int, minutes: int, seconds: int) -> None:
    total = ((days * 24 + hours) * 60 + minutes) * 60 + seconds
    assert durations.seconds(f"P{days}DT{hours}H{minutes}M{seconds}S") == total
