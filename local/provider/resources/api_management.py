"""The types of API Management. source: pulumi_azure_native/apimanagement, and REST 2024-05-01."""

from dataclasses import replace

from local.default_policy import DEFAULT_POLICY
from local.provider.resources.resource import GROUP, Resource, names

_VERSION = "2024-05-01"
_SERVICE = GROUP + "/providers/Microsoft.ApiManagement/service/{serviceName}"
_GATEWAY = _SERVICE + "/gateways/{gatewayId}"
_API = _SERVICE + "/apis/{apiId}"
_OPERATION = _API + "/operations/{operationId}"
_PRODUCT = _SERVICE + "/products/{productId}"
_SHOWN_OF_API = names(
    "apiRevision apiRevisionDescription apiType apiVersion apiVersionDescription apiVersionSet apiVersionSetId "
    "authenticationSettings contact description displayName isCurrent license path protocols serviceUrl sourceApiId "
    "subscriptionKeyParameterNames subscriptionRequired termsOfServiceUrl"
)
_ONLY_SENT_OF_API = names("format soapApiType translateRequiredQueryParametersConduct value wsdlSelector")


def _policy(token: str, parent: str) -> Resource:
    return Resource(
        f"azure-native:apimanagement:{token}",
        api_version=_VERSION,
        path=parent + "/policies/{policyId}",
        required=("value",),
        properties=("format", "value"),
    )


_SERVICE_TYPE = Resource(
    "azure-native:apimanagement:ApiManagementService",
    api_version=_VERSION,
    path=_SERVICE,
    required=("location", "publisherEmail", "publisherName", "sku"),
    body=names("identity location sku tags zones"),
    properties=names(
        "additionalLocations apiVersionConstraint certificates configurationApi customProperties "
        "developerPortalStatus disableGateway enableClientCertificate hostnameConfigurations "
        "legacyPortalStatus natGatewayState notificationSenderEmail privateEndpointConnections "
        "publicIpAddressId publicNetworkAccess publisherEmail publisherName restore "
        "virtualNetworkConfiguration virtualNetworkType"
    ),
    read_only=("etag", "systemData"),
    read_only_properties=names(
        "createdAtUtc developerPortalUrl gatewayRegionalUrl gatewayUrl managementApiUrl "
        "outboundPublicIPAddresses platformVersion portalUrl privateIPAddresses provisioningState "
        "publicIPAddresses scmUrl targetProvisioningState"
    ),
    read_only_parts={"identity": ("principalId", "tenantId")},
    put_polls=True,
    delete_polls=True,
)

_ALSO_IN_WORKSPACES = (
    Resource(
        "azure-native:apimanagement:Certificate",
        api_version=_VERSION,
        path=_SERVICE + "/certificates/{certificateId}",
        properties=("data", "keyVault", "password"),
        write_only=("data", "password"),
        read_only_properties=("expirationDate", "subject", "thumbprint"),
        read_only_parts={"keyVault": ("lastStatus",)},
    ),
    Resource(
        "azure-native:apimanagement:Backend",
        api_version=_VERSION,
        path=_SERVICE + "/backends/{backendId}",
        properties=names(
            "circuitBreaker credentials description pool properties protocol proxy resourceId title tls type url"
        ),
    ),
    Resource(
        "azure-native:apimanagement:Api",
        api_version=_VERSION,
        path=_API,
        required=("path",),
        properties=(*_SHOWN_OF_API, *_ONLY_SENT_OF_API),
        write_only=_ONLY_SENT_OF_API,
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
        api_version=_VERSION,
        path=_OPERATION,
        required=("displayName", "method", "urlTemplate"),
        properties=names("description displayName method policies request responses templateParameters urlTemplate"),
    ),
    Resource(
        "azure-native:apimanagement:ApiVersionSet",
        api_version=_VERSION,
        path=_SERVICE + "/apiVersionSets/{versionSetId}",
        required=("displayName", "versioningScheme"),
        properties=names("description displayName versionHeaderName versionQueryName versioningScheme"),
    ),
    _policy("ApiPolicy", _API),
    Resource(
        "azure-native:apimanagement:ApiRelease",
        api_version=_VERSION,
        path=_API + "/releases/{releaseId}",
        properties=("apiId", "notes"),
        read_only_properties=("createdDateTime", "updatedDateTime"),
    ),
    _policy("ApiOperationPolicy", _OPERATION),
    Resource(
        "azure-native:apimanagement:Product",
        api_version=_VERSION,
        path=_PRODUCT,
        required=("displayName",),
        properties=names(
            "approvalRequired description displayName state subscriptionRequired subscriptionsLimit terms"
        ),
    ),
    Resource(
        "azure-native:apimanagement:ProductApiLink",
        api_version=_VERSION,
        path=_PRODUCT + "/apiLinks/{apiLinkId}",
        required=("apiId",),
        properties=("apiId",),
    ),
    _policy("ProductPolicy", _PRODUCT),
    Resource(
        "azure-native:apimanagement:PolicyFragment",
        api_version=_VERSION,
        path=_SERVICE + "/policyFragments/{id}",
        required=("value",),
        properties=("description", "format", "value"),
        read_only_properties=("provisioningState",),
        put_polls=True,
    ),
    Resource(
        "azure-native:apimanagement:Subscription",
        api_version=_VERSION,
        path=_SERVICE + "/subscriptions/{sid}",
        required=("displayName", "scope"),
        properties=names("allowTracing displayName ownerId primaryKey scope secondaryKey state"),
        query=("appType", "notify"),
        read_only_properties=names("createdDate endDate expirationDate notificationDate startDate stateComment"),
    ),
)


