"""A policy comes after everything of its program that its own text names, and goes before it."""

from certificates import make
from project import Example, Project

PROGRAM = """
import base64, datetime, pathlib
import pulumi
from backend_mtls import (
    ApiManagement, ApiManagementArgs, BackendSettings, ClientCertificate, ClientCertificatePolicy,
    ClientCertificatePolicyArgs, MtlsApi, MtlsApiArgs, MtlsBackend, MtlsBackendArgs, PfxSource, PolicyScope,
    ServiceDefinition,
)
from pulumi_azure_native import resources

SELF_SIGNED = "the appliance has a self-signed certificate"
group = resources.ResourceGroup("rg", resource_group_name="rg-named", location="westeurope")
service = ApiManagement(
    "service",
    ApiManagementArgs(
        resource_group_name=group.name, service_name="apim-named",
        definition=ServiceDefinition(location="westeurope", publisher_name="A", publisher_email="a@example.com"),
    ),
)

def certificate(name, opts=None):
    data = pathlib.Path(f"{name}.pfx").read_bytes()
    source = PfxSource(data=data)
    return ClientCertificate.from_pfx(name, service=service, source=source, certificate_id=name, opts=opts)

bound = certificate("bound")
api = MtlsApi(
    "orders",
    MtlsApiArgs(
        certificate=bound, path="orders", policy=pathlib.Path("policy.xml"),
        backend=BackendSettings(url="https://legacy.backend.internal", skip_chain_validation_reason=SELF_SIGNED),
    ),
)
# all of this is declared after the policy that names it
OPTS = OPTIONS
for name in ("read", "asked", "issuer"):
    certificate(name, OPTS)
MtlsBackend(
    "fallback",
    MtlsBackendArgs(
        certificate=bound,
        settings=BackendSettings(url="https://legacy.backend.internal", skip_chain_validation_reason=SELF_SIGNED),
    ),
)
"""
POLICY = """<policies>
    <inbound>
        <base />
        <set-variable name="x" value="@(context.Deployment.Certificates[&quot;read&quot;].Subject)" />
        <send-request mode="new" response-variable-name="r">
            <set-url>https://legacy.backend.internal</set-url>
            <authentication-certificate certificate-id="ASKED" />
        </send-request>
        <validate-client-certificate>
            <identities><identity issuer-certificate-id="issuer" /></identities>
        </validate-client-certificate>
        <choose>
            <when condition="@(context.Request.Method == &quot;GET&quot;)">
                <set-backend-service backend-id="fallback" />
            </when>
        </choose>
    </inbound>
    <backend><base /></backend>
    <outbound><base /></outbound>
    <on-error><base /></on-error>
</policies>
"""
NAMED = ("certificates/bound", "certificates/read", "certificates/asked", "certificates/issuer", "backends/fallback")


def example(project: Project, options: str = "None") -> Example:
    written = project.program(PROGRAM.replace("OPTIONS", options))
    (written.folder / "policy.xml").write_text(POLICY)
    for name in ("bound", "read", "asked", "issuer"):
        (written.folder / f"{name}.pfx").write_bytes(make(name).pfx())
    return written


def order(project: Project, method: str) -> list[str]:
    """What was written, in order, without the path before it."""
    return [path.rpartition("/service/apim-named/")[2] for each, path in project.writes() if each == method]


def test_it_is_created_after_all_of_it_and_deleted_before_it(project: Project) -> None:
    program = example(project)
    program.must("up")
    created = order(project, "PUT")
    assert all(created.index(each) < created.index("apis/orders/policies/policy") for each in NAMED)
    program.must("preview", "--expect-no-changes")
    program.must("destroy")
    deleted = order(project, "DELETE")
    assert all(deleted.index(each) > deleted.index("apis/orders/policies/policy") for each in NAMED)


def test_a_program_that_says_the_opposite_ends(project: Project) -> None:
    """Azure refuses the policy, since what it names is not there yet; nothing waits for itself."""
    result = example(project, "pulumi.ResourceOptions(depends_on=[api])").deploy("up")
    assert result.returncode != 0
    assert "One or more fields contain incorrect values" in result.stdout + result.stderr
