"""Everything that a policy document names is found, where it is named and nowhere else."""

import pytest
from backend_mtls.policy.mentions import of_document


def document(inbound: str) -> str:
    return f"<policies><inbound><base />{inbound}</inbound></policies>"


@pytest.mark.parametrize(
    ("inbound", "named"),
    [
        ('<authentication-certificate certificate-id="a" />', ("certificate-id", "a")),
        ('<authentication-certificate thumbprint="AB" />', ("thumbprint", "AB")),
        ('<set-backend-service backend-id="b" />', ("backend-id", "b")),
        (
            '<choose><when condition="@(true)"><set-backend-service backend-id="b" /></when></choose>',
            ("backend-id", "b"),
        ),
        (
            '<send-request><authentication-certificate certificate-id="a" /></send-request>',
            ("certificate-id", "a"),
        ),
        (
            '<validate-client-certificate><identity issuer-certificate-id="i" /></validate-client-certificate>',
            ("certificate-id", "i"),
        ),
        (
            '<set-variable name="x" value="@(context.Deployment.Certificates[&quot;r&quot;].Subject)" />',
            ("certificate-id", "r"),
        ),
    ],
)
def test_each_way_of_naming_is_found(inbound: str, named: tuple[str, str]) -> None:
    assert of_document(document(inbound)) == [named]


@pytest.mark.parametrize(
    "text",
    [
        document(""),
        document('<!-- <set-backend-service backend-id="b" /> -->'),
        document(
            '<validate-client-certificate><identities><identity thumbprint="AB" /></identities>'
            "</validate-client-certificate>"
        ),
        "<policies>",
        "",
    ],
)
def test_what_names_nothing_or_cannot_be_read_names_nothing(text: str) -> None:
    assert of_document(text) == []


def test_what_is_named_twice_is_there_once() -> None:
    assert len(of_document(document('<set-backend-service backend-id="b" />' * 2))) == 1
