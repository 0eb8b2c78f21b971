"""The provider for backends that say whom they trust: the settings of azure-native, by the same names."""

import pulumi
import pulumi_azure_native as azure
import pytest
from backend_mtls import BackendTrust, BackendTrustProvider, MtlsBackend, MtlsBackendArgs, trusting_backend
from backend_mtls.admission.backend_settings import BackendSettings
from backend_mtls.arguments import ArgumentsError
from certificates import make
from declared import service, vault_certificate
from program import refusal, run

AUTHORITY = make("Issuing", ca=True)
SETTINGS = BackendSettings(url="https://orders", trust=BackendTrust(authorities=[AUTHORITY.pem]))


def test_a_setting_that_azure_native_does_not_have_is_refused() -> None:
    with pytest.raises(ArgumentsError) as error:
        run(lambda: BackendTrustProvider("own", subscription="x"))
    [problem] = error.value.problems
    assert (problem.what, problem.got) == ("There is no such setting of azure-native", "subscription")
    assert "subscription_id" in problem.allowed


def test_the_settings_of_azure_native_are_taken_by_the_same_names() -> None:
    found = run(lambda: BackendTrustProvider("own", subscription_id="s", use_oidc=True, auxiliary_tenant_ids=["t"]))
    [made] = [each for each in found.registered if each.name == "own"]
    assert made.inputs == {"subscriptionId": "s", "useOidc": "true", "auxiliaryTenantIds": '["t"]'}


def declared(*providers: pulumi.ProviderResource) -> None:
    certificate = vault_certificate(service("StandardV2"))
    options = pulumi.ResourceOptions(providers=list(providers))
    MtlsBackend("orders", MtlsBackendArgs(certificate=certificate, settings=SETTINGS), options)


def test_a_provider_of_azure_native_alone_is_refused_with_this_text() -> None:
    text = str(refusal(lambda: declared(azure.Provider("own"))))
    assert text == (
        "1 problem found; nothing of these components was registered\n"
        "1. A backend that says whom it trusts needs a provider of its own beside yours, configured alike\n"
        "    where:   MtlsBackend orders: settings.trust\n"
        "    got:     a provider of azure-native alone\n"
        f"    allowed: providers of azure-native and of {trusting_backend.PACKAGE}, or the default ones\n"
        "    fix:     give both: opts=ResourceOptions(providers=[yours, "
        'BackendTrustProvider("trust", subscription_id=…)]); in another language: pulumi package add azure-native '
        "apimanagement v20250301preview"
    )


def test_with_both_it_is_registered_below_the_package() -> None:
    found = run(lambda: declared(azure.Provider("own"), BackendTrustProvider("trust", subscription_id="s")))
    types = {each.typ for each in found.registered if each.name == "orders"}
    assert f"{trusting_backend.PACKAGE}:apimanagement:Backend" in types
