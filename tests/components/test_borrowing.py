"""A service is borrowed by its names, as a resource or by its ARM id, and looked up with the component's provider."""

from typing import Any

import pulumi
import pytest
from backend_mtls import ApiManagement, ArgumentsError, PolicyScope
from declared import api, pfx_certificate, policy
from program import EXISTING, Azure, refusal, run
from pulumi_azure_native import Provider, apimanagement


class Watched(Azure):
    """Remembers with which provider Azure was asked."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: list[tuple[str, str | None]] = []

    def call(self, args: pulumi.runtime.MockCallArgs) -> Any:
        self.asked.append((args.token.rpartition(":")[2], args.provider))
        if args.token.endswith("getApiManagementService") and args.args["serviceName"] == "gone":
            return {}, [("", 'Message="not there"')]
        return super().call(args)


def raw(name: str = "raw") -> apimanagement.ApiManagementService:
    return apimanagement.ApiManagementService(
        name,
        resource_group_name="rg",
        service_name=name,
        location="westeurope",
        publisher_name="Team",
        publisher_email="team@example.com",
        sku=apimanagement.ApiManagementServiceSkuPropertiesArgs(name="Consumption", capacity=0),
    )


def on(service: ApiManagement) -> None:
    api(pfx_certificate(service))


class Declared(Azure):
    """Gives a service an ARM id, as Azure does."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str | None, dict[Any, Any]]:
        identity, outputs = super().new_resource(args)
        if args.typ.endswith("ApiManagementService"):
            identity = f"{EXISTING['id'].rpartition('/')[0]}/{args.inputs['serviceName']}"
            outputs |= {"name": args.inputs["serviceName"]}
        return identity, outputs


def test_a_resource_of_the_program_is_named_by_its_id() -> None:
    azure = run(lambda: on(ApiManagement.from_resource("service", raw())), Declared())
    assert azure.inputs("Api")["orders"]["serviceName"] == "raw"
    assert azure.inputs("Api")["orders"]["resourceGroupName"] == "rg"
    assert set(azure.inputs("ApiManagementService")) == {"raw"}


def test_what_its_sku_has_not_is_refused_when_the_sku_is_known() -> None:
    def program() -> None:
        service = ApiManagement.from_resource("service", raw(), resource_group_name="rg", service_name="raw")
        policy(pfx_certificate(service), document="<policies>" + "<!-- x -->" * 2000 + "</policies>")

    azure = Declared()
    with pytest.raises(ArgumentsError, match="at most 16384 bytes on Consumption"):
        run(program, azure)
    assert azure.inputs("ApiPolicy") == {}


def test_an_output_of_another_stack_is_its_arm_id() -> None:
    azure = run(lambda: on(ApiManagement.from_resource("service", pulumi.Output.from_input(EXISTING["id"]))))
    assert azure.inputs("Backend")["orders"]["serviceName"] == "existing"


def test_what_is_no_arm_id_is_refused_when_it_is_known() -> None:
    azure = Azure()
    with pytest.raises(ArgumentsError, match="not named by its ARM id"):
        run(lambda: on(ApiManagement.from_resource("service", pulumi.Output.from_input("apim"))), azure)
    assert azure.registered == []


def test_names_that_are_known_later_are_looked_up_then() -> None:
    def program() -> None:
        names = {"resource_group_name": pulumi.Output.from_input("rg"), "service_name": pulumi.Output.from_input("x")}
        service = ApiManagement.from_existing("service", **names)
        on(service)
        service.gateway_url.apply(seen.append)

    seen: list[str] = []
    azure = run(program)
    assert azure.inputs("Certificate")["legacy"]["resourceGroupName"] == "rg"
    assert seen == ["https://existing.azure-api.net"]


def test_one_that_is_not_there_is_refused_at_once_or_when_its_name_is_known() -> None:
    def program(name: Any) -> None:
        on(ApiManagement.from_existing("service", resource_group_name="rg", service_name=name))

    for name in ("gone", pulumi.Output):
        given = "gone" if name == "gone" else None
        azure = Watched()
        with pytest.raises(ArgumentsError, match="The existing API Management service cannot be read"):
            run(lambda given=given: program(given or pulumi.Output.from_input("gone")), azure)
        assert [each.name for each in azure.registered] == []


def test_every_look_up_uses_the_provider_of_the_component() -> None:
    def program() -> None:
        provider = Provider("theirs", subscription_id="s")
        options = pulumi.ResourceOptions(provider=provider)
        service = ApiManagement.from_existing(
            "service", resource_group_name="rg", service_name="existing", opts=options
        )
        certificate = pfx_certificate(service)
        args = {"certificate": certificate, "scope": PolicyScope.service()}
        from backend_mtls import ClientCertificatePolicy  # noqa: PLC0415 -- beside its only use

        ClientCertificatePolicy("all", args, options)  # type: ignore[arg-type]

    azure = Watched()
    run(program, azure)
    assert {name for name, _ in azure.asked} == {"getApiManagementService", "getPolicy"}
    assert all(provider and "pulumi:providers:azure-native::theirs" in provider for _, provider in azure.asked)


def test_a_policy_of_the_service_is_taken_over_only_where_the_names_are_known() -> None:
    def program() -> None:
        service = ApiManagement.from_resource("service", pulumi.Output.from_input(EXISTING["id"]))
        policy(pfx_certificate(service), scope=PolicyScope.service())

    assert "the service's names are not known at plan time" in str(refusal(program))
