"""Programs that are refused because of a service, a vault or a certificate, each with one mistake."""

from datetime import timedelta

import pulumi
from backend_mtls import (
    ClientCertificate,
    ClientCertificateArgs,
    GatewayCertificateAuthority,
    GatewayCertificateAuthorityArgs,
    PfxSource,
    UserAssignedIdentity,
    VaultAccess,
    VaultAccessArgs,
    Workspace,
    WorkspaceArgs,
)
from backend_mtls.x509 import ca_certificate
from certificates import make
from declared import (
    CLIENT,
    PASSWORD,
    SECRET,
    VAULT,
    access,
    existing,
    pfx_certificate,
    service,
    vault_certificate,
    workspace,
)

CA = ca_certificate.read(make("root", ca=True).pem)
MANY = [ca_certificate.read(make(f"root-{index}", ca=True).pem) for index in range(11)]
READER = UserAssignedIdentity(resource_id="/subscriptions/s/reader", client_id="client-id", principal_id="object-id")
OTHER = make("other")

PROGRAMS = {
    "service: malformed name": lambda: service(name="1_2"),
    "service: unknown SKU": lambda: service("Gold"),
    "service: capacity of Consumption": lambda: service("Consumption", capacity=1),
    "service: no capacity": lambda: service("Premium", capacity=0),
    "service: CA certificates on Consumption": lambda: service("Consumption", ca_certificates=[CA]),
    "service: CA certificates on v2": lambda: service("StandardV2", ca_certificates=[CA]),
    "service: too many CA certificates": lambda: service(ca_certificates=MANY),
    "service: CA certificate twice": lambda: service(ca_certificates=[CA, CA]),
    "workspace: SKU without workspaces": lambda: workspace(service("Developer")),
    "workspace: malformed id": lambda: Workspace("w", WorkspaceArgs(service=service("Premium"), workspace_id="a/b")),
    "gateway authority: SKU without gateways": lambda: GatewayCertificateAuthority(
        "ca",
        GatewayCertificateAuthorityArgs(
            service=(on := service("StandardV2")), gateway_id="edge", certificate=pfx_certificate(on)
        ),
    ),
    "gateway authority: certificate of a workspace": lambda: GatewayCertificateAuthority(
        "ca",
        GatewayCertificateAuthorityArgs(
            service=(on := service("Premium")),
            gateway_id="edge",
            certificate=pfx_certificate(on, workspace=workspace(on)),
        ),
    ),
    "access: vault by name": lambda: access(service(), vault_id="kv"),
    "access: unknown kind": lambda: access(service(), kind="rbac"),
    "access: malformed secret": lambda: access(service(), secret_name=""),
    "access: policy for one secret": lambda: access(service(), kind="access_policy", secret_name="orders"),
    "access: twice the same grant": lambda: (
        access(on := service()),
        VaultAccess("other", VaultAccessArgs(service=on, vault_id=VAULT.upper())),
    ),
    "access: user-assigned identity and firewall": lambda: access(service(), identity=READER, vault_firewall=True),
    "certificate: no source": lambda: ClientCertificate("orders", ClientCertificateArgs(service=service())),
    "certificate: malformed id": lambda: pfx_certificate(service(), certificate_id="a#b"),
    "certificate: id too long": lambda: vault_certificate(service(), "x" * 81),
    "certificate: twice the same PFX": lambda: (
        pfx_certificate(on := service(), "one"),
        pfx_certificate(on, "two"),
    ),
    "certificate: twice the same secret": lambda: (
        vault_certificate(on := service(), "one"),
        vault_certificate(on, "two", secret_id="https://KV.vault.azure.net/certificates/orders/"),
    ),
    "certificate: twice the same id": lambda: (
        vault_certificate(on := service(), "one"),
        pfx_certificate(on, "two", certificate_id="ONE"),
    ),
    "certificate: key URL": lambda: vault_certificate(service(), secret_id="https://kv.vault.azure.net/keys/orders"),
    "certificate: no URL": lambda: vault_certificate(service(), secret_id="orders"),
    "certificate: version without pin": lambda: vault_certificate(service(), secret_id=f"{SECRET}/{'a1' * 16}"),
    "certificate: object id of a declared identity": lambda: vault_certificate(
        service(identities=[READER]), identity_client_id="object-id"
    ),
    "certificate: object id of an existing identity": lambda: vault_certificate(
        existing(), identity_client_id="00000000-0000-4000-8000-0000000000b2"
    ),
    "certificate: object id of the system-assigned identity": lambda: vault_certificate(
        existing(), identity_client_id="00000000-0000-4000-8000-0000000000a1"
    ),
    "certificate: unknown identity of an existing service": lambda: vault_certificate(
        existing(), identity_client_id="00000000-0000-4000-8000-0000000000ff"
    ),
    "certificate: user-assigned identity and firewall": lambda: vault_certificate(
        on := service(identities=[READER]), access=access(on, vault_firewall=True), identity_client_id="client-id"
    ),
    "certificate: Key Vault in a workspace": lambda: vault_certificate(
        on := service("Premium"), workspace=workspace(on)
    ),
    "certificate: PFX without key": lambda: pfx_certificate(
        service(), pfx=PfxSource(data=CLIENT.pfx(PASSWORD, with_key=False), password=PASSWORD)
    ),
    "certificate: wrong password": lambda: pfx_certificate(
        service(), pfx=PfxSource(data=CLIENT.pfx(PASSWORD), password="wrong")
    ),
    "certificate: no PFX": lambda: pfx_certificate(service(), pfx=PfxSource(data=b"hello")),
    "certificate: PEM": lambda: pfx_certificate(service(), pfx=PfxSource(data=CLIENT.pem)),
    "certificate: cer": lambda: pfx_certificate(service(), pfx=PfxSource(data=CLIENT.der)),
    "certificate: empty file": lambda: pfx_certificate(service(), pfx=PfxSource(data=b"")),
    "certificate: secret PFX without id": lambda: pfx_certificate(
        service(), pfx=PfxSource.from_secret(secret_text("AAAA"))
    ),
}
"""Programs whose message is in refused.txt. Expired certificates are in test_refused.py: their dates change."""


def secret_text(text: str) -> pulumi.Output[str]:
    return pulumi.Output.secret(text)


EXPIRED = PfxSource(data=make("old", starts_in=timedelta(days=-9), lasts=timedelta(days=8)).pfx())
