"""The service that exists before the programs run that are compared."""

from pulumi_azure_native import apimanagement, resources

from bench.programs import LOCATION, RESOURCE_GROUP, SERVICE


def build() -> None:
    """A resource group and an API Management service in it."""
    group = resources.ResourceGroup("group", resource_group_name=RESOURCE_GROUP, location=LOCATION)
    apimanagement.ApiManagementService(
        "service",
        resource_group_name=group.name,
        service_name=SERVICE,
        location=LOCATION,
        publisher_name="Bench",
        publisher_email="bench@example.com",
        sku=apimanagement.ApiManagementServiceSkuPropertiesArgs(name="Developer", capacity=1),
    )
