"""The model behind the ordering property finds what it is there to find."""

from typing import Any

import pytest
from ordering.model import Model

SERVICE = "/subscriptions/s/resourceGroups/g/providers/Microsoft.ApiManagement/service/apim"
WANTED: Any = {
    "places": {
        "existing": {
            "certificates": {"c0": {"kind": "addressed", "version": 1}},
            "backends": {"b0": {"certificate": "c0", "recorded": True}},
            "pools": {"p0": {"members": ["b0"]}},
            "apis": {"a0": {"certificate": "c0", "backend": "p0", "operations": ["GET /*"], "operation": None}},
            "scopes": {"product": None, "policy": "c0", "authority": "c0"},
        }
    }
}
CERTIFICATE, BACKEND, POOL = "certificates/existing-c0-abcdef01", "backends/existing-b0", "backends/existing-p0"
API, GATEWAY = "apis/existing-a0", "gateways/existing-gateway"
OPERATION, POLICY = f"{API}/operations/get-any", f"{API}/policies/policy"
AUTHORITY = f"{GATEWAY}/certificateAuthorities/existing-c0-abcdef01"
ORDER = (CERTIFICATE, BACKEND, POOL, API, OPERATION, POLICY, "policies/policy", GATEWAY, AUTHORITY)
GOOD = [("PUT", each, 201) for each in ORDER]
REFERENCES = [
    (BACKEND, CERTIFICATE),
    (POOL, BACKEND),
    (OPERATION, API),
    (POLICY, POOL),
    (POLICY, CERTIFICATE),
    ("policies/policy", CERTIFICATE),
    (AUTHORITY, GATEWAY),
    (AUTHORITY, CERTIFICATE),
]


def model_of(place: str) -> Model:
    return Model({"existing": place}, lambda pfx: {"existing-c0-addressed-1": "ABCDEF0123"}[pfx])


def replayed(*writes: tuple[str, str, int], model: Model | None = None, service: str = SERVICE) -> list[str]:
    entries = [
        {"plane": "arm", "method": method, "path": f"{service}/{path}", "status": status}
        for method, path, status in writes
    ]
    return (model or model_of("apim")).replay(entries, WANTED)


def test_creation_in_order_and_deletion_in_reverse_is_right() -> None:
    assert replayed(*GOOD, *(("DELETE", each, 200) for each in reversed(ORDER))) == []


def test_a_workspace_is_a_place_of_its_own() -> None:
    model = model_of("apim/workspaces/team")
    assert replayed(*GOOD, model=model, service=f"{SERVICE}/workspaces/team") == []
    assert replayed(("DELETE", CERTIFICATE, 200), model=model) == []
    assert replayed(("DELETE", CERTIFICATE, 200), model=model, service=f"{SERVICE}/workspaces/team") != []


@pytest.mark.parametrize(("referring", "missing"), REFERENCES)
def test_what_is_put_before_what_it_refers_to_is_wrong(referring: str, missing: str) -> None:
    found = replayed(*[write for write in GOOD if write[1] != missing])
    assert f"after PUT {referring}: existing: {referring} refers to {missing}, which does not exist" in found


@pytest.mark.parametrize(("referring", "deleted"), REFERENCES)
def test_deleting_what_is_referred_to_is_wrong(referring: str, deleted: str) -> None:
    found = replayed(*GOOD, ("DELETE", deleted, 200))
    assert (f"after DELETE {deleted}: existing: {referring} refers to {deleted}, which does not exist" in found) == (
        not referring.startswith(f"{deleted}/")  # what is below it goes with it
    )


@pytest.mark.parametrize("missing", ORDER)
def test_what_was_not_put_or_is_gone_again_is_a_difference(missing: str) -> None:
    complete, lacking = model_of("apim"), model_of("apim")
    replayed(*GOOD, model=complete)
    replayed(*[write for write in GOOD if write[1] != missing], model=lacking)
    assert (complete.difference(WANTED), lacking.difference(WANTED)) == ([], [f"existing: {missing}"])


def test_what_was_not_wanted_is_wrong() -> None:
    with pytest.raises(AssertionError, match="has no such entity"):
        replayed(("PUT", "certificates/other", 201))


def test_a_refused_write_is_wrong_and_a_refused_read_is_not() -> None:
    assert replayed(("GET", CERTIFICATE, 404)) == []
    assert replayed(("DELETE", CERTIFICATE, 400)) == [f"DELETE {SERVICE}/{CERTIFICATE} was answered with 400"]