def _in_workspace(resource: Resource) -> Resource:
    """The same type, with the workspace as its parent."""
    return replace(
        resource,
        token=resource.token.replace("apimanagement:", "apimanagement:Workspace"),
        path=resource.path.replace(_SERVICE, _SERVICE + "/workspaces/{workspaceId}"),
    )


API_MANAGEMENT = (
    _SERVICE_TYPE,
    replace(_policy("Policy", _SERVICE), default={"format": "xml", "value": DEFAULT_POLICY}),
    Resource(
        "azure-native:apimanagement:ProductApi",
        api_version=_VERSION,
        path=_PRODUCT + "/apis/{apiId}",
        read_only_properties=(*_SHOWN_OF_API, "isOnline", "provisioningState"),
        only_head=True,
    ),
    Resource(
        "azure-native:apimanagement:Gateway",
        api_version=_VERSION,
        path=_GATEWAY,
        properties=("description", "locationData"),
    ),
    Resource(
        "azure-native:apimanagement:GatewayCertificateAuthority",
        api_version=_VERSION,
        path=_GATEWAY + "/certificateAuthorities/{certificateId}",
        properties=("isTrusted",),
    ),
    Resource(
        "azure-native:apimanagement:GatewayApiEntityTag",
        api_version=_VERSION,
        path=_GATEWAY + "/apis/{apiId}",
        properties=("provisioningState",),
        read_only_properties=(*_SHOWN_OF_API, "isOnline"),
        only_head=True,
    ),
    Resource(
        "azure-native:apimanagement:Workspace",
        api_version=_VERSION,
        path=_SERVICE + "/workspaces/{workspaceId}",
        required=("displayName",),
        properties=("description", "displayName"),
    ),
    _policy("WorkspacePolicy", _SERVICE + "/workspaces/{workspaceId}"),
    *_ALSO_IN_WORKSPACES,
    *(_in_workspace(resource) for resource in _ALSO_IN_WORKSPACES),
)

PREVIEW_MODULE, PREVIEW_VERSION = "apimanagement", "v20250301preview"
"""What the package is parameterized with for the resources of API version 2025-03-01-preview."""
PREVIEW_PACKAGE = f"azure-native_{PREVIEW_MODULE}_{PREVIEW_VERSION}"
"""What the package is called then."""
PREVIEW = tuple(
    replace(
        resource,
        token=resource.token.replace("azure-native:", f"{PREVIEW_PACKAGE}:"),
        api_version="2025-03-01-preview",
    )
    for resource in API_MANAGEMENT
    if resource.token.endswith(("apimanagement:Backend", "apimanagement:WorkspaceBackend"))
)
"""Those of its resources that are served; source of the tokens: provider/provider_parameterize_test.go."""
