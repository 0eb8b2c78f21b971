"""Every mistake is found before anything is registered; its message says what, where, got, allowed, and the fix.

The programs stand in refused_certificates.py, refused_apis.py and refused_trust.py, the whole texts in refused.txt,
under the same names.
"""

import re
from pathlib import Path
from typing import Any

import pulumi
import pytest
import refused_apis
import refused_certificates
import refused_trust
from backend_mtls import PfxSource
from backend_mtls.arguments import ArgumentsError
from declared import api, pfx_certificate, service, vault_certificate
from program import refusal, run

PROGRAMS: dict[str, Any] = refused_certificates.PROGRAMS | refused_apis.PROGRAMS | refused_trust.PROGRAMS
_GOLDEN = Path(__file__).with_name("refused.txt").read_text(encoding="utf-8")
TEXTS = dict(part.strip("\n").split("\n", 1) for part in re.split(r"^== ", _GOLDEN, flags=re.MULTILINE)[1:])
_THUMBPRINT = re.compile(r"\b[0-9A-F]{40}\b")


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_mistake_is_refused_with_this_text(name: str) -> None:
    assert _THUMBPRINT.sub("<thumbprint>", str(refusal(PROGRAMS[name]))) == TEXTS[name]


def test_every_text_belongs_to_a_program() -> None:
    assert list(TEXTS) == list(PROGRAMS)
    assert len(PROGRAMS) >= 60


def test_all_mistakes_of_a_program_are_in_one_message_in_the_order_in_which_it_makes_them() -> None:
    def program() -> None:
        on = service("Gold")
        certificate = vault_certificate(on, secret_id="https://kv.vault.azure.net/keys/orders")
        pfx_certificate(on, pfx=PfxSource(data=b""))
        api(certificate, path="/orders", protocols=["ftp"])

    assert [str(problem.where) for problem in refusal(program).problems] == [
        "ApiManagement apim: definition.sku",
        "ClientCertificate orders: key_vault.secret_id",
        "ClientCertificate legacy: pfx",
        "MtlsApi orders: path",
        "MtlsApi orders: protocols[0]",
    ]


def test_an_expired_certificate_says_since_when() -> None:
    text = str(refusal(lambda: pfx_certificate(service(), pfx=refused_certificates.EXPIRED)))
    assert re.search(r"The certificate in the PFX has expired\n.*\n    got:     CN=old, valid until 20\d\d-", text)


def test_more_certificates_than_consumption_takes_are_refused() -> None:
    def program() -> None:
        on = service("Consumption")
        for index in range(51):
            vault_certificate(on, f"c{index}", secret_id=f"https://kv.vault.azure.net/secrets/c{index}")

    [problem] = refusal(program).problems
    assert problem.got == "51 certificates on rg/apim"


def test_a_pfx_in_a_pulumi_secret_is_checked_when_it_is_known() -> None:
    def program() -> None:
        pfx_certificate(
            service(), pfx=PfxSource.from_secret(pulumi.Output.secret("no base64")), certificate_id="legacy"
        )

    with pytest.raises(ArgumentsError, match="The secret does not hold a PFX as base64"):
        run(program)


def test_a_program_without_a_mistake_is_registered_whole() -> None:
    azure = run(lambda: api(vault_certificate(service())))
    assert set(azure.inputs("ApiPolicy")) == set(azure.inputs("Backend")) == {"orders"}
    assert azure.inputs("Certificate")["orders"]["keyVault"] == {
        "secretIdentifier": "https://kv.vault.azure.net/secrets/orders"
    }


def test_the_error_is_one_that_pulumi_prints_without_a_traceback() -> None:
    assert issubclass(ArgumentsError, pulumi.RunError)
