"""The contract of the components is written down: a change to it is seen in a review, and is on purpose."""

import json
from pathlib import Path

import backend_mtls
from backend_mtls import schema

GOLDEN = Path(__file__).parents[2] / "docs/components.json"


def test_the_golden_file_is_what_the_sources_say() -> None:
    written = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert schema.schema() == written, (
        "python -m backend_mtls.schema > docs/components.json, and a line in CHANGELOG.md"
    )


def test_everything_that_is_exported_is_in_it_and_described() -> None:
    found = schema.schema()
    dictionaries = {each for each in backend_mtls.__all__ if each.endswith("Dict")}  # test_dicts.py
    assert set(found) == set(backend_mtls.__all__) - dictionaries
    for name, each in found.items():
        assert each["description"], name
        for kind in ("fields", "outputs"):
            assert all(field["description"] for field in each.get(kind, {}).values()), name


def test_the_package_says_that_it_is_typed() -> None:
    assert (Path(backend_mtls.__file__).parent / "py.typed").exists()


def test_whatever_a_component_has_without_an_underscore_is_in_it_and_described() -> None:
    found = schema.schema()
    for name in ("ApiManagement", "MtlsApi", "VaultAccess", "Workspace"):
        assert {"resources", "operations", "grant", "service"} & set(found[name]["outputs"]), name
    assert found["MtlsApi"]["outputs"]["operations"]["description"]
