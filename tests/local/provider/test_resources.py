"""The table says what the generated SDK says: no input or output is missing, none is invented, versions agree."""

import re
from pathlib import Path
from typing import Any

import pulumi_azure_native
import pytest

from local.provider.resources import RESOURCES, Resource

SDK = Path(pulumi_azure_native.__file__).parent


def generated(token: str) -> Any:
    """(inputs, outputs, module text) of a resource class, read from the generated source."""
    _, module, name = token.split(":")
    text = (SDK / module / f"{re.sub(r'(?<!^)(?=[A-Z])', '_', name).lower()}.py").read_text()
    arguments, _, resource = text.partition("(pulumi.CustomResource)")
    getter = re.compile(r'pulumi\.getter(?:\(name="(\w+)"\))?\n    def (\w+)\(')
    return *({first or second for first, second in getter.findall(part)} for part in (arguments, resource)), text


OF_ARM = [resource for resource in RESOURCES.values() if resource.api_version]


def test_what_the_provider_puts_together_itself_gives_its_inputs_back() -> None:
    (resource,) = [one for one in RESOURCES.values() if one not in OF_ARM]
    inputs, outputs, text = generated(resource.token)
    assert {*resource.parameters, *resource.required} == inputs == outputs
    assert "Uses Azure REST API version" not in text


@pytest.mark.parametrize("resource", OF_ARM, ids=lambda resource: resource.token)
class TestTable:
    def test_has_exactly_the_inputs_of_the_sdk(self, resource: Resource) -> None:
        inputs, _, _ = generated(resource.token)
        assert {*resource.parameters, *resource.body, *resource.properties, *resource.query} == inputs

    def test_has_exactly_the_outputs_of_the_sdk(self, resource: Resource) -> None:
        _, outputs, _ = generated(resource.token)
        written = {*resource.body, *resource.properties} - {*resource.write_only}
        read = {*resource.read_only, *resource.read_only_properties, "name", "type", "azureApiVersion"}
        assert written | read == outputs

    def test_pins_the_api_version_of_the_sdk(self, resource: Resource) -> None:
        """Of another package: one of those that the SDK says it can be parameterized with."""
        text = generated(resource.token)[2]
        if resource.token.startswith("azure-native:"):
            assert f"Uses Azure REST API version {resource.api_version}." in text
        else:
            others = re.search(r"Other available API versions: ([^.]+)\.", text)
            assert others
            assert resource.api_version in others[1].split(", ")

    def test_requires_what_the_sdk_requires(self, resource: Resource) -> None:
        required = re.findall(r"Missing required property '(\w+)'", generated(resource.token)[2])
        camel = {re.sub(r"_(\w)", lambda match: match[1].upper(), name) for name in required}
        # the SDK leaves names and locations to the provider's defaults
        assert camel == {*resource.parameters[:-1], *resource.required} - {"location"}
