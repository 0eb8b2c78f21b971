"""No format shows a secret, key material, a stack trace, a source position or an absolute path, wherever they are."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from certificates import make
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from recordings import FORMATS, NAMES, base_of, load, made

SIGNATURE = "4dabf18193072939515e22adb298388d"
SECRET = "1b47061264138c4ac30d75fd1eb44270"
MARK = "mark-7f3a"
KEY = make("client").key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
BODY = "".join(KEY.splitlines()[1:-1])
LEAKS = {
    "a private key": KEY,
    "half of a private key": KEY[: len(KEY) // 2],
    "a PFX": f"x {'MII' + 'A' * 300}{MARK.replace('-', '')} x",
    "a password in a URL": f"https://user:{MARK}@host/x",
    "a signature in a URL": f"https://host/x?sv=1&sig={MARK}aaaa",
    "an Authorization header": f"Authorization: Bearer {MARK}.eyJh.bbbb",
    "a home folder": f"see /home/{MARK}/project/x.py",
    "a Windows path": f"see C:\\Users\\{MARK}\\x.py",
    "a file URL": f"file:///builds/{MARK}/x.py",
    "a temporary file": f"(/tmp/{MARK}.pfx)",
}


def shown(preview: Any, base: Any) -> dict[str, str]:
    report = made(preview, base)
    return {name: render(report) for name, render in FORMATS.items()}


def leaves(value: Any, change: Callable[[str], Any]) -> Any:
    """The value with every text in it changed."""
    if isinstance(value, dict):
        return {key: leaves(each, change) for key, each in value.items()}
    if isinstance(value, list):
        return [leaves(each, change) for each in value]
    return change(value) if isinstance(value, str) else value


def states(document: Any) -> list[Any]:
    """Every resource's state in a preview or a state."""
    if "deployment" in document:
        return list(document["deployment"]["resources"])
    return [step[key] for step in document["steps"] for key in ("oldState", "newState") if key in step]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_the_recordings_hold_of_it_is_shown(name: str) -> None:
    recording = json.dumps([load(name), base_of(name)])
    assert "planted-path" in recording
    for text in shown(load(name), base_of(name)).values():
        for leak in ("planted", "ciphertext", "stackTrace", "sourcePosition", "topology.py", "encryptionsalt"):
            assert leak not in text


@pytest.mark.parametrize("name", ["create", "pfx_rotation", "service_replaced"])
@pytest.mark.parametrize("key", ["plaintext", "ciphertext"])
@pytest.mark.parametrize("part", ["inputs", "outputs"])
def test_a_secret_is_shown_nowhere_whichever_property_it_is(name: str, key: str, part: str) -> None:
    preview, base = load(name), base_of(name)
    for each in [*states(preview), *(states(base) if base else [])]:
        each[part] = leaves(each.get(part, {}), lambda text: {SIGNATURE: SECRET, key: json.dumps(MARK + text)})
    for text in shown(preview, base).values():
        assert MARK not in text


@pytest.mark.parametrize("leak", LEAKS)
def test_key_material_and_paths_are_shown_nowhere_even_in_plain_text(leak: str) -> None:
    preview, base = load("chain_validation_off"), load("state")
    planted = LEAKS[leak]
    for each in [*states(preview), *states(base)]:
        for key in ("url", "description", "displayName", "title", "path", "sku", "location"):
            if key in each.get("inputs", {}):
                each["inputs"][key] = f"Chain validation is off: {planted}"
        each["inputs"] = each.get("inputs", {}) | {"data": planted, "password": planted}
    for severity in ("error", "warning", "info"):
        preview.setdefault("diagnostics", []).append({"message": f"error: it broke\n{planted}\n", "severity": severity})
    for text in shown(preview, base).values():
        assert MARK not in text
        assert MARK.replace("-", "") not in text
        assert not [line for line in KEY.splitlines()[1:-1] if line in text]
        assert BODY[:40] not in text


def test_a_password_in_a_policy_is_hidden_and_a_change_of_it_is_said() -> None:
    preview = load("policy_text")
    step = next(each for each in preview["steps"] if each["op"] == "update")
    for state, password in (("oldState", "one"), ("newState", "two")):
        element = f'<authentication-basic username="u" password="{MARK}-{password}" />'
        step[state]["inputs"]["value"] = f"<policies><inbound><base />\n{element}\n</inbound></policies>"
    for text in shown(preview, load("state")).values():
        assert MARK not in text
    changes = made(preview, load("state")).policies
    assert [each.note for each in changes] == ["Secret values are hidden; a secret value changes."]


def test_a_traceback_is_shortened_to_what_it_says() -> None:
    preview = load("failed")
    place = f'  File "/home/{MARK}/x.py", line 3, in <module>\n    f({MARK})'
    trace = f"error: Traceback (most recent call last):\n{place}\nE: no"
    preview["diagnostics"] = [{"message": trace, "severity": "error"}]
    report = made(preview, load("state"))
    assert report.errors == ("E: no",)


def test_what_is_unknown_is_known_after_deployment() -> None:
    for text in shown(load("create"), None).values():
        assert "known after deployment" in text
        assert "04da6b54" not in text
