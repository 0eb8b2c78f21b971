"""The data planes, once per worker."""

from collections.abc import Iterator

import pytest
from planes import Planes, Service


@pytest.fixture(scope="session")
def planes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planes]:
    with Planes(tmp_path_factory.mktemp("planes")).running() as running:
        yield running


@pytest.fixture
def service(planes: Planes) -> Service:
    """A service of the test's own."""
    return planes.service()
