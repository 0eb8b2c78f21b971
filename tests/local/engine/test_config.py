"""The program gets the configuration that the CLI would give it."""

import json

import pytest

from local.engine.passphrase import Crypter
from tests.local.engine.conftest import Stack

PROJECT = """
name: demo
runtime: python
config:
  greeting: {type: string, default: hello}
  count: {type: integer, default: 5}
  sizes: {type: array, items: {type: integer}, default: [1, 2]}
  options: {type: object, default: {a: 1, b: [x, 2.5]}}
  on: {type: boolean, default: true}
  files:region: {value: west}
"""
SHOW = """
config = pulumi.Config()
pulumi.export("greeting", config.get("greeting"))
pulumi.export("count", config.get_int("count"))
pulumi.export("sizes", config.get_object("sizes"))
pulumi.export("options", config.get_object("options"))
pulumi.export("on", config.get_bool("on"))
"""


@pytest.fixture
def configured(stack: Stack, salt: str) -> Stack:
    """A stack and a way to write its settings; `{secret}` stands for an encrypted "hush"."""
    (stack.folder / "Pulumi.yaml").write_text(PROJECT)
    crypter = Crypter(stack.passphrase, salt)

    def configure(text: str) -> None:
        text = text.replace("{secret}", f"{{secure: {crypter.encrypt('hush')}}}")
        stack.settings.write_text(f"encryptionsalt: {salt}\nconfig:\n{text}")

    stack.configure = configure
    return stack


def outputs(stack: Stack) -> dict[str, object]:
    return stack.resources()["demo-dev"]["outputs"]


def test_what_the_stack_does_not_set_has_the_default_of_the_project(configured: Stack) -> None:
    configured.up(SHOW)
    assert outputs(configured) == {
        "greeting": "hello",
        "count": 5,
        "sizes": [1, 2],
        "options": {"a": 1, "b": ["x", 2.5]},
        "on": True,
    }


def test_what_the_stack_sets_wins(configured: Stack) -> None:
    configured.configure("  demo:greeting: hi\n  demo:options: {z: {y: 1}}\n  demo:on: false\n")
    configured.up(SHOW)
    assert outputs(configured)["greeting"] == "hi"
    assert outputs(configured)["options"] == {"z": {"y": 1}}
    assert outputs(configured)["on"] is False


def test_encrypted_values_reach_the_program_as_secrets_also_inside_objects(configured: Stack) -> None:
    configured.configure("  demo:greeting: {secret}\n  demo:options: {a: {secret}, b: open}\n")
    configured.up('c = pulumi.Config()\nFile("a", c.require("greeting") + c.require_object("options")["a"])\n' + SHOW)
    assert "create a" in configured._calls()
    document = json.loads(next(configured.files.glob("a-*.json")).read_text())
    assert document["content"] == "hushhush"


def test_encrypted_values_are_not_shown_in_a_preview(configured: Stack) -> None:
    configured.configure("  demo:greeting: {secret}\n")
    configured.program(SHOW)
    shown = configured.preview_json()["config"]
    assert shown["demo:greeting"] == "[secret]"
    assert shown["demo:options"] == '{"a":1,"b":["x",2.5]}'


def test_configuration_of_a_package_goes_to_its_provider(configured: Stack) -> None:
    configured.up('File("a")')
    assert configured.resources()["default"]["inputs"] == {"region": "west"}


def test_a_missing_value_is_named(configured: Stack) -> None:
    (configured.folder / "Pulumi.yaml").write_text(PROJECT + "  owner: {type: string}\n")
    configured.program("")
    outcome = configured.run("preview")
    assert not outcome.ok
    assert "Stack 'dev' is missing configuration value 'owner'" in outcome.text


@pytest.mark.parametrize(
    ("line", "kind"),
    [
        ("demo:count: many", "integer"),
        ("demo:sizes: [one]", "array<integer>"),
        ("demo:options: flat", "object"),
        ("demo:on: perhaps", "boolean"),
    ],
)
def test_a_value_of_the_wrong_type_is_named(configured: Stack, line: str, kind: str) -> None:
    configured.configure(f"  {line}\n")
    configured.program("")
    outcome = configured.run("preview")
    assert not outcome.ok
    assert f"must be of type '{kind}'" in outcome.text


def test_the_settings_may_be_in_another_folder(configured: Stack) -> None:
    (configured.folder / "Pulumi.yaml").write_text(PROJECT + "stackConfigDir: stacks\n")
    (configured.folder / "stacks").mkdir()
    configured.settings.rename(configured.folder / "stacks" / configured.settings.name)
    configured.up(SHOW)
    assert outputs(configured)["greeting"] == "hello"


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (b"config:\n  demo:name: caf\xe9\n", "is not valid YAML (in UTF-8)"),
        (b"config: [1]\n", "config must be a mapping, but is a list"),
        (b"- 1\n", "must be a mapping, but is a list"),
    ],
)
def test_a_stack_file_that_cannot_be_read_is_named(embedded: Stack, content: bytes, text: str) -> None:
    embedded.program("")
    embedded.settings.write_bytes(content)
    outcome = embedded.run("preview")
    assert not outcome.ok
    assert text in outcome.text
    assert str(embedded.settings) in outcome.text
