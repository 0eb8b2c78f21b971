"""A disabled default provider, and a stack that is not there, are refused with the same words by both engines."""

import pytest
import yaml
from project import Project

GROUP = 'from pulumi_azure_native import resources\nresources.ResourceGroup("group", location="westeurope")\n'
LOOK_UP = 'from pulumi_azure_native import resources\nresources.get_resource_group(resource_group_name="rg-platform")\n'


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
