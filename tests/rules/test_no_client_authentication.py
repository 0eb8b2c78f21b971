"""A certificate that was issued for servers only is found."""

from typing import Any

import pytest
from certificates import make
from cryptography import x509
from cryptography.x509.oid import ExtendedKeyUsageOID
from rule_resources import findings, pfx_certificate, resource

from rules.severity import Severity


def certificate(for_clients: Any) -> Any:
    component = resource("backend-mtls:index:ClientCertificate", "orders", forClients=for_clients)
    return component, pfx_certificate(parent=component.urn)


def test_one_for_clients_is_fine() -> None:
    assert findings("no-client-authentication", *certificate(for_clients=True)) == []


def test_one_that_is_not_is_high() -> None:
    found = findings("no-client-authentication", *certificate(for_clients=False), environment="development")
    assert [each.severity for each in found] == [Severity.HIGH]
    assert "Certificate legacy" in found[0].detail


@pytest.mark.parametrize(
    ("usages", "count"), [([ExtendedKeyUsageOID.SERVER_AUTH], 1), ([ExtendedKeyUsageOID.CLIENT_AUTH], 0), ([], 0)]
)
def test_a_pfx_in_plain_text_says_it_itself(usages: list[x509.ObjectIdentifier], count: int) -> None:
    made = make(extensions=[x509.ExtendedKeyUsage(usages)] if usages else [])
    certificate = resource("apimanagement:Certificate", serviceName="apim", data=made.base64())
    assert len(findings("no-client-authentication", certificate)) == count


@pytest.mark.parametrize("for_clients", [None, "false", 0, "[secret]", "04da6b54-80e4-46f7-96ec-b56ff0331ba9"])
def test_what_is_not_known_is_no_finding(for_clients: Any) -> None:
    assert findings("no-client-authentication", *certificate(for_clients)) == []
