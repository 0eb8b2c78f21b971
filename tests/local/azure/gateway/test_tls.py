"""Equal settings share a context, different ones never do, and no key outlives the moment of loading."""

import ssl
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest

from local.azure import x509
from local.azure.gateway import tls
from local.azure.gateway.pins import Pins
from local.azure.gateway.tls import TlsSettings

PINS = Pins(thumbprints=("AB" * 20,), issuers=())
SETTINGS = TlsSettings(pfx=None, chain=True, name=True, authorities=())


def new_pfx() -> bytes:
    return x509.pkcs12_of(x509.issue("CN=client", x509.new_elliptic_key(), usages=[x509.CLIENT_AUTH]))


def test_equal_settings_share_a_context_and_every_difference_makes_another() -> None:
    authority = x509.issue("CN=CA", x509.new_elliptic_key(), authority=True).pem.decode()
    different = [
        replace(SETTINGS, pfx=new_pfx()),
        replace(SETTINGS, pfx=new_pfx()),
        replace(SETTINGS, chain=False),
        replace(SETTINGS, name=False),
        replace(SETTINGS, authorities=(authority,)),
        replace(SETTINGS, pins=PINS),
    ]
    contexts = [tls.context(settings) for settings in [SETTINGS, *different]]
    assert len({id(context) for context in contexts}) == len(contexts)
    assert tls.context(replace(SETTINGS)) is contexts[0]


@pytest.mark.parametrize(
    ("chain", "name", "mode", "by_openssl", "by_us"),
    [
        (True, True, ssl.CERT_REQUIRED, True, False),
        (True, False, ssl.CERT_REQUIRED, False, False),
        (False, True, ssl.CERT_NONE, False, True),
        (False, False, ssl.CERT_NONE, False, False),
    ],
)
def test_each_flag_is_checked_by_whoever_can(
    chain: bool, name: bool, mode: ssl.VerifyMode, by_openssl: bool, by_us: bool
) -> None:
    context = tls.context(replace(SETTINGS, chain=chain, name=name))
    assert (context.verify_mode, context.check_hostname, context.checks_name) == (mode, by_openssl, by_us)


@pytest.mark.parametrize(("chain", "name"), [(True, True), (True, False), (False, True), (False, False)])
def test_pins_take_the_place_of_the_chain_and_of_nothing_else(chain: bool, name: bool) -> None:
    context = tls.context(replace(SETTINGS, chain=chain, name=name, pins=PINS))
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_NONE, False)
    assert (context.pins, context.checks_name) == (PINS if chain else None, name)


def test_the_key_file_is_gone_once_the_context_is_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    tls.context(replace(SETTINGS, pfx=new_pfx()))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("names", "host", "matches"),
    [
        (["orders.example.com"], "orders.example.com", True),
        (["orders.example.com"], "ORDERS.example.com", True),
        (["orders.example.com"], "example.com", False),
        (["*.example.com"], "orders.example.com", True),
        (["*.example.com"], "a.orders.example.com", False),
        (["*.example.com"], "example.com", False),
        (["127.0.0.1"], "127.0.0.1", True),
        (["localhost"], "127.0.0.1", False),
        (["127.0.0.1"], "127.0.0.2", False),
        (["::1"], "::1", True),
        ([], "client", True),
        ([], "Client", True),
        ([], "server", False),
        (["127.0.0.1"], "client", True),
        (["orders.example.com"], "client", False),
    ],
)
def test_a_name_matches_as_dotnet_says(names: list[str], host: str, matches: bool) -> None:
    certificate = x509.issue("CN=client", x509.new_elliptic_key(), names=names).certificate
    assert tls.names(certificate, host) is matches
