"""The schema of the plugin is a golden file, and says all that the keys of a configuration say."""

import json
from pathlib import Path
from typing import Any

from backend_mtls import plugin_schema
from backend_mtls.configuration import schema as configuration

GOLDEN = Path(__file__).parents[2] / "docs/backend-mtls.schema.json"
SCHEMA = plugin_schema.schema("0.1.0")


def properties() -> list[tuple[str, dict[str, Any]]]:
    """Every property of every type, and those of the component."""
    component = SCHEMA["resources"]["backend-mtls:index:BackendMtls"]
    groups = {**SCHEMA["types"], "inputs": {"properties": component["inputProperties"]}, "outputs": component}
    return [(f"{name}.{key}", each) for name, group in groups.items() for key, each in group["properties"].items()]


def test_the_golden_file_is_what_the_models_say() -> None:
    assert json.loads(GOLDEN.read_text(encoding="utf-8")) == SCHEMA, (
        "python -m backend_mtls.plugin_schema > docs/backend-mtls.schema.json, and a line in CHANGELOG.md"
    )


def test_everything_is_described() -> None:
    assert [name for name, each in properties() if not each["description"]] == []


def test_every_key_of_a_configuration_is_there_with_its_default() -> None:
    for model in (configuration.Service, configuration.Pfx, configuration.Backend, configuration.Api):
        found = SCHEMA["types"][f"backend-mtls:index:{model.__name__}"]["properties"]
        assert set(found) == {field.alias for field in model.model_fields.values()}
    api = SCHEMA["types"]["backend-mtls:index:Api"]["properties"]
    assert (api["subscriptionRequired"]["default"], api["existing"]["default"]) == (True, False)


def test_what_is_a_secret_says_so() -> None:
    secrets = {name.rpartition(":")[2] for name, each in properties() if each.get("secret")}
    assert {"Pfx.data", "Pfx.password", "Proxy.password", "Authorization.parameter"} <= secrets


def test_every_reference_leads_to_a_type() -> None:
    text = json.dumps(SCHEMA)
    named = {part.partition('"')[0] for part in text.split('"#/types/')[1:]}
    assert named <= set(SCHEMA["types"])
