"""An imported backend says whether it is a pool: the input `type` is not the output of that name."""

import uuid
from collections.abc import Iterator

import pytest

from local.home import HOME_VARIABLE
from tests.conftest import LocalAzure
from tests.local.azure.arm.conftest import Service
from tests.local.provider.conftest import Plugin, serving

TYPE = "apimanagement:Backend"


@pytest.fixture
def provider(local_azure: LocalAzure, monkeypatch: pytest.MonkeyPatch) -> Iterator[Plugin]:
    monkeypatch.setenv(HOME_VARIABLE, str(local_azure.home.root))
    with serving() as client:
        client.configure()
        yield client


@pytest.fixture
def service(local_azure: LocalAzure) -> Iterator[Service]:
    made = Service(local_azure)
    made.create()
    yield made
    made.delete()


def test_a_pool_and_its_member_are_imported_as_what_they_are(provider: Plugin, service: Service) -> None:
    parent = {"resourceGroupName": f"rg-{service.name}", "serviceName": service.name}
    member = parent | {"backendId": f"m-{uuid.uuid4().hex[:8]}", "url": "https://a.example", "protocol": "http"}
    member, failures = provider.check(TYPE, member)
    assert failures == []
    member_id, outputs = provider.create(TYPE, member)
    assert outputs["type"] == "Microsoft.ApiManagement/service/backends"
    pool = {"services": [{"id": member_id, "weight": 3, "priority": 1}]}
    asked, failures = provider.check(TYPE, parent | {"backendId": "pool", "type": "Pool", "pool": pool})
    assert failures == []

    pool_id, outputs = provider.create(TYPE, asked)

    assert provider.read(TYPE, pool_id, asked, outputs) == (pool_id, outputs, asked)
    imported = provider.read(TYPE, pool_id)[2]
    assert imported | {"azureApiVersion": "2024-05-01"} == asked
    assert provider.diff(TYPE, imported, asked, outputs).diffs == []
    assert provider.read(TYPE, member_id)[2]["type"] == "Single"
