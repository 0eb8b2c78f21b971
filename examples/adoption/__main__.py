"""Takes over what was made by hand for an API: the first `pulumi up` imports everything and writes nothing.

`policy.xml` is the policy as it was exported. It names the certificate and the backend already, so nothing is added to
it; Azure's copy, which is spelt differently but means the same, stays as it is. From then on the stack owns all three:
change the certificate or the URL here, and `pulumi preview` shows what follows.
"""

from pathlib import Path

import pulumi
from backend_mtls import (
    ApiManagement,
    BackendSettings,
    ClientCertificate,
    KeyVaultSource,
    MtlsApi,
    MtlsApiArgs,
    Preflight,
    ask_key_vault,
)

PROJECT = Path(__file__).resolve().parent

config = pulumi.Config()
ask_key_vault(Preflight(mode="off" if config.get_bool("offline") else "if_reachable"))
service = ApiManagement.from_existing(
    "service", resource_group_name=config.require("resourceGroup"), service_name=config.require("service")
)
certificate = ClientCertificate.from_key_vault(
    "payments",
    service=service,
    source=KeyVaultSource(secret_id=config.require("secretId")),
    certificate_id="payments-client",
    adopt=True,
)
api = MtlsApi(
    "payments",
    MtlsApiArgs(
        service=service,
        certificate=certificate,
        existing_api=True,
        backend=BackendSettings(url=config.require("backendUrl"), title="Payments"),
        policy=PROJECT / "policy.xml",
        adopt=["backend", "policy"],
    ),
)
pulumi.export("url", api.url)
pulumi.export("certificate", certificate.certificate_id)
