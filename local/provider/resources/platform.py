"""What an API Management service stands in: group, vault, identity, role assignment."""

from local.provider.resources.resource import GROUP, Resource, names

PLATFORM = (
    Resource(
        "azure-native:resources:ResourceGroup",
        api_version="2024-03-01",
        path=GROUP,
        required=("location",),
        body=("location", "managedBy", "tags"),
        read_only=("properties",),
        force_new=("location",),
        delete_polls=True,
    ),
    Resource(
        "azure-native:keyvault:Vault",
        api_version="2024-11-01",
        path=GROUP + "/providers/Microsoft.KeyVault/vaults/{vaultName}",
        required=("location", "properties"),
        body=("location", "tags", "properties"),
        read_only=("systemData",),
        read_only_parts={"properties": ("vaultUri", "hsmPoolResourceId", "privateEndpointConnections")},
        maintained=("properties", "accessPolicies"),
        put_polls=True,
    ),
    Resource(
        "azure-native:keyvault:AccessPolicy",
        api_version="",
        path=GROUP + "/providers/Microsoft.KeyVault/vaults/{vaultName}/accessPolicy",
        required=("policy",),
        body=("policy",),
        autonamed=False,
    ),
    Resource(
        "azure-native:managedidentity:UserAssignedIdentity",
        api_version="2023-01-31",
        path=GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
        required=("location",),
        body=("location", "tags"),
        read_only=("systemData",),
        read_only_properties=("clientId", "principalId", "tenantId"),
        force_new=("location",),
    ),
    Resource(
        "azure-native:authorization:RoleAssignment",
        api_version="2022-04-01",
        path="/{scope}/providers/Microsoft.Authorization/roleAssignments/{roleAssignmentName}",
        required=("principalId", "roleDefinitionId"),
        properties=names(
            "condition conditionVersion delegatedManagedIdentityResourceId description principalId principalType "
            "roleDefinitionId"
        ),
        read_only=("systemData",),
        read_only_properties=names("createdBy createdOn scope updatedBy updatedOn"),
        force_new=("principalId",),
    ),
)
