"""The types of API Management. source: pulumi_azure_native/apimanagement, and REST 2024-05-01."""

from local.provider.resources.resource import GROUP, Resource, names

_SERVICE = GROUP + "/providers/Microsoft.ApiManagement/service/{serviceName}"
_GATEWAY = _SERVICE + "/gateways/{gatewayId}"
_API = _SERVICE + "/apis/{apiId}"

API_MANAGEMENT = (
    Resource(
        "azure-native:apimanagement:ApiManagementService",
        api_version="2024-05-01",
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
        properties=names(
            "circuitBreaker credentials description pool properties protocol proxy resourceId title tls type url"
        ),
    ),
    Resource(
        "azure-native:apimanagement:Gateway",
        api_version="2024-05-01",
        path=_GATEWAY,
        properties=("description", "locationData"),
    ),
    Resource(
        "azure-native:apimanagement:GatewayCertificateAuthority",
        api_version="2024-05-01",
        path=_GATEWAY + "/certificateAuthorities/{certificateId}",
        properties=("isTrusted",),
    ),
    Resource(
        "azure-native:apimanagement:Api",
        api_version="2024-05-01",
        path=_API,
        required=("path",),
        properties=names(
            "apiRevision apiRevisionDescription apiType apiVersion apiVersionDescription apiVersionSet "
            "apiVersionSetId authenticationSettings contact description displayName format isCurrent license path "
            "protocols serviceUrl soapApiType sourceApiId subscriptionKeyParameterNames subscriptionRequired "
            "termsOfServiceUrl translateRequiredQueryParametersConduct value wsdlSelector"
        ),
        write_only=names("format soapApiType translateRequiredQueryParametersConduct value wsdlSelector"),
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
        properties=names("description displayName method policies request responses templateParameters urlTemplate"),
    ),
    Resource(
        "azure-native:apimanagement:ApiPolicy",
        api_version="2024-05-01",
        path=_API + "/policies/{policyId}",
        required=("value",),
        properties=("format", "value"),
    ),
)
