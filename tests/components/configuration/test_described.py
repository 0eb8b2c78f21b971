"""Every configuration key says what it is: type, unit, an example that is allowed, and what leaving it out means."""

import re
from typing import Annotated, Any

import pytest
from backend_mtls.configuration import described
from backend_mtls.configuration.described import Key
from backend_mtls.configuration.schema import Stack
from backend_mtls.configuration.values import Days, Keys, Text
from pydantic import BaseModel, Field, TypeAdapter, ValidationError

EVERY = list(described.every(Stack))
each_key = pytest.mark.parametrize(("path", "key"), EVERY, ids=[path for path, _ in EVERY])
NOTATION = r"\b(days|seconds|ISO 8601 duration|base64|GUID|ARM id)\b"
OWNERS = {
    f"{above}{key.name}": model
    for model, above in [(Stack, ""), *((key.group, f"{path[: -len(key.name)]}{key.path}.") for path, key in EVERY)]
    if model
    for key in described.keys(model)
}


def validated(path: str, key: Key, value: Any) -> Any:
    """The value as the model takes it."""
    field = OWNERS[path].model_fields[key.field]
    annotated = Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation  # type: ignore[valid-type]
    return TypeAdapter(annotated).validate_python(value)


@each_key
def test_its_meaning_is_said_and_what_leaving_it_out_means(path: str, key: Key) -> None:
    assert key.meaning, path
    assert bool(key.left_out) != key.required, f"{path}: say under the field what happens: Left out: …"
    assert key.kind


@each_key
def test_its_examples_are_allowed_and_none_is_the_default(path: str, key: Key) -> None:
    assert key.examples, f"{path}: give its Field an example"
    for example in key.examples:
        assert validated(path, key, example) is not None
        assert example != key.default, path


@each_key
def test_a_unit_stands_in_its_description_too(path: str, key: Key) -> None:
    said = re.search(NOTATION, key.description, re.IGNORECASE)
    assert not said or key.unit or key.group, f"{path}: {said and said[0]} is no unit of the key"
    if key.unit not in {"", "URL", "calls"}:
        assert key.unit.lower() in key.description.lower(), path


def test_all_examples_together_are_a_configuration() -> None:
    def whole(model: type[BaseModel]) -> dict[str, Any]:
        return {
            key.name: {"no": below, "list": [below], "names": {"orders": below}}[key.many]
            if key.group and (below := whole(key.group))
            else key.examples[0]
            for key in described.keys(model)
        }

    everything = whole(Stack)
    assert everything["apis"]["orders"]["backend"]["circuitBreaker"]["interval"] == "PT30S"
    assert Stack.model_validate(everything)


def test_every_level_has_its_path() -> None:
    paths = [path for path, _ in EVERY]
    assert len(paths) == len(set(paths)) > 70
    for path in (
        "service.owned.userAssignedIdentities[0].clientId",
        "service.caCertificates[0].store",
        "certificates.<name>.keyVault.grantAccess.firewall",
        "apis.<name>.backend.circuitBreaker.statusCodes",
        "keyVaultPreflight.timeoutSeconds",
    ):
        assert path in paths


class Base(Keys):
    inherited: bool = Field(default=False, examples=[True])
    """From above. Left out: no."""


class Sample(Base):
    some_days: Days = 3
    """Days. Left out: three."""
    names: dict[Text, tuple[Text, ...]] = Field(default_factory=dict, examples=[{"a": ["b"]}])
    """By name."""
    undescribed: Text


def test_a_key_is_read_from_its_model() -> None:
    inherited, days, names, undescribed = described.keys(Sample)
    assert (inherited.name, inherited.kind, inherited.left_out) == ("inherited", "`true` or `false`", "no.")
    assert (days.name, days.kind, days.unit, days.default) == ("someDays", "whole number", "days", 3)
    assert (days.meaning, days.left_out, days.required) == ("Days.", "three.", False)
    assert (names.kind, names.many, names.path) == ("names, each with a list of texts", "names", "names.<name>")
    assert (undescribed.description, undescribed.required, undescribed.examples) == ("", True, ())


def test_an_example_that_is_wrong_is_found() -> None:
    (key,) = [key for path, key in EVERY if path == "service.owned.sku"]
    with pytest.raises(ValidationError):
        validated("service.owned.sku", key, "Gold")
