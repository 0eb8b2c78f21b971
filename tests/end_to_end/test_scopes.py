"""A program over the raw provider, with every scope: deployed, unchanged on the next preview, gone after destroy."""

from pathlib import Path
from textwrap import dedent

from project import Project

PROGRAM = '''
import pulumi
from pulumi_azure_native import apimanagement as apim, resources

group = resources.ResourceGroup("group", resource_group_name="rg-scopes", location="westeurope")
service = apim.ApiManagementService(
    "service",
    resource_group_name=group.name,
    service_name="apim-scopes",
    publisher_email="team@example.com",
    publisher_name="Team",
    sku={"name": "Premium", "capacity": 1},
)
at = {"resource_group_name": group.name, "service_name": service.name}


def document(name, backend="<base />"):
    mark = f'<set-header name="X-Scope" exists-action="append"><value>{name}</value></set-header>'
    included = '<include-fragment fragment-id="shared" />' if name in {"api", "team-api"} else ""
    return f"<policies><inbound>{included}</inbound><backend>{backend}</backend><outbound>{mark}</outbound></policies>"


def bound(name, backend="<base />"):
    return {"policy_id": "policy", "format": "rawxml", "value": document(name, backend)}


def entities(prefix, kind, home, after):
    """The same in the service and in a workspace."""
    made = lambda name: getattr(apim, kind + name)
    on = lambda *others: pulumi.ResourceOptions(depends_on=[*after, *others])
    backend = made("Backend")(f"{prefix}backend", backend_id="orders", url="https://a", protocol="http", **home)
    value = '<fragment><set-backend-service backend-id="orders" /></fragment>'
    fragment = made("PolicyFragment")(
        f"{prefix}fragment", id="shared", format="rawxml", value=value, opts=on(backend), **home
    )
    imported = '{"openapi": "3.0.1", "info": {"title": "Orders"}, "paths": {"/a": {"get": {"operationId": "a"}}}}'
    api = made("Api")(
        f"{prefix}api", api_id="orders", path=prefix, format="openapi+json", value=imported, opts=on(), **home
    )
    policy = made("ApiPolicy")(
        f"{prefix}api-policy", api_id=api.name, **bound(f"{prefix}api"), opts=on(fragment), **home
    )
    operation = made("ApiOperation")(
        f"{prefix}operation",
        api_id=api.name,
        operation_id="b",
        display_name="B",
        method="GET",
        url_template="/b",
        **home,
    )
    made("ApiOperationPolicy")(
        f"{prefix}operation-policy", api_id=api.name, operation_id=operation.name, **bound("operation"), **home
    )
    revision = made("Api")(
        f"{prefix}revision", api_id="orders;rev=2", path=prefix, source_api_id=api.id, opts=on(policy), **home
    )
    made("ApiRelease")(f"{prefix}release", api_id="orders;rev=1", release_id="first", opts=on(revision), **home)
    product = made("Product")(f"{prefix}product", product_id="starter", display_name="Starter", opts=on(), **home)
    made("ProductPolicy")(f"{prefix}product-policy", product_id=product.name, **bound("product"), **home)
    link = made("ProductApiLink")(
        f"{prefix}link", api_link_id="link", product_id=product.name, api_id=api.id, opts=on(revision), **home
    )
    made("Subscription")(
        f"{prefix}subscription",
        sid="caller",
        display_name="Caller",
        scope=product.id,
        state="active",
        primary_key=pulumi.Output.secret(f"{prefix}key-of-the-caller"),
        opts=on(link),
        **home,
    )
    return api, product


api, product = entities("", "", at, [service])
apim.ProductApi("member", product_id=product.name, api_id="orders", opts=pulumi.ResourceOptions(depends_on=[api]), **at)
apim.Policy("policy", **bound("service", "<forward-request />"), **at)
team = apim.Workspace("team", workspace_id="team", display_name="Team", **at)
apim.WorkspacePolicy("team-policy", workspace_id=team.name, **bound("team"), **at)
entities("team-", "Workspace", at | {"workspace_id": team.name}, [team])
'''


def test_every_scope_is_deployed_unchanged_afterwards_and_goes_away(project: Project) -> None:
    write_program(project.root)
    project.must("up")
    assert project.preview() == {}
    project.must("refresh")
    assert project.preview() == {}
    assert "key-of-the-caller" not in str(project.state())
    project.must("destroy")
    deleted = [path for method, path in project.writes() if method == "DELETE"]
    assert any(path.endswith("/service/apim-scopes/policies/policy") for path in deleted)
    assert not project.state().get("latest", {}).get("resources")


def write_program(root: Path) -> None:
    """In place of the project's own program and configuration."""
    (root / "__main__.py").write_text(dedent(PROGRAM))
    (root / "Pulumi.yaml").write_text(
        "name: backend-mtls\nruntime:\n  name: python\n  options:\n    virtualenv: .venv\nstackConfigDir: stacks\n"
    )
    (root / "stacks/Pulumi.local.yaml").write_text("config: {}\n")
