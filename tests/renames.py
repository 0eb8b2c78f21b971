"""A raw program in which certificate, backend and API get other names in the program, and stay the same (aliases)."""

from base64 import b64encode

from certificates import make
from project import PASSWORD, Example, Project

PROGRAM = '''
"""One API over mutual TLS, over the SDK alone."""

import pulumi
from pulumi_azure_native import apimanagement as apim, resources

NEW, NOTE = "{new}", "{note}"


def name(old):
    return old + NEW


def options(old, *after):
    aliases = [pulumi.Alias(name=old)] if NEW else []
    return pulumi.ResourceOptions(aliases=aliases, depends_on=list(after))


group = resources.ResourceGroup("rg", resource_group_name="rg-raw", location="westeurope")
service = apim.ApiManagementService(
    "service", resource_group_name="rg-raw", service_name="apim-raw", publisher_email="a@example.org",
    publisher_name="A", sku={{"name": "Developer", "capacity": 1}}, opts=pulumi.ResourceOptions(depends_on=[group]),
)
place = {{"resource_group_name": "rg-raw", "service_name": "apim-raw"}}
certificate = apim.Certificate(
    name("client"), **place, certificate_id="client", opts=options("client", service),
    data=pulumi.Output.secret("{data}"), password=pulumi.Output.secret("{password}"),
)
backend = apim.Backend(
    name("legacy"), **place, backend_id="legacy", protocol="http", url="https://legacy.backend.internal",
    tls={{"validate_certificate_chain": False, "validate_certificate_name": True}}, opts=options("legacy", service),
)
api = apim.Api(
    name("api"), **place, api_id="legacy", path="legacy", display_name="legacy", protocols=["https"],
    opts=options("api", service),
)
apim.ApiPolicy(
    name("policy"), **place, api_id="legacy", policy_id="policy", format="rawxml",
    value=(
        "<policies><inbound><base />" + NOTE + '<set-backend-service backend-id="legacy" />'
        '<authentication-certificate certificate-id="client" /></inbound>'
        "<backend><base /></backend><outbound><base /></outbound><on-error><base /></on-error></policies>"
    ),
    opts=options("policy", certificate, backend, api),
)
'''
NOTE = "<!-- renamed -->"


class Renamed:
    """The program, as deployed and as changed."""

    def __init__(self, project: Project) -> None:
        self.data = b64encode(make("client").pfx(PASSWORD)).decode()
        self.example: Example = project.program(self._source(new="", note=""))

    def rename(self) -> None:
        """Other names, and a policy text that differs: otherwise no preview would list the policy."""
        (self.example.folder / "__main__.py").write_text(self._source(new="-renamed", note=NOTE))

    def _source(self, **given: str) -> str:
        return PROGRAM.format(data=self.data, password=PASSWORD, **given)
