"""One policy pack for the tests of a module: each says anew which stack it is about."""

from collections.abc import Iterator

import policy_pack
import pytest
from policy_pack import PolicyPack


@pytest.fixture(scope="module")
def _process() -> Iterator[PolicyPack]:
    with policy_pack.started() as pack:
        yield pack


@pytest.fixture
def pack(_process: PolicyPack) -> PolicyPack:
    """A running pack, for the stack `production` without settings."""
    _process.stack()
    _process.levels()
    return _process
