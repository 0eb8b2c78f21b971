"""The served resource types: one table of token, API version, ARM path, and where each input goes.

Names and API versions are those of pulumi-azure-native 3.29. Path parameters carry the SDK's names. Every path
parameter forces a new resource, and so does what `force_new` lists (source: gen/replacement.go, and x-ms-mutability in
the REST specifications). As in the real package no input is secret by itself: the program has to mark it.
"""

import re
from collections.abc import Mapping
from dataclasses import KW_ONLY, dataclass, field

from local.provider.errors import UnknownTokenError

_GROUP = "/subscriptions/{subscriptionId}/resourceGroups/{resourceGroupName}"
_SERVICE = _GROUP + "/providers/Microsoft.ApiManagement/service/{serviceName}"
_API = _SERVICE + "/apis/{apiId}"


@dataclass(frozen=True)
class Resource:
    """How one resource type looks in the SDK and in ARM."""

    token: str
    _: KW_ONLY
    api_version: str
    path: str
    """ARM id with the path parameters in braces; the last one is the resource's own name."""
    required: tuple[str, ...] = ()
    """Inputs that must be there, besides the path parameters."""
    body: tuple[str, ...] = ()
    """Inputs at the top of the request body."""
    properties: tuple[str, ...] = ()
    """Inputs under the body's `properties`."""
    write_only: tuple[str, ...] = ()
    """Inputs that ARM never gives back."""
    renamed: Mapping[str, str] = field(default_factory=dict)
    """SDK name -> name in the body, where they differ."""
    read_only: tuple[str, ...] = ()
    """Outputs at the top of the response, besides the inputs, `name` and `type`."""
    read_only_properties: tuple[str, ...] = ()
    """Outputs under the response's `properties`, besides the inputs."""
    read_only_parts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Output -> those of its parts that are not inputs."""
    force_new: tuple[str, ...] = ()
    put_polls: bool = False
    """PUT is a long-running operation."""
    delete_polls: bool = False
    """DELETE is a long-running operation."""

    @property
    def parameters(self) -> tuple[str, ...]:
        """Path parameters that are inputs, in order."""
        return tuple(name for name in re.findall(r"{(\w+)}", self.path) if name != "subscriptionId")

    @property
    def name_parameter(self) -> str:
        """The input that names the resource."""
        return self.parameters[-1]

    @property
    def replacing(self) -> frozenset[str]:
        """Inputs whose change needs a new resource."""
        return frozenset((*self.parameters, *self.force_new))


def _names(words: str) -> tuple[str, ...]:
    return tuple(words.split())


_ALL = (
    Resource(
        "azure-native:resources:ResourceGroup",
        api_version="2024-03-01",
        path=_GROUP,
        required=("location",),
        body=("location", "managedBy", "tags"),
        read_only=("properties",),
        force_new=("location",),
        delete_polls=True,
    ),
    Resource(
        "azure-native:keyvault:Vault",
        api_version="2024-11-01",
        path=_GROUP + "/providers/Microsoft.KeyVault/vaults/{vaultName}",
        required=("location", "properties"),
        body=("location", "tags", "properties"),
        read_only=("systemData",),
        read_only_parts={"properties": ("vaultUri", "hsmPoolResourceId", "privateEndpointConnections")},
        put_polls=True,
    ),
    Resource(
        "azure-native:managedidentity:UserAssignedIdentity",
        api_version="2023-01-31",
        path=_GROUP + "/providers/Microsoft.ManagedIdentity/userAssignedIdentities/{resourceName}",
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
        properties=_names(
            "condition conditionVersion delegatedManagedIdentityResourceId description principalId principalType "
            "roleDefinitionId"
        ),
        read_only=("systemData",),
        read_only_properties=_names("createdBy createdOn scope updatedBy updatedOn"),
        force_new=("principalId",),
    ),
    Resource(
        "azure-native:apimanagement:ApiManagementService",
        api_version="2024-05-01",
        path=_SERVICE,
        required=("location", "publisherEmail", "publisherName", "sku"),
        body=_names("identity location sku tags zones"),
        properties=_names(
            "additionalLocations apiVersionConstraint certificates configurationApi customProperties "
            "developerPortalStatus disableGateway enableClientCertificate hostnameConfigurations "
            "legacyPortalStatus natGatewayState notificationSenderEmail privateEndpointConnections "
            "publicIpAddressId publicNetworkAccess publisherEmail publisherName restore "
            "virtualNetworkConfiguration virtualNetworkType"
        ),
        read_only=("etag", "systemData"),
        read_only_properties=_names(
            "createdAtUtc developerPortalUrl gatewayRegionalUrl gatewayUrl managementApiUrl "
            "outboundPublicIPAddresses platformVersion portalUrl privateIPAddresses provisioningState "
            "publicIPAddresses scmUrl targetProvisioningState"
        ),
        read_only_parts={"identity": ("principalId", "tenantId")},
        put_polls=True,
        delete_polls=True,
    ),
    Resource(
        "azure-native:apimanagement:Certificate",
        api_version="2024-05-01",
        path=_SERVICE + "/certificates/{certificateId}",
        properties=("data", "keyVault", "password"),
        write_only=("data", "password"),
        read_only_properties=("expirationDate", "subject", "thumbprint"),
        read_only_parts={"keyVault": ("lastStatus",)},
    ),
    Resource(
        "azure-native:apimanagement:Backend",
        api_version="2024-05-01",
        path=_SERVICE + "/backends/{backendId}",
        properties=_names(
            "circuitBreaker credentials description pool properties protocol proxy resourceId title tls type url"
        ),
    ),
    Resource(
        "azure-native:apimanagement:Api",
        api_version="2024-05-01",
        path=_API,
        required=("path",),
        properties=_names(
            "apiRevision apiRevisionDescription apiType apiVersion apiVersionDescription apiVersionSet "
            "apiVersionSetId authenticationSettings contact description displayName format isCurrent license path "
            "protocols serviceUrl soapApiType sourceApiId subscriptionKeyParameterNames subscriptionRequired "
            "termsOfServiceUrl translateRequiredQueryParametersConduct value wsdlSelector"
        ),
        write_only=_names("format soapApiType translateRequiredQueryParametersConduct value wsdlSelector"),
        renamed={
            "apiType": "type",
            "soapApiType": "apiType",
            "translateRequiredQueryParametersConduct": "translateRequiredQueryParameters",
        },
        read_only_properties=("isOnline", "provisioningState"),
        put_polls=True,
        delete_polls=True,
    ),
    Resource(
        "azure-native:apimanagement:ApiOperation",
        api_version="2024-05-01",
        path=_API + "/operations/{operationId}",
        required=("displayName", "method", "urlTemplate"),
        properties=_names("description displayName method policies request responses templateParameters urlTemplate"),
    ),
    Resource(
        "azure-native:apimanagement:ApiPolicy",
        api_version="2024-05-01",
        path=_API + "/policies/{policyId}",
        required=("value",),
        properties=("format", "value"),
    ),
)

RESOURCES = {resource.token: resource for resource in _ALL}


def lookup(token: str) -> Resource:
    """The resource type with this token."""
    if token not in RESOURCES:
        raise UnknownTokenError(
            f"The stand-in azure-native provider of local Azure does not serve the resource type '{token}'. "
            f"It serves: {', '.join(sorted(RESOURCES))}. Deploy this program to Azure with the real provider."
        )
    return RESOURCES[token]


def getter(token: str) -> Resource:
    """The resource type that a function like `azure-native:keyvault:getVault` reads."""
    resource = RESOURCES.get(re.sub(r":get(?=[A-Z]\w*$)", ":", token))
    if resource is None:
        names = sorted(re.sub(r":(?=[A-Z])", ":get", name) for name in RESOURCES)
        raise UnknownTokenError(
            f"The stand-in azure-native provider of local Azure does not serve the function '{token}'. "
            f"It serves: azure-native:authorization:getClientConfig, {', '.join(names)}."
        )
    return resource
