"""Which server certificates a backend's entity accepts, and on which tiers it is asked."""

from datetime import timedelta

import pytest
from certificates import Made, make

from local.azure.gateway import pins
from local.azure.gateway.pins import Pins, PinsError

ROOT = make("Root", ca=True)
ISSUER = make("Issuing", ca=True, issuer=ROOT)
LEAF = make("orders.example.com", issuer=ISSUER)


def issued_by(issuer: Made, name: str = "orders.example.com") -> Pins:
    tls = {"serverX509Names": [{"name": name, "issuerCertificateThumbprint": issuer.thumbprint}]}
    found = pins.of({"tls": tls}, lambda: "StandardV2")
    assert found
    return found


def pinned(certificate: Made) -> Pins:
    found = pins.of({"tls": {"serverCertificateThumbprints": [certificate.thumbprint]}}, lambda: "PremiumV2")
    assert found
    return found


def refused(accepted: Pins, *sent: Made) -> str:
    with pytest.raises(PinsError) as error:
        accepted.check([each.certificate for each in sent])
    return str(error.value)


@pytest.mark.parametrize("name", ["orders.example.com", "ORDERS.example.COM"])
def test_the_direct_issuer_that_the_server_sends_is_accepted(name: str) -> None:
    accepted = issued_by(ISSUER, name)
    accepted.check([LEAF.certificate, ROOT.certificate, ISSUER.certificate])
    assert accepted.words(LEAF.certificate) == "issuer pinned"


@pytest.mark.parametrize(
    ("accepted", "sent"),
    [
        (issued_by(ROOT), (LEAF, ISSUER, ROOT)),
        (issued_by(ISSUER), (LEAF,)),
        (issued_by(ISSUER, "stock.example.com"), (LEAF, ISSUER)),
        (issued_by(ISSUER), (make("orders.example.com", issuer=make("Issuing", ca=True)), ISSUER)),
        (pinned(ISSUER), (LEAF, ISSUER)),
    ],
    ids=["its root", "unsent", "another name", "not its signature", "an issuer as a server"],
)
def test_anything_else_is_not(accepted: Pins, sent: tuple[Made, ...]) -> None:
    assert refused(accepted, *sent).endswith("nor its issuer is accepted")


def test_an_issuer_has_to_be_an_authority_and_valid_today() -> None:
    plain = make("Plain")
    assert refused(issued_by(plain, "a"), make("a", issuer=plain), plain)
    expired = make("Old", ca=True, starts_in=timedelta(days=-9), lasts=timedelta(days=1))
    assert refused(issued_by(expired, "a"), make("a", issuer=expired), expired)


def test_a_certificate_that_is_named_itself_needs_no_issuer() -> None:
    itself = make("appliance")
    accepted = pinned(itself)
    accepted.check([itself.certificate])
    assert accepted.words(itself.certificate) == "certificate pinned"
    old = make("appliance", starts_in=timedelta(days=-9), lasts=timedelta(days=1))
    assert refused(pinned(old), old) == "the server certificate is not valid today"


def test_one_of_several_is_enough() -> None:
    listed = [{"name": "a", "issuerCertificateThumbprint": ROOT.thumbprint}]
    listed += [{"name": "orders.example.com", "issuerCertificateThumbprint": ISSUER.thumbprint}]
    found = pins.of({"tls": {"serverX509Names": listed}}, lambda: "BasicV2")
    assert found
    found.check([LEAF.certificate, ISSUER.certificate])


@pytest.mark.parametrize("tier", ["Consumption", "Developer", "Basic", "Standard", "Premium", "Isolated", ""])
def test_other_tiers_do_not_ask_the_backend(tier: str) -> None:
    assert pins.of({"tls": {"serverCertificateThumbprints": ["AB" * 20]}}, lambda: tier) is None


@pytest.mark.parametrize("tls", [None, {}, {"validateCertificateChain": True}])
def test_a_backend_that_says_nothing_has_no_pins(tls: object) -> None:
    def asked() -> str:
        raise AssertionError("nobody has to ask which tier it is")

    assert pins.of({"tls": tls}, asked) is None
