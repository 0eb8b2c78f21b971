"""What a program that is right registers: whole bodies, in azure-native's shapes."""

from backend_mtls import BackendCredentials, PfxSource, PolicyScope, UserAssignedIdentity, VaultAccess
from backend_mtls.x509 import ca_certificate
from certificates import make
from declared import (
    CLIENT,
    PASSWORD,
    VAULT,
    access,
    api,
    backend,
    pfx_certificate,
    policy,
    service,
    vault_certificate,
    workspace,
)
from program import run

ROOT = make("root", ca=True)
INTERMEDIATE = make("intermediate", ca=True, issuer=ROOT)
_SECRET = "4dabf18193072939515e22adb298388d"
"""What marks a value of Pulumi's protocol; here, a secret."""
READER = UserAssignedIdentity(resource_id="/subscriptions/s/reader", client_id="client-id", principal_id="object-id")


def test_roots_and_intermediates_go_into_their_stores() -> None:
    read = [ca_certificate.read(each.pem) for each in (ROOT, INTERMEDIATE)]
    [body] = run(lambda: service(ca_certificates=read)).inputs("ApiManagementService").values()
    assert [(each["storeName"], each["encodedCertificate"]) for each in body["certificates"]] == [
        ("Root", read[0].encoded),
        ("CertificateAuthority", read[1].encoded),
    ]
    assert "certificates" not in next(iter(run(service).inputs("ApiManagementService").values()))


def test_both_tls_flags_are_always_sent_and_empty_credentials_never() -> None:
    azure = run(lambda: backend(vault_certificate(service()), skip_chain_validation_reason="because"))
    body = azure.inputs("Backend")["orders"]
    assert body["tls"] == {"validateCertificateChain": False, "validateCertificateName": True}
    assert "credentials" not in body
    azure = run(lambda: backend(vault_certificate(service()), credentials=BackendCredentials(query={"code": ["1"]})))
    secret = azure.inputs("Backend")["orders"]["credentials"]
    assert (set(secret) - {"value"}, secret["value"]) == ({_SECRET}, {"query": {"code": ["1"]}})


def test_a_role_is_for_the_vault_or_for_one_secret_and_an_access_policy_for_the_vault() -> None:
    role = run(lambda: access(service(), secret_name="orders")).inputs("RoleAssignment")["kv"]
    assert role["scope"].endswith("/vaults/kv/secrets/orders")
    azure = run(lambda: access(service(), kind="access_policy", identity=READER))
    granted = azure.inputs("AccessPolicy")["kv"]["policy"]
    assert (granted["objectId"], granted["permissions"]) == ("object-id", {"secrets": ["get", "list"]})
    assert (
        run(lambda: VaultAccess.from_existing("kv", service=service(), vault_id=VAULT)).inputs("RoleAssignment") == {}
    )


def test_a_workspace_has_a_policy_of_its_own() -> None:
    def program() -> None:
        on = service("Premium")
        team = workspace(on)
        policy(pfx_certificate(on, workspace=team), scope=PolicyScope.of_workspace(team))

    body = run(program).inputs("WorkspacePolicy")["orders"]
    assert (body["workspaceId"], body["policyId"], body["format"]) == ("team", "policy", "rawxml")


def test_a_pfx_is_named_after_its_content_and_its_policy_says_the_thumbprint() -> None:
    azure = run(lambda: api(pfx_certificate(service())))
    [(_, body)] = azure.inputs("Certificate").items()
    assert body["certificateId"] == f"legacy-{CLIENT.thumbprint[:8].lower()}"
    assert (
        f'<authentication-certificate thumbprint="{CLIENT.thumbprint}" />'
        in azure.inputs("ApiPolicy")["orders"]["value"]
    )


def test_one_certificate_on_several_services_is_an_entity_of_each() -> None:
    pfx = PfxSource(data=CLIENT.pfx(PASSWORD), password=PASSWORD)

    def program() -> None:
        for name in ("one", "two"):
            certificate = pfx_certificate(service(name=name), f"{name}-client", pfx, certificate_id="client")
            api(certificate, f"{name}-a", path="a")
            api(certificate, f"{name}-b", path="b")

    azure = run(program)
    assert {each["serviceName"] for each in azure.inputs("Certificate").values()} == {"one", "two"}
    assert len(azure.inputs("ApiPolicy")) == 4


def test_a_pinned_secret_keeps_its_version_and_a_certificates_url_becomes_its_secrets() -> None:
    url = f"https://kv.vault.azure.net/certificates/orders/{'a1' * 16}"
    body = run(lambda: vault_certificate(service(), secret_id=url, pinned=True)).inputs("Certificate")["orders"]
    assert body["keyVault"]["secretIdentifier"] == url.replace("/certificates/", "/secrets/")
