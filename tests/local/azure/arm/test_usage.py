"""Who uses a backend: pools that name it, in the same service or workspace only."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from local.azure.arm.usage import pools_with
from local.azure.store import Store

SERVICE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/apim"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    made = Store(tmp_path / "azure.db")
    yield made
    made.close()


@pytest.mark.parametrize("home", [SERVICE, f"{SERVICE}/workspaces/team"])
def test_a_pool_uses_the_backends_that_it_names(store: Store, home: str) -> None:
    used = store.put(f"{home}/backends/used", {"properties": {"url": "https://a"}})
    unused = store.put(f"{home}/backends/unused", {"properties": {"url": "https://b"}})
    pool = {"services": [{"id": used.id.upper(), "weight": 1}]}
    store.put(f"{home}/backends/pool", {"properties": {"type": "Pool", "pool": pool}})
    assert [*pools_with(store, home, used)] == [f"{home}/backends/pool"]
    assert [*pools_with(store, home, unused)] == []
