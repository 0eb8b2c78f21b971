"""What a change means for calls is said in one sentence, at the right level."""

from typing import Any

import pytest
from review_changes import effects, report
from rule_policies import service_policy
from rule_resources import (
    SERVICE_ID,
    api,
    api_policy,
    backend,
    entity,
    pfx_certificate,
    presents,
    service,
    vault_certificate,
)

from rules.graph import Resource

SOON, LATER = "2027-01-01T00:00:00Z", "2028-01-01T00:00:00Z"


def stack(**changed: Resource | None) -> list[Resource]:
    """An API that presents a certificate to a backend; parts are replaced by name, or left out."""
    certificate = vault_certificate(outputs={"thumbprint": "AB" * 20, "subject": "CN=orders", "expirationDate": SOON})
    parts: dict[str, Resource | None] = {
        "service": service(),
        "certificate": certificate,
        "backend": backend(),
        "api": api(),
        "policy": api_policy(inbound=presents("orders", "orders")),
    }
    return [each for each in (parts | changed).values() if each]


def certificate(**given: Any) -> Resource:
    outputs = {"thumbprint": "AB" * 20, "subject": "CN=orders", "expirationDate": SOON} | given.pop("outputs", {})
    return vault_certificate(outputs=outputs, **given)


RENEWED = (
    "Key Vault holds another certificate than the gateway presents, valid until 2028-01-01: it follows within 4 hours"
)
SWAPPED = (
    "presents a new certificate, from https://kv.vault.azure.net/secrets/new, validity known after deployment: "
    "calls fail unless the backend accepts it already"
)
HIDDEN = "the policy of the API orders is hidden or made later"
AUTHORITIES = "the authorities that the service trusts change: it takes 15 minutes or more, with downtime on Developer"
KEPT = "the name apim stays taken for 48 hours, unless the deleted service is purged (az apim deletedservice purge)"
OFF = {"validateCertificateChain": False}


def _issued_by(byte: str) -> dict[str, Any]:
    """The trust of a backend in an authority with a thumbprint of this byte."""
    return {"serverX509Names": [{"name": "orders", "issuerCertificateThumbprint": byte * 20}]}


def _words(byte: str) -> str:
    return f"orders issued by {byte * 20}"


