"""Two providers in one program, each for a subscription of its own, and every resource in that of its provider."""

import pytest
from project import Example, Project

from local.endpoints import OTHER_SUBSCRIPTION_ID, SUBSCRIPTION_ID

COUNT = 12
"""Resources of each provider, deployed at once: one configuration for both would put some into the wrong place."""
PROGRAM = f"""
import pulumi
import pulumi_azure_native as azure
from pulumi_azure_native import apimanagement as apim, resources

made = {{}}
for name, subscription in {{"own": "{SUBSCRIPTION_ID}", "other": "{OTHER_SUBSCRIPTION_ID}"}}.items():
    provider = azure.Provider(name, subscription_id=subscription)
    on = pulumi.ResourceOptions(provider=provider)
    group = resources.ResourceGroup(name, resource_group_name="rg-same", location="westeurope", opts=on)
    asked = pulumi.InvokeOutputOptions(provider=provider, depends_on=[group])
    below = pulumi.InvokeOutputOptions(parent=group, depends_on=[group])
    for way, options in {{"provider": asked, "parent": below}}.items():
        found = resources.get_resource_group_output(resource_group_name="rg-same", opts=options)
        pulumi.export(f"{{name}}-{{way}}", found.id)
    made[name] = on

for number in range({COUNT}):
    for name, on in made.items():
        resources.ResourceGroup(
            f"{{name}}-{{number}}", resource_group_name=f"rg-{{number}}", location="westeurope", opts=on)
"""
SUBSCRIPTIONS = {"own": SUBSCRIPTION_ID, "other": OTHER_SUBSCRIPTION_ID}
GROUPS = {"rg-same", *(f"rg-{number}" for number in range(COUNT))}


@pytest.fixture
def two(project: Project) -> Example:
    """The program with both, in a stack that has no default provider."""
    example = project.program(PROGRAM)
    settings = "config:\n  pulumi:disable-default-providers: [azure-native]\n"
    (example.folder / "Pulumi.test.yaml").write_text(settings)
    return example


def groups(project: Project, subscription: str) -> set[str]:
    """The program's resource groups in a subscription, as ARM lists them."""
    answer = project.azure.arm("GET", f"/subscriptions/{subscription}/resourceGroups", api_version="2024-03-01")
    return {each["name"] for each in answer.body["value"]} & GROUPS


def test_everything_is_in_the_subscription_of_its_provider(two: Example) -> None:
    project = two.project
    two.must("up")
    assert {each: groups(project, each) for each in SUBSCRIPTIONS.values()} == dict.fromkeys(
        SUBSCRIPTIONS.values(), GROUPS
    )
    expected = {
        f"{name}-{way}": f"/subscriptions/{subscription}/resourceGroups/rg-same"
        for name, subscription in SUBSCRIPTIONS.items()
        for way in ("provider", "parent")
    }
    assert two.outputs() == expected
    written = project.writes()
    two.must("preview", "--expect-no-changes")
    two.must("refresh")
    two.must("preview", "--expect-no-changes")
    assert project.writes_since(written) == []
    two.must("destroy")
    deleted = {path.lower() for method, path in project.writes_since(written) if method == "DELETE"}
    assert deleted == {
        f"/subscriptions/{each}/resourcegroups/{name}" for each in SUBSCRIPTIONS.values() for name in GROUPS
    }


def test_a_resource_without_a_provider_is_refused_where_the_default_one_is_disabled(two: Example) -> None:
    program = 'from pulumi_azure_native import resources\nresources.ResourceGroup("own", location="westeurope")\n'
    (two.folder / "__main__.py").write_text(program)
    result = two.deploy("up")
    assert result.returncode != 0
    urn = "urn:pulumi:test::program::azure-native:resources:ResourceGroup::own"
    text = f"Default provider for 'azure-native' disabled. '{urn}' must use an explicit provider."
    assert text in result.stdout + result.stderr
    assert two.project.writes() == []
