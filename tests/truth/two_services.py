"""A raw program: an API on one of two services, whose policies come from a file."""

PROGRAM = '''
"""An API on one of two services; its policies come from a file."""

import base64
import json
import pathlib

import pulumi
from pulumi_azure_native import apimanagement as apim, resources

here = pathlib.Path(__file__).parent
wanted = json.loads((here / "wanted.json").read_text())
group = resources.ResourceGroup("rg", resource_group_name="rg-calls", location="westeurope")
services = {
    name: apim.ApiManagementService(
        name, resource_group_name=group.name, service_name=f"apim-{name}", publisher_email="a@example.org",
        publisher_name="A", sku={"name": "Developer", "capacity": 1}, location="westeurope",
    )
    for name in ("first", "second")
}
service = services[wanted["service"]]
where = {"resource_group_name": "rg-calls", "service_name": f"apim-{wanted['service']}"}
after = pulumi.ResourceOptions(depends_on=[service], delete_before_replace=False)
certificates = [
    apim.Certificate(
        name, certificate_id=name, password=pulumi.Output.secret(""), opts=after,
        data=pulumi.Output.secret(base64.b64encode((here / f"{name}.pfx").read_bytes()).decode()), **where,
    )
    for name in ("one", "two")
]
backends = [
    apim.Backend(
        name, backend_id=name, url=f"https://{name}.backend.internal", protocol="http", opts=after,
        tls={"validate_certificate_chain": False, "validate_certificate_name": False},
        description="Chain validation is off: a test. Name validation is off: a test.", **where,
    )
    for name in ("orders", "legacy")
]
api = apim.Api(
    "things", api_id="things", path="things", display_name="Things", protocols=["https"],
    subscription_required=False, opts=after, **where,
)
operation = apim.ApiOperation(
    "get", api_id="things", operation_id="get", display_name="Get", method="GET", url_template="/*",
    opts=pulumi.ResourceOptions(depends_on=[api], delete_before_replace=False), **where,
)
needed = pulumi.ResourceOptions(depends_on=[*certificates, *backends, api], delete_before_replace=False)
shared = apim.PolicyFragment(
    "shared", id="shared", format="rawxml", value=f"<fragment>{wanted['fragment']}</fragment>", opts=needed, **where
)
outer = apim.Policy(
    "outer", policy_id="policy", format="rawxml", opts=needed, **where,
    value=f"<policies><inbound>{wanted['outer']}</inbound><backend><forward-request /></backend>"
    "<outbound /><on-error /></policies>",
)
included = pulumi.ResourceOptions(depends_on=[*certificates, *backends, api, shared], delete_before_replace=False)
apim.ApiPolicy(
    "policy", api_id="things", policy_id="policy", format="rawxml", value=wanted["policy"], opts=included, **where
)
'''
