"""A backend answers callers whose certificate it trusts, knows a rotated one at once, and refuses everybody else."""

import json
import ssl
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from planes import Planes

from local.azure import pki, x509
from local.azure.vault import certificates


def client(planes: Planes, tmp_path: Path, pair: x509.Pair | None) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=str(planes.home.pki / "backend-ca.pem"))
    context.load_verify_locations(planes.home.pki / "legacy.pem")
    if pair:
        pki.write_private(tmp_path / "client.pem", pair.key_pem + pair.pem)
        context.load_cert_chain(tmp_path / "client.pem")
    return context


def call(planes: Planes, backend: str, context: ssl.SSLContext) -> tuple[int, dict[str, Any]]:
    address = planes.azure.listeners.address("backend", backend)
    try:
        response = urllib.request.urlopen(f"{address}/a?b=c", context=context, timeout=20)  # noqa: S310  https
    except urllib.error.HTTPError as error:
        response = error
    with response:
        return response.status, json.load(response)


def new_client(name: str = "client") -> x509.Pair:
    return x509.issue(f"CN={name}", x509.new_elliptic_key(), usages=[x509.CLIENT_AUTH])


def newest(planes: Planes) -> x509.Pair:
    return planes.do(lambda: certificates.get(planes.azure.store, "kv-local", "orders-client").pair)


def test_it_tells_what_it_saw(planes: Planes, tmp_path: Path) -> None:
    pair = newest(planes)

    status, body = call(planes, "orders", client(planes, tmp_path, pair))

    assert status == 200
    assert (body["backend"], body["method"], body["path"]) == ("orders", "GET", "/a?b=c")
    assert body["client"] == {
        "subject": "CN=orders-client",
        "thumbprint": x509.thumbprint(pair.certificate),
        "not_after": pair.certificate.not_valid_after_utc.isoformat(),
    }


@pytest.mark.parametrize("backend", ["orders", "legacy"])
def test_without_a_certificate_it_answers_403(planes: Planes, tmp_path: Path, backend: str) -> None:
    assert call(planes, backend, client(planes, tmp_path, None)) == (403, {"error": "client certificate required"})


@pytest.mark.parametrize("backend", ["orders", "legacy"])
def test_with_an_unknown_certificate_it_breaks_off(planes: Planes, tmp_path: Path, backend: str) -> None:
    with pytest.raises(OSError, match=r"reset|unknown ca|EOF|closed|Broken pipe"):
        call(planes, backend, client(planes, tmp_path, new_client()))


def test_each_backend_refuses_the_certificate_of_the_other(planes: Planes, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"reset|unknown ca|EOF|closed|Broken pipe"):
        call(planes, "legacy", client(planes, tmp_path, newest(planes)))


def test_a_certificate_with_the_same_name_is_not_the_same(planes: Planes, tmp_path: Path) -> None:
    with pytest.raises(OSError, match=r"reset|unknown ca|EOF|closed|Broken pipe"):
        call(planes, "orders", client(planes, tmp_path, new_client("orders-client")))


def test_a_version_made_while_it_runs_is_accepted_and_so_is_the_one_before(planes: Planes, tmp_path: Path) -> None:
    before = newest(planes)
    planes.do(certificates.create, planes.azure.store, "kv-local", "orders-client", {})
    after = newest(planes)

    assert x509.thumbprint(before.certificate) != x509.thumbprint(after.certificate)
    for pair in (before, after):
        assert call(planes, "orders", client(planes, tmp_path, pair))[0] == 200


def test_a_disabled_version_is_refused(planes: Planes, tmp_path: Path) -> None:
    store = planes.azure.store
    disabled = planes.do(certificates.create, store, "kv-local", "orders-client", {})
    planes.do(certificates.update, store, "kv-local", disabled, {"attributes": {"enabled": False}})
    planes.do(certificates.create, store, "kv-local", "orders-client", {})

    with pytest.raises(OSError, match=r"reset|unknown ca|EOF|closed|Broken pipe"):
        call(planes, "orders", client(planes, tmp_path, disabled.pair))


def test_a_file_added_to_the_legacy_clients_is_trusted_until_it_is_removed(planes: Planes, tmp_path: Path) -> None:
    pair = new_client("added")
    added = pki.clients(planes.home, "legacy") / "added.pem"
    pki.write_private(added, pair.pem)
    assert call(planes, "legacy", client(planes, tmp_path, pair))[1]["client"]["subject"] == "CN=added"

    added.unlink()
    with pytest.raises(OSError, match=r"reset|unknown ca|EOF|closed|Broken pipe"):
        call(planes, "legacy", client(planes, tmp_path, pair))
