"""What a backend accepts by itself: known to one api-version, invisible to the others, never half right."""

import pytest

from tests.conftest import Answer
from tests.local.azure.arm.conftest import Service

PREVIEW = "2025-03-01-preview"
PATH = "/backends/orders"
PIN = "AB" * 20
NAME = {"name": "orders", "issuerCertificateThumbprint": PIN}
FLAGS = {"validateCertificateChain": True, "validateCertificateName": True}


def put(service: Service, tls: dict[str, object], api_version: str = PREVIEW) -> Answer:
    body = {"properties": {"url": "https://orders.backend.internal", "protocol": "http", "tls": tls}}
    return service.azure.arm("PUT", service.path + PATH, body, api_version=api_version)


def get(service: Service, path: str = PATH, api_version: str = PREVIEW) -> Answer:
    return service.azure.arm("GET", service.path + path, api_version=api_version)


def test_names_and_thumbprints_are_kept_in_upper_case(service: Service) -> None:
    given = {"serverX509Names": [{**NAME, "issuerCertificateThumbprint": PIN.lower()}]}
    given |= {"serverCertificateThumbprints": [PIN.lower()]}
    expected = {**FLAGS, "serverX509Names": [NAME], "serverCertificateThumbprints": [PIN]}
    assert put(service, given).body["properties"]["tls"] == expected
    assert get(service).body["properties"]["tls"] == expected


def test_an_older_version_neither_shows_them_nor_takes_them(service: Service) -> None:
    put(service, {"serverX509Names": [NAME]})
    assert get(service, api_version="2024-05-01").body["properties"]["tls"] == FLAGS
    (listed,) = get(service, "/backends", "2024-05-01").body["value"]
    assert listed["properties"]["tls"] == FLAGS
    refused = put(service, {"serverX509Names": [NAME]}, "2024-05-01")
    assert (refused.status, refused.error["code"]) == (501, "NotServedByLocalAzure")
    assert "'properties.tls.serverX509Names'" in refused.error["message"]


def test_a_put_without_them_takes_them_away(service: Service) -> None:
    put(service, {"serverX509Names": [NAME]})
    assert put(service, {}).body["properties"]["tls"] == FLAGS
    put(service, {"serverX509Names": [NAME]})
    put(service, {}, "2024-05-01")
    assert get(service).body["properties"]["tls"] == FLAGS


@pytest.mark.parametrize(
    ("tls", "message"),
    [
        ({"serverX509Names": []}, "'serverX509Names' should not be empty."),
        ({"serverCertificateThumbprints": []}, "'serverCertificateThumbprints' should not be empty."),
        ({"serverX509Names": [{"name": "orders"}]}, "'issuerCertificateThumbprint' should not be empty."),
        ({"serverX509Names": [{"issuerCertificateThumbprint": PIN}]}, "'name' should not be empty."),
        ({"serverX509Names": ["orders"]}, "'properties.tls.serverX509Names' must be an object."),
        ({"serverCertificateThumbprints": [7]}, "'thumbprint' must be a string."),
        (
            {"serverCertificateThumbprints": ["AB"]},
            "'thumbprint' is not in the correct format ([0-9A-Fa-f]{40}).",
        ),
    ],
)
def test_what_is_malformed_is_refused(service: Service, tls: dict[str, object], message: str) -> None:
    answer = put(service, tls)
    assert answer.status == 400
    assert message in [each["message"] for each in answer.error["details"]]
    assert get(service).status == 404
