"""Whatever becomes of a preview and a state on their way, there is a report or one clear refusal, and no traceback.

A few hundred by default; `REVIEW_FUZZ=100000` for the long run. Each is made of its number, and can be made again.
"""

import json
import os
import random
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from recordings import FOLDER, NAMES

from review.__main__ import FORMATS, main

COUNT = int(os.environ.get("REVIEW_FUZZ", "400"))
STEP = 50
"""Mutations in one test."""
ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    10**30,
    1.5,
    float("nan"),
    float("inf"),
    "",
    "x",
    "\x00",
    "\ud800",
    "\u202e",
    "::error::x",
    "##vso[task.setvariable variable=x]y",
    "04da6b54-80e4-46f7-96ec-b56ff0331ba9",
    "[secret]",
    "2026-13-45T99:99:99Z",
    "99999-01-01",
    "0000-00-00T00:00:00+99:99",
    "https://[::1",
    "https://kv.vault.azure.net:port/secrets/",
    "/subscriptions/s/resourceGroups/rg",
    "urn:pulumi:a::b::azure-native:apimanagement:Backend::x",
    "azure-native:apimanagement:ApiPolicy",
    "azure-native:apimanagement:ProductPolicy",
    "azure-native:apimanagement/v20220801:Api",
    "<policies><inbound><base /><set-backend-service backend-id='x' /></inbound></policies>",
    "<policies><inbound>",
    "<fragment><include-fragment fragment-id='x' /></fragment>",
    "@(context.Request)",
    "{{x}}",
    [],
    {},
    [[]],
    [None],
    {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "plaintext": "x"},
    {"x": {"x": {"x": "x"}}},
    ["x"] * 50,
]
"""Values that stand where another kind was."""


def containers(value: Any) -> Iterator[Any]:
    """Every object and list in a document that holds something."""
    waiting = [value]
    while waiting:
        each = waiting.pop()
        if isinstance(each, (dict, list)) and each:
            yield each
            waiting.extend(each.values() if isinstance(each, dict) else each)


def broken(document: Any, chance: random.Random) -> None:
    """The document with one part of it dropped, doubled, moved, or made something else."""
    places = list(containers(document))
    where = chance.choice(places)
    key = chance.choice(list(where)) if isinstance(where, dict) else chance.randrange(len(where))
    kind = chance.randrange(6)
    if kind == 0:
        del where[key]
    elif kind == 1:
        where[key] = chance.choice(ODD)
    elif kind == 2:
        other = chance.choice(places)
        where[key] = json.loads(json.dumps(chance.choice(list(other.values()) if isinstance(other, dict) else other)))
    elif kind == 3 and isinstance(where, list):
        where.append(json.loads(json.dumps(where[key])))
    elif kind == 4 and isinstance(where[key], str):
        text = where[key]
        at = chance.randrange(len(text) + 1)
        odd = chance.choice([each for each in ODD if isinstance(each, str)])
        where[key] = text[:at] + odd + text[at + chance.randrange(3) :]
    elif isinstance(where, dict):
        where[str(chance.choice(["type", "urn", "inputs", "value", "op", "x", "id", "protect"]))] = chance.choice(ODD)


def cut(text: bytes, chance: random.Random) -> bytes:
    """The file with some of its bytes changed, gone, or doubled."""
    found = bytearray(text)
    for _ in range(chance.randrange(1, 6)):
        at = chance.randrange(len(found) or 1)
        kind = chance.randrange(5)
        if kind == 0:
            found[at : at + 1] = bytes([chance.randrange(256)])
        elif kind == 1:
            del found[at : at + chance.randrange(1, 200)]
        elif kind == 2:
            found[at:at] = chance.choice(
                [b"9" * 5000, b"[" * 900, b'{"a":', b"\xff\xfe", b'"', b"\\u0000", b"1e999", b"\r"]
            )
        elif kind == 3:
            del found[at:]
        else:
            found[at:at] = found[at : at + chance.randrange(1, 400)]
    return bytes(found)


def files(number: int, folder: Path) -> list[str]:
    """The arguments for the command: a preview, and a state, at least one of them broken."""
    chance = random.Random(number)  # noqa: S311 -- no secret
    name = chance.choice(NAMES)
    preview = json.loads((FOLDER / f"{name}.json").read_text())
    state = json.loads((FOLDER / "state.json").read_text())
    for _ in range(chance.randrange(4)):
        broken(preview, chance)
    for _ in range(chance.randrange(3)):
        broken(state, chance)
    written = [json.dumps(each).encode() for each in (preview, state)]
    if chance.random() < 0.3:
        index = chance.randrange(2)
        written[index] = cut(written[index], chance)
    paths = folder / "preview.json", folder / "state.json"
    for path, text in zip(paths, written, strict=True):
        path.write_bytes(text)
    base = ["--base", str(paths[1])] if chance.random() < 0.8 else []
    return [str(paths[0]), *base, "--format", chance.choice(list(FORMATS))]


def run(arguments: list[str], capsys: Callable[[], Any]) -> None:
    code = main(arguments)
    said = capsys()
    assert code in (0, 1, 2)
    assert (code == 2) == (said.out == "")
    assert (code == 2) == said.err.startswith("error: ")
    assert "Traceback" not in said.err


@pytest.mark.parametrize("first", range(0, COUNT, STEP))
def test_there_is_a_report_or_a_clear_refusal(first: int, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for number in range(first, min(first + STEP, COUNT)):
        arguments = files(number, tmp_path)
        try:
            run(arguments, capsys.readouterr)
        except Exception as error:
            raise AssertionError(f"mutation {number}: {arguments[1:]}") from error