CASES: dict[str, tuple[dict[str, Resource | None], list[tuple[str, str]]]] = {
    "nothing": ({}, []),
    "another certificate in place": (
        {"certificate": certificate(outputs={"thumbprint": "CD" * 20, "expirationDate": LATER})},
        [("safe", RENEWED)],
    ),
    "another secret": (
        {"certificate": vault_certificate(vault={"secretIdentifier": "https://kv.vault.azure.net/secrets/new"})},
        [("risk", SWAPPED)],
    ),
    "no certificate any more": (
        {"policy": api_policy(inbound='<set-backend-service backend-id="orders" />')},
        [
            ("outage", "no longer presents a certificate, CN=orders: the backend will refuse its calls"),
            ("change", "its policy text changes (see below)"),
        ],
    ),
    "a certificate of somebody else": (
        {"policy": api_policy(inbound=presents("theirs", "orders"))},
        [
            ("risk", "presents a certificate that is not of this stack (certificate-id theirs)"),
            ("change", "its policy text changes (see below)"),
        ],
    ),
    "chain validation off without a reason": (
        {"backend": backend(tls=OFF)},
        [("danger", "chain validation is switched OFF (no reason given)")],
    ),
    "name validation off with a reason": (
        {"backend": backend(tls={"validateCertificateName": False}, description="Name validation is off: an alias")},
        [("danger", "name validation is switched OFF (an alias)")],
    ),
    "http": (
        {"backend": backend(url="http://orders.example.com")},
        [
            ("danger", "calls go over http: nothing is encrypted, and no certificate is presented"),
            ("risk", "calls go to http://orders.example.com instead of https://orders.example.com"),
        ],
    ),
    "credentials of the backend": (
        {"backend": backend(credentials={"header": "[secret]"})},
        [("risk", "the backend's credentials change: calls depend on it")],
    ),
    "trust that the backend says": (
        {"backend": backend(tls=_issued_by("AB"))},
        [("risk", f"the backend's certificate has to be {_words('AB')} from now on: calls fail with any other one")],
    ),
    "another path": ({"api": api(path="new")}, [("outage", "moves to /new: calls to /orders get 404")]),
    "the empty path": ({"api": api(path="")}, [("outage", "moves to /: calls to /orders get 404")]),
    "no key any more": (
        {"api": api(subscriptionRequired=False)},
        [("danger", "callers no longer need a subscription key")],
    ),
    "nothing inherited any more": (
        {"policy": api_policy(inbound=presents("orders", "orders"), base=False)},
        [("change", "its policy text changes (see below)")],  # the service's policy is the default, and demands nothing
    ),
    "an unknown text": (
        {"policy": api_policy(value="04da6b54-80e4-46f7-96ec-b56ff0331ba9")},
        [
            ("risk", f"what it presents is not known ({HIDDEN}); before, it was certificate-id orders"),
            ("risk", f"where its calls go is not known ({HIDDEN}); before, it was https://orders.example.com"),
            ("risk", "its policy changes; the text is not known before the deployment"),
        ],
    ),
    "everything removed": (
        {"api": None, "policy": None, "backend": None, "certificate": None},
        [("outage", "is removed: calls to /orders get 404")],
    ),
    "authorities": (
        {"service": service(certificates=[{"encodedCertificate": "AAAA", "storeName": "Root"}])},
        [("risk", AUTHORITIES)],
    ),
    "another property of the service": (
        {"service": service(publisherName="Other")},
        [("risk", "the service's publisherName change")],
    ),
    "no service": (
        {"service": None},
        [
            ("outage", "the service is deleted: every call fails"),
            (
                "change",
                KEPT,
            ),
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_edit_has_exactly_these_effects(name: str) -> None:
    changed, expected = CASES[name]
    assert effects(stack(), stack(**changed)) == expected


def test_trust_in_another_authority_and_in_none_is_told_with_both() -> None:
    first, second = stack(backend=backend(tls=_issued_by("AB"))), stack(backend=backend(tls=_issued_by("CD")))
    before, after = _words("AB"), _words("CD")
    assert effects(first, second) == [
        (
            "risk",
            f"the backend's certificate has to be {after}, no longer {before}: calls fail with any other one",
        )
    ]
    assert effects(first, stack()) == [
        (
            "risk",
            f"the backend no longer says whom it trusts ({before}): only public authorities count from now on",
        )
    ]


def test_trust_is_no_matter_where_the_chain_is_not_validated() -> None:
    off, named = stack(backend=backend(tls=OFF)), stack(backend=backend(tls=OFF | _issued_by("AB")))
    quiet = [("safe", "1 other resource is updated: orders")]
    assert effects(off, named) == quiet
    assert effects(named, off) == quiet


def test_a_new_api_whose_policy_is_not_known_yet_says_so() -> None:
    unknown = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
    found = effects([service()], [service(), api(), api_policy(value=unknown)])
    why = "the policy of the API orders is hidden or made later"
    assert found == [("change", f"is new: what it presents is not known ({why})")]


def test_a_policy_that_cannot_be_read_is_not_said_to_present_nothing() -> None:
    found = effects(stack(), stack(policy=api_policy(value="<policies>")))
    why = "the policy of the API orders cannot be read"
    assert found == [
        ("risk", f"what it presents is not known ({why}); before, it was certificate-id orders"),
        ("risk", f"where its calls go is not known ({why}); before, it was https://orders.example.com"),
        ("change", "its policy text changes (see below)"),
    ]


def test_an_uploaded_certificate_that_ends_earlier_is_a_risk() -> None:
    old = pfx_certificate("client", outputs={"expirationDate": LATER}, certificateId="orders")
    new = pfx_certificate("client", "CD" * 20, outputs={"expirationDate": SOON}, certificateId="orders-2")
    policy = api_policy(inbound=presents("orders-2", "orders"))
    found = effects(stack(certificate=old), stack(certificate=new, policy=policy), forced=["client"])
    assert found[0][0] == "risk"
    assert "valid until 2027-01-01, which is earlier than the one before (2028-01-01)" in found[0][1]


def test_a_certificate_that_has_expired_is_an_outage() -> None:
    new = pfx_certificate("orders", "CD" * 20, outputs={"expirationDate": "2026-01-01T00:00:00Z"})
    old = pfx_certificate("orders")
    assert effects(stack(certificate=old), stack(certificate=new))[0] == (
        "outage",
        "the certificate it presents has expired on 2026-01-01",
    )


def test_a_replaced_service_is_one_outage_and_not_one_of_each_api() -> None:
    found = effects(stack(), stack(service=service(location="x"), api=api(path="other")), forced=["service"])
    assert [level for level, _ in found] == ["outage", "outage"]
    assert found[0][1].startswith("the service is replaced")
    assert found[1][1] == (
        "the new service is refused: Azure keeps the name apim of the deleted one for 48 hours, unless it is purged"
    )


def test_a_service_that_gets_another_name_leaves_the_old_one_taken() -> None:
    renamed = effects(stack(), stack(service=service(serviceName="other")), forced=["service"])
    assert ("change", KEPT) in renamed
    assert not [text for _, text in renamed if "refused: Azure keeps" in text]


def test_what_a_fragment_presents_is_presented_by_the_policy_that_includes_it() -> None:
    including = api_policy(inbound='<include-fragment fragment-id="mtls" />')
    place = f"{SERVICE_ID}/policyFragments/mtls"
    held, other = (
        entity("PolicyFragment", "mtls", id=place, value=f"<fragment>{inside}</fragment>")
        for inside in (presents("orders", "orders"), '<set-backend-service backend-id="orders" />')
    )
    kept = [*stack(policy=including), held]
    shown = {fact.name: fact.after for fact in report(kept, kept).rows[0].facts}
    assert shown["Subject"] == "CN=orders"
    assert shown["Bound by"] == "certificate-id orders, in the policy of the fragment mtls"
    lost = "no longer presents a certificate, CN=orders: the backend will refuse its calls"
    assert ("outage", lost) in effects(kept, [*stack(policy=including), other])


def test_the_same_for_several_apis_is_said_once() -> None:
    names = [f"api{number}" for number in range(5)]
    before = [*stack(), *(api(each) for each in names)]
    after = [*stack(), *(api(each, subscriptionRequired=False) for each in names)]
    found = report(before, after)
    assert [each.who for each in found.effects] == [tuple(names)]
    assert found.headline == "api0, api1, api2 and 2 more: callers no longer need a subscription key"


def test_what_is_inherited_counts_for_the_api() -> None:
    outer, other = (service_policy(presents(each, "orders")) for each in ("orders", "theirs"))
    inner = api_policy()
    texts = [text for _, text in effects([*stack(policy=inner), outer], [*stack(policy=inner), other])]
    assert "presents a certificate that is not of this stack (certificate-id theirs)" in texts
