"""Binds a client certificate only where it is needed: for one operation, for one product, in a workspace."""

from pathlib import Path

import pulumi
from backend_mtls import (
    ApiManagement,
    BackendPool,
    BackendPoolArgs,
    BackendSettings,
    ClientCertificate,
    ClientCertificatePolicy,
    ClientCertificatePolicyArgs,
    MtlsApi,
    MtlsApiArgs,
    MtlsBackend,
    MtlsBackendArgs,
    PfxSource,
    PolicyScope,
    PoolMember,
    Workspace,
    WorkspaceArgs,
)
from pulumi_azure_native import apimanagement

config = pulumi.Config()
SELF_SIGNED = "the appliance has a self-signed certificate"
SETTINGS = BackendSettings(url="https://legacy.backend.internal", skip_chain_validation_reason=SELF_SIGNED)

service = ApiManagement.from_existing(
    "service", resource_group_name=config.require("resourceGroup"), service_name=config.require("service")
)
names = {"resource_group_name": service.resource_group_name, "service_name": service.service_name}
pfx = PfxSource.from_file(Path(config.require("pfxFile")))
client = ClientCertificate.from_pfx("client", service=service, source=pfx)
backend = MtlsBackend("appliance", MtlsBackendArgs(service=service, certificate=client, settings=SETTINGS))
pool = BackendPool("pool", BackendPoolArgs(service=service, members=[PoolMember(backend=backend, weight=50)]))

# one operation of an API whose other calls go elsewhere
status = apimanagement.Api(
    "status",
    **names,
    api_id="status",
    path="status",
    display_name="Status",
    protocols=["https"],
    service_url="https://orders.backend.internal",
    subscription_required=False,
)
read = apimanagement.ApiOperation(
    "status-read",
    **names,
    api_id="status",
    operation_id="read",
    display_name="Read",
    method="GET",
    url_template="/read",
    opts=pulumi.ResourceOptions(depends_on=[status]),
)
ClientCertificatePolicy(
    "status-read",
    ClientCertificatePolicyArgs(
        service=service, scope=PolicyScope.operation("status", "read", read), certificate=client, backend=backend
    ),
)

# every call with a subscription to a product
partners = apimanagement.Product("partners", **names, product_id="partners", display_name="Partners", state="published")
ClientCertificatePolicy(
    "partners",
    ClientCertificatePolicyArgs(
        service=service, scope=PolicyScope.product("partners", partners), certificate=client, backend=pool
    ),
)

# a team's own workspace, with a certificate of its own
team = Workspace("team", WorkspaceArgs(service=service, workspace_id="team"))
own = ClientCertificate.from_pfx("team-client", service=service, workspace=team, source=pfx)
api = MtlsApi(
    "team-api",
    MtlsApiArgs(
        service=service, workspace=team, certificate=own, path="team", backend=SETTINGS, subscription_required=False
    ),
)
pulumi.export("gateway", service.gateway_url)
pulumi.export("team", api.url)
pulumi.export("thumbprint", client.thumbprint)
