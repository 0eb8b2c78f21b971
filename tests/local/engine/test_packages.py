"""A parameterized package is registered once, and its provider can be made again from the state alone."""

import pytest
from pulumi.runtime.proto import resource_pb2

from local.engine import default_providers, packages
from local.engine.config import Value
from local.engine.packages import Package, Packages
from local.engine.properties import UnsupportedError
from local.errors import LocalError

GIVEN = resource_pb2.Parameterization(name="files_v2", version="2.1.0", value=b"v2")


def request(**other: object) -> resource_pb2.RegisterPackageRequest:
    return resource_pb2.RegisterPackageRequest(name="files", version="1.0.0", parameterization=GIVEN, **other)


def package() -> Package:
    known = Packages()
    found = known.get(known.register(request()))
    assert found
    return found


def test_the_same_package_has_the_same_reference_and_another_one_has_not() -> None:
    known = Packages()
    first = known.register(request())
    assert known.register(request()) == first
    assert known.register(request(download_url="https://example.com")) != first
    assert known.get("") is None


def test_an_unknown_reference_and_an_extension_are_refused() -> None:
    with pytest.raises(LocalError, match="unknown provider package 'gone'"):
        Packages().get("gone")
    with pytest.raises(UnsupportedError, match="the extension package files_v2 of files"):
        Packages().register(resource_pb2.RegisterPackageRequest(name="files", extension=GIVEN))


def test_what_a_provider_keeps_is_what_the_plugin_has_to_be_told() -> None:
    inputs = package().provider_inputs({"root": "/x"})
    assert inputs == {
        "root": "/x",
        "version": "2.1.0",
        "__internal": {"name": "files", "version": "1.0.0", "parameterization": "djI="},
    }
    assert packages.of_provider("files_v2", inputs) == package()
    assert packages.of_provider("files", {"version": "1.0.0", "__internal": {}}) is None


def test_its_default_provider_is_named_by_its_own_version_and_reads_its_own_configuration() -> None:
    config = {
        "files:root": Value(text="/base", shown="", secret=False),
        "files_v2:root": Value(text="/own", shown="", secret=False),
    }
    asked = resource_pb2.RegisterResourceRequest(type="files_v2:index:File", version="9.9.9")
    kind, name, inputs = default_providers.wanted(asked, asked.type, package(), config)
    assert (kind, name) == ("pulumi:providers:files_v2", "default_2_1_0")
    assert inputs["root"] == "/own"
