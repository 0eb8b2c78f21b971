"""A listing says of each resource what a real engine is asked for: both run the same program."""

import json
from typing import Any

import yaml
from project import PASSWORD, Project

from stacks import expected, listing
from stacks.expected import Listing

SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
FROM_THE_PROVIDER = {"azureApiVersion", "roleAssignmentName", "__createBeforeDelete"}
"""What the provider's own check adds to the inputs of a program."""
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"


def shown(value: Any) -> Any:
    """An input in a preview as a listing shows it."""
    if isinstance(value, dict):
        return "[secret]" if value.items() >= SECRET.items() else {key: shown(each) for key, each in value.items()}
    if isinstance(value, list):
        return [shown(each) for each in value]
    return {UNKNOWN: listing.UNKNOWN, "[secret]": listing.SECRET}.get(value, value) if isinstance(value, str) else value


def previewed(project: Project) -> dict[str, Any]:
    """`type name` -> inputs and dependencies of every resource that the engine's preview creates."""
    steps = json.loads(project.must("preview", "--json"))["steps"]
    found = {}
    for state in (each["newState"] for each in steps):
        if state["type"].startswith("azure-native:"):
            inputs = {key: each for key, each in state["inputs"].items() if key not in FROM_THE_PROVIDER}
            found[named(state["urn"])] = (shown(inputs), {named(each) for each in state.get("dependencies", [])})
    return found


def named(urn: str) -> str:
    kind, name = urn.split("::")[2:]
    return f"{kind.rpartition('$')[2]} {name}"


def listed(found: Listing) -> dict[str, Any]:
    """The same of the listing."""
    assert found.text, found
    entries = [each for each in yaml.safe_load(found.text) if each["type"].startswith("azure-native:")]
    return {f"{each['type']} {each['name']}": (each["inputs"], set(each.get("dependsOn", []))) for each in entries}


def test_has_the_inputs_and_dependencies_that_a_preview_has(project: Project) -> None:
    project.edit("certificates/legacy/pfx/password", PASSWORD)
    found = listed(expected.listing(project.root, "local"))
    assert len(found) == 13
    assert found == previewed(project)
