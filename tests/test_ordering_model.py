"""The model behind the ordering property finds what it is there to find."""

from typing import Any

import pytest
from ordering.model import Model

SERVICE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/apim"
WANTED: Any = {
    "services": {
        "existing": {
            "certificates": {"c0": {"kind": "addressed", "version": 1}},
            "apis": {"a0": {"certificate": "c0", "operation": None}},
            "product": None,
            "policy": None,
        }
    }
}
CERTIFICATE, BACKEND, API = "certificates/existing-c0-abcdef01", "backends/existing-a0", "apis/existing-a0"
POLICY = f"{API}/policies/policy"


def replayed(*writes: tuple[str, str, int]) -> list[str]:
    model = Model({"existing": "apim"}, lambda pfx: {"existing-c0-addressed-1": "ABCDEF0123"}[pfx])
    entries = [
        {"plane": "arm", "method": method, "path": f"{SERVICE}/{path}", "status": status}
        for method, path, status in writes
    ]
    return model.replay(entries, WANTED)


GOOD = [("PUT", each, 201) for each in (CERTIFICATE, BACKEND, API, POLICY)]


def test_creation_in_order_and_deletion_in_reverse_is_right() -> None:
    gone = [("DELETE", each, 200) for each in (POLICY, BACKEND, API, CERTIFICATE)]
    assert replayed(*GOOD, *gone) == []


@pytest.mark.parametrize("missing", [CERTIFICATE, BACKEND])
def test_a_policy_before_what_it_refers_to_is_wrong(missing: str) -> None:
    assert any(missing in each for each in replayed(*[write for write in GOOD if write[1] != missing]))


@pytest.mark.parametrize("deleted", [CERTIFICATE, BACKEND])
def test_deleting_what_a_policy_refers_to_is_wrong(deleted: str) -> None:
    assert replayed(*GOOD, ("DELETE", deleted, 200)) == [
        f"after DELETE {deleted}: existing: {POLICY} refers to {deleted}, which does not exist"
    ]


def test_a_refused_write_is_wrong_and_a_refused_read_is_not() -> None:
    assert replayed(("GET", CERTIFICATE, 404)) == []
    assert replayed(("DELETE", CERTIFICATE, 400)) == [f"DELETE {SERVICE}/{CERTIFICATE} was answered with 400"]
