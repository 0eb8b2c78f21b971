"""A value that is known later is checked by the same code when it is known, with the same text; its component waits."""

from collections.abc import Callable, Sequence
from typing import Any

import pulumi
import pytest
from backend_mtls import (
    ApiManagement,
    ApiManagementArgs,
    BackendSettings,
    KeyVaultSource,
    PfxSource,
    ServiceDefinition,
    UserAssignedIdentity,
    key_vault,
)
from backend_mtls.arguments import ArgumentsError
from backend_mtls.key_vault import Finding, Preflight
from backend_mtls.vault.certificate import missing
from backend_mtls.vault.secret_identifier import SecretIdentifier
from declared import CLIENT, PASSWORD, SECRET, access, api, backend, pfx_certificate, service, vault_certificate
from program import Azure, refusal, run


def later(value: Any) -> Any:
    """What a program computes from something that is deployed."""
    return pulumi.Output.from_input(value)


def refused(program: Callable[[], Any], name: str) -> str:
    """The text of the refusal; the component itself, and nothing of it, was registered."""
    azure = Azure()
    with pytest.raises(ArgumentsError) as caught:
        run(program, azure)
    assert [each.name for each in azure.registered if each.name == name] == []
    return str(caught.value)


def definition(**changes: Any) -> ServiceDefinition:
    given = {"location": "westeurope", "publisher_name": "Team", "publisher_email": "team@example.com"} | changes
    return ServiceDefinition(**given)


def named(group: Any = "rg", name: Any = "apim", **changes: Any) -> ApiManagement:
    args = ApiManagementArgs(resource_group_name=group, service_name=name, definition=definition(**changes))
    return ApiManagement("apim", args)


CASES: dict[str, tuple[Callable[[Callable[[Any], Any]], Any], str]] = {
    "service name": (lambda value: named(name=value("1_2")), "apim"),
    "SKU": (lambda value: named(sku=value("Gold")), "apim"),
    "capacity": (lambda value: named(capacity=value(0)), "apim"),
    "vault id": (lambda value: access(service(), vault_id=value("kv")), "kv"),
    "secret name": (lambda value: access(service(), secret_name=value("a/b")), "kv"),
    "secret id": (lambda value: vault_certificate(service(), secret_id=value("orders")), "orders"),
    "client id": (
        lambda value: vault_certificate(
            service(identities=[UserAssignedIdentity(resource_id="/i", client_id="c", principal_id="p")]),
            identity_client_id=value("p"),
        ),
        "orders",
    ),
    "URL": (lambda value: backend(vault_certificate(service()), "b", url=value("http://orders")), "b"),
    "title": (lambda value: backend(vault_certificate(service()), "b", title=value("")), "b"),
    "API's URL": (
        lambda value: api(vault_certificate(service()), "a", backend=BackendSettings(url=value("https://u:p@orders"))),
        "a",
    ),
    "API's path": (lambda value: api(vault_certificate(service()), "a", path=value("/orders")), "a"),
    "display name": (lambda value: api(vault_certificate(service()), "a", display_name=value("")), "a"),
}


@pytest.mark.parametrize("case", CASES)
def test_it_is_refused_with_the_text_of_a_known_one(case: str) -> None:
    program, name = CASES[case]
    at_once = str(refusal(lambda: program(lambda value: value)))
    when_known = refused(lambda: program(later), name)
    assert at_once.partition("\n")[2] == when_known.partition("\n")[2]
    assert when_known.startswith("1 problem found; ")
    assert when_known.partition("\n")[0].endswith(f" {name} was not registered")


def test_a_secret_one_is_not_shown() -> None:
    def program() -> None:
        secret = pulumi.Output.secret("http://orders/very-secret-path")
        backend(vault_certificate(service()), "b", url=secret)

    text = refused(program, "b")
    assert "A client certificate is presented over TLS only" in text
    assert "very-secret-path" not in text
    assert "got:     [secret]" in text


def test_one_of_another_type_is_refused() -> None:
    text = refused(lambda: backend(vault_certificate(service()), "b", url=later(5)), "b")
    assert "The argument has the wrong type" in text
    assert "got:     int" in text


def test_what_cannot_be_shared_is_found_when_both_are_known() -> None:
    def program() -> None:
        certificate = vault_certificate(service())
        api(certificate, "one", path="orders")
        api(certificate, "two", path=later("Orders"))

    assert "Two APIs have the same path" in refused(program, "two")


def test_a_pfx_that_is_known_later_is_the_same_certificate_as_one_that_was_known() -> None:
    def program() -> None:
        on = service()
        pfx_certificate(on, "one")
        source = PfxSource(data=later(CLIENT.pfx(PASSWORD)), password=pulumi.Output.secret(PASSWORD))
        pfx_certificate(on, "two", pfx=source, certificate_id="two")

    text = refused(program, "two")
    assert "Two certificates have the same thumbprint" in text
    assert CLIENT.thumbprint in text


def test_a_secret_of_a_vault_is_looked_up_when_it_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[list[str]] = []

    def look_up(secrets: Sequence[SecretIdentifier], _: Preflight) -> list[Finding]:
        asked.append([each.name for each in secrets])
        return [Finding(secret=each, problems=(missing(each.url, pinned=False),)) for each in secrets]

    monkeypatch.setattr(key_vault, "look_up", look_up)

    def program() -> None:
        vault_certificate(service(), secret_id=later(SECRET))

    azure = Azure()
    with pytest.raises(ArgumentsError, match="The vault has no such certificate"):
        run(program, azure, Preflight())
    assert asked == [["orders"]]
    assert "orders" not in azure.inputs("Certificate")


def test_what_is_right_is_registered_as_it_is() -> None:
    def program() -> None:
        on = named(group=later("rg-late"), name=later("apim-late"), tags={"team": later("integration")})
        source = KeyVaultSource(secret_id=later("https://kv.vault.azure.net/certificates/orders"))
        certificate = vault_certificate(on, secret_id=source.secret_id)
        api(certificate, path=later("late"), backend=BackendSettings(url=later("https://late")))

    azure = run(program)
    assert azure.inputs("ApiManagementService")["apim"]["tags"] == {"team": "integration"}
    assert azure.inputs("Backend")["orders"]["url"] == "https://late"
    assert azure.inputs("Backend")["orders"]["resourceGroupName"] == "rg-late"
    vault = azure.inputs("Certificate")["orders"]["keyVault"]
    assert vault == {"secretIdentifier": "https://kv.vault.azure.net/secrets/orders"}


def test_what_is_adopted_needs_names_that_are_known() -> None:
    def program() -> None:
        api(vault_certificate(named(name=later("apim-late"))), adopt=["api"])

    text = str(refusal(program))
    assert "the service's names are not known at plan time" in text
    assert "fix:     give resource_group_name and service_name as texts, or leave adopt out" in text
