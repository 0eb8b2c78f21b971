"""ISO 8601 durations as REST sends them (`P1DT2H`, `PT30S`). Pure.

Years and months have no fixed length: they are not read.
"""

import re

_FORM = re.compile(r"P(?=.)(?:(\d+)W)?(?:(\d+)D)?(?:T(?=.)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_SECONDS = (604800, 86400, 3600, 60, 1)


def seconds(text: str) -> float:
    """How long it is; raises ValueError when it is none."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise ValueError(f"'{text}' is no duration such as PT1M or PT30S")
    return sum(float(number) * unit for number, unit in zip(match.groups(), _SECONDS, strict=True) if number)
