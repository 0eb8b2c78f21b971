"""Each provider, old or new, has a connection that is configured as it wants; checking a configuration needs none."""

from typing import Any

import pytest

from local.engine import providers
from local.engine.providers import Configurations, Plugins
from local.engine.resource import Resource

URN = "urn:pulumi:dev::demo::pulumi:providers:files::mine"


class Connection:
    """Remembers what it was configured with."""

    def __init__(self, _address: str) -> None:
        self.configured: list[Any] = []

    def handshake(self, _engine: str, _folder: str) -> None: ...

    def check_config(self, _urn: str, _olds: Any, news: Any) -> tuple[Any, list[Any]]:
        return news, []

    def configure(self, _urn: str, _identity: str, inputs: Any) -> None:
        self.configured.append(inputs["root"])


@pytest.fixture
def configurations(monkeypatch: pytest.MonkeyPatch) -> Configurations:
    monkeypatch.setattr(providers, "Plugin", Connection)
    return Configurations(Plugins({"files": ""}, ""))


def provider(identity: str, root: str) -> Resource:
    return Resource(urn=URN, custom=True, type="pulumi:providers:files", id=identity, inputs={"root": root})


def test_one_that_was_replaced_still_has_its_own_configuration(configurations: Configurations) -> None:
    old, new = provider("1", "old"), provider("2", "new")
    used: list[Any] = [configurations.ready(each) for each in (old, new, old, new)]
    assert [each.configured for each in used] == [["old"], ["new"], ["old"], ["new"]]


def test_one_that_is_created_is_configured_once_and_not_by_a_check(configurations: Configurations) -> None:
    configurations.check(URN, {}, {"root": "new"}, b"")
    made = configurations.create(URN, {"root": "new"}, 0.0, preview=False)
    used: Any = configurations.ready(provider(made.id, "new"))
    assert used.configured == ["new"]


def test_one_that_is_updated_is_configured_anew(configurations: Configurations) -> None:
    used: Any = configurations.ready(provider("1", "old"))
    configurations.update(URN, provider("1", "old"), provider("1", "new"), preview=False)
    assert configurations.ready(provider("1", "new")) is used
    assert used.configured == ["old", "new"]
