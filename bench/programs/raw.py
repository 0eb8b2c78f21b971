"""The same N APIs, written with pulumi-azure-native alone, as its documentation would have it."""

import base64

import pulumi
from pulumi_azure_native import apimanagement

from bench.programs import RESOURCE_GROUP, SERVICE, api_names, backend_url, pfx, thumbprint

_POLICY = """\
<policies>
    <inbound>
        <base />
        <set-backend-service backend-id="{backend}" />
        <authentication-certificate thumbprint="{thumbprint}" />
    </inbound>
    <backend>
        <base />
    </backend>
    <outbound>
        <base />
    </outbound>
    <on-error>
        <base />
    </on-error>
</policies>
"""


def build() -> None:
    """One certificate; for each API the API itself, its backend and its policy, with the same dependencies."""
    apimanagement.get_api_management_service(resource_group_name=RESOURCE_GROUP, service_name=SERVICE)
    (data, password), known = pfx(), thumbprint()
    certificate = apimanagement.Certificate(
        "client",
        resource_group_name=RESOURCE_GROUP,
        service_name=SERVICE,
        certificate_id=f"client-{known[:8].lower()}",
        data=pulumi.Output.secret(base64.b64encode(data).decode()),
        password=pulumi.Output.secret(password),
    )
    for name in api_names():
        _api(name, certificate, known)


def _api(name: str, certificate: apimanagement.Certificate, known: str) -> None:
    api = apimanagement.Api(
        name,
        resource_group_name=RESOURCE_GROUP,
        service_name=SERVICE,
        api_id=name,
        path=name,
        display_name=name,
        protocols=["https"],
        subscription_required=True,
    )
    backend = apimanagement.Backend(
        name,
        resource_group_name=RESOURCE_GROUP,
        service_name=SERVICE,
        backend_id=name,
        url=backend_url(name),
        protocol="http",
        type="Single",
        tls=apimanagement.BackendTlsPropertiesArgs(validate_certificate_chain=True, validate_certificate_name=True),
        opts=pulumi.ResourceOptions(depends_on=[certificate]),
    )
    apimanagement.ApiPolicy(
        name,
        resource_group_name=RESOURCE_GROUP,
        service_name=SERVICE,
        api_id=name,
        policy_id="policy",
        format="rawxml",
        value=_POLICY.format(backend=name, thumbprint=known),
        opts=pulumi.ResourceOptions(depends_on=[api, backend, certificate]),
    )
