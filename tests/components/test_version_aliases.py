"""Components leave out azure-native's aliases of old API versions, and nothing else."""

import pulumi
import pytest
from backend_mtls import version_aliases

OLD = pulumi.Alias(type_="azure-native:apimanagement/v20220801:Backend")
PREVIEW = pulumi.Alias(type_="azure-native:apimanagement/v20230301preview:Backend")
OWN = pulumi.Alias(name="renamed")
OTHER_TYPE = pulumi.Alias(type_="azure-native:apimanagement:OldBackend")


def transformed(aliases: list[pulumi.Alias]) -> object:
    options = version_aliases.without(None)
    assert options is not None
    assert options.transformations is not None
    arguments = pulumi.ResourceTransformationArgs(
        resource=None, type_="x", name="x", props={}, opts=pulumi.ResourceOptions(aliases=list(aliases))
    )
    result = options.transformations[0](arguments)
    return result and result.opts.aliases


def test_old_versions_are_dropped_and_the_users_own_aliases_kept() -> None:
    assert transformed([OLD, OWN, PREVIEW, OTHER_TYPE]) == [OWN, OTHER_TYPE]


def test_the_switch_keeps_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(version_aliases, "_kept", False)
    version_aliases.keep_version_aliases()
    options = pulumi.ResourceOptions(protect=True)
    assert version_aliases.without(options) is options


def test_a_callers_own_options_stay() -> None:
    options = version_aliases.without(pulumi.ResourceOptions(protect=True))
    assert options is not None
    assert options.protect is True
