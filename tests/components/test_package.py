"""What is installed elsewhere: the package, typed, licensed, and known to the CLI as one without a plugin."""

import importlib.metadata
import importlib.util
import json
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

COMPONENTS = Path(__file__).parents[2] / "components"
PROJECT = tomllib.loads((COMPONENTS / "pyproject.toml").read_text())["project"]
"""What the package says of itself."""


def test_the_cli_looks_for_no_plugin() -> None:
    """As its language host does: a file in the package that is called like the distribution (pulumi/pulumi,
    sdk/python/cmd/pulumi-language-python, `pulumiPluginJSONPathsScript`)."""
    name = importlib.metadata.distribution("pulumi-backend-mtls").metadata["Name"].replace("-", "_")
    spec = importlib.util.find_spec(name)
    assert spec is not None
    [folder] = spec.submodule_search_locations or []
    assert json.loads((Path(folder) / "pulumi-plugin.json").read_text()) == {"resource": False}


def test_the_wheel_holds_the_package_and_nothing_else(tmp_path: Path) -> None:
    words = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "-w", str(tmp_path), str(COMPONENTS)]
    subprocess.run(words, check=True, capture_output=True)  # noqa: S603 -- our own words
    [wheel] = tmp_path.glob("*.whl")
    names = zipfile.ZipFile(wheel).namelist()
    assert {each.partition("/")[0] for each in names} == {
        "backend_mtls",
        "pulumi_backend_mtls",
        f"pulumi_backend_mtls-{PROJECT['version']}.dist-info",
    }
    modules = {str(each.relative_to(COMPONENTS)) for each in (COMPONENTS / "backend_mtls").rglob("*.py")}
    assert modules <= set(names)
    for needed in ("backend_mtls/py.typed", "pulumi_backend_mtls/pulumi-plugin.json"):
        assert needed in names
    assert any(each.endswith("licenses/LICENSE") for each in names)


def test_what_it_needs_is_what_the_repository_pins() -> None:
    lines = (COMPONENTS.parent / "requirements.txt").read_text().splitlines()
    pinned = {line.partition("==")[0] for line in lines if "==" in line}
    assert {each.partition(">")[0] for each in PROJECT["dependencies"]} == pinned
