"""Which provider a resource is deployed with, and what is read of other stacks, is the same under both engines."""

import pytest
import yaml
from project import Project

from local.endpoints import OTHER_SUBSCRIPTION_ID, SUBSCRIPTION_ID

GROUP = 'from pulumi_azure_native import resources\nresources.ResourceGroup("group", location="westeurope")\n'
LOOK_UP = 'from pulumi_azure_native import resources\nresources.get_resource_group(resource_group_name="rg-platform")\n'
TWO = f"""
import pulumi
import pulumi_azure_native as azure
from pulumi_azure_native import resources

for subscription in ("{SUBSCRIPTION_ID}", "{OTHER_SUBSCRIPTION_ID}"):
    provider = azure.Provider(subscription, subscription_id=subscription)
    for number in range(10):
        name = f"rg-{{number}}"
        group = resources.ResourceGroup(
            f"{{subscription}}-{{number}}", resource_group_name=name, location="westeurope",
            opts=pulumi.ResourceOptions(provider=provider))
        found = resources.get_resource_group_output(
            resource_group_name=group.name, opts=pulumi.InvokeOutputOptions(provider=provider, depends_on=[group]))
        pulumi.export(f"{{subscription}}-{{number}}", found.id)
"""


@pytest.mark.parametrize("barred", ["azure-native", "*"])
@pytest.mark.parametrize("program", [GROUP, LOOK_UP], ids=["resource", "function"])
def test_a_default_provider_that_is_disabled_is_refused(project: Project, barred: str, program: str) -> None:
    example = project.program(program)
    config = {"config": {"pulumi:disable-default-providers": [barred]}}
    (example.folder / "Pulumi.test.yaml").write_text(yaml.safe_dump(config))
    result = example.deploy("preview")
    assert result.returncode != 0
    assert "Default provider for 'azure-native' disabled." in result.stdout + result.stderr
    assert "must use an explicit provider." in result.stdout + result.stderr


def test_a_stack_that_is_not_there_is_named(project: Project) -> None:
    example = project.program('import pulumi\npulumi.StackReference("organization/platform/gone")\n')
    result = example.deploy("preview")
    assert result.returncode != 0
    assert 'unknown stack "organization/platform/gone"' in result.stdout + result.stderr


def test_each_resource_and_function_is_in_its_own_providers_subscription(project: Project) -> None:
    example = project.program(TWO)
    example.must("up")
    example.must("preview", "--expect-no-changes")
    outputs = example.outputs()
    assert len(outputs) == 20
    for name, identity in outputs.items():
        subscription, _, number = name.rpartition("-")
        assert identity == f"/subscriptions/{subscription}/resourceGroups/rg-{number}"
    example.must("destroy")
    gone = [path for method, path in project.writes() if method == "DELETE"]
    assert sorted(gone) == sorted(outputs.values())
