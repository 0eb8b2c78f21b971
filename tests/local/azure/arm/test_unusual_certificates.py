"""A PFX that the product reads, local Azure's API Management takes, and the other way round: each by its own code."""

import base64

import pytest
import unusual_certificates as unusual
from backend_mtls.errors import PfxError
from backend_mtls.x509 import pfx

from tests.conftest import Answer
from tests.local.azure.arm.conftest import Service

PATH = "/certificates/orders"


def put(service: Service, data: bytes, password: str | None) -> Answer:
    encoded = {"data": base64.b64encode(data).decode()}
    return service.put(PATH, {"properties": encoded | ({"password": password} if password else {})})


@pytest.mark.parametrize("case", unusual.READ)
def test_what_the_product_reads_is_taken_and_shown_alike(service: Service, case: str) -> None:
    data, password, subject = unusual.READ[case]()
    answer, read = put(service, data, password), pfx.read(data, password)
    assert answer.status == 201, answer.body
    assert answer.body["properties"] == {
        "subject": subject,
        "thumbprint": read.thumbprint,
        "expirationDate": f"{read.not_after:%Y-%m-%dT%H:%M:%SZ}",
    }


@pytest.mark.parametrize("case", unusual.UNREADABLE)
def test_what_the_product_cannot_read_is_refused_and_not_for_its_password(service: Service, case: str) -> None:
    data = unusual.packed(unusual.UNREADABLE[case][0]())
    answer = put(service, data, unusual.PASSWORD)
    assert answer.status == 400
    assert "network password" not in answer.error["details"][0]["message"]
    assert "a certificate that cannot be decoded" in answer.error["details"][0]["message"]
    with pytest.raises(PfxError, match="a certificate in it cannot be read"):
        pfx.read(data, unusual.PASSWORD)


@pytest.mark.parametrize("case", ["Teletex", "UTCTime without seconds", "a secret key of Java"])
def test_a_wrong_password_is_wrong_to_both(service: Service, case: str) -> None:
    data = unusual.READ[case]()[0]
    answer = put(service, data, "wrong")
    assert "The specified network password is not correct." in answer.error["details"][0]["message"]
    with pytest.raises(PfxError, match="The password of the PFX is wrong"):
        pfx.read(data, "wrong")


@pytest.mark.parametrize("kind", unusual.UNPRESENTABLE)
def test_a_key_that_cannot_be_presented_is_refused_by_both(service: Service, kind: str) -> None:
    data = unusual.UNPRESENTABLE[kind]()
    assert put(service, data, None).status == 400
    with pytest.raises(PfxError, match="of a kind that API Management cannot present"):
        pfx.read(data, None)
