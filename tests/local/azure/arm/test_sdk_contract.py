"""Microsoft's unmodified SDK, azure-mgmt-apimanagement, against local Azure."""

import base64
from collections.abc import Iterator
from datetime import timedelta

import pytest
from azure.core.exceptions import HttpResponseError, ResourceNotFoundError
from azure.identity import ClientSecretCredential
from azure.mgmt.apimanagement import ApiManagementClient, models

from tests.local.azure.arm.conftest import SECRET, Service, make_pfx


@pytest.fixture
def sdk(service: Service) -> Iterator[ApiManagementClient]:
    known = service.azure.endpoints
    credential = ClientSecretCredential(
        known.tenant_id,
        known.client_id,
        known.client_secret,
        authority=known.authority,
        disable_instance_discovery=True,
        connection_verify=known.ca,
    )
    client = ApiManagementClient(
        credential,
        known.subscription_id,
        base_url=known.arm,
        connection_verify=known.ca,
        credential_scopes=[f"{known.arm}/.default"],
    )
    with credential, client:
        yield client


@pytest.fixture
def names(service: Service) -> tuple[str, str]:
    return f"rg-{service.name}", service.name


Names = tuple[str, str]


def test_a_deleted_service_is_listed_read_and_purged(service: Service, sdk: ApiManagementClient) -> None:
    assert service.delete_entity("").status == 202
    operations = sdk.deleted_services
    assert service.name in [each.name for each in operations.list_by_subscription()]
    assert operations.get_by_name(service.name, "westeurope").service_id == service.path
    operations.begin_purge(service.name, "westeurope", polling_interval=0).result()
    assert service.name not in [each.name for each in operations.list_by_subscription()]


def test_a_service_is_created_updated_listed_and_deleted(sdk: ApiManagementClient, names: Names) -> None:
    group, name = names
    made = sdk.api_management_service.begin_create_or_update(
        group,
        f"{name}-2",
        models.ApiManagementServiceResource(
            location="westeurope",
            sku=models.ApiManagementServiceSkuProperties(name="Developer", capacity=1),
            publisher_email="team@example.com",
            publisher_name="Team",
            identity=models.ApiManagementServiceIdentity(type="SystemAssigned"),
        ),
    ).result()
    assert made.provisioning_state == "Succeeded"
    assert made.identity.principal_id
    changed = sdk.api_management_service.begin_update(
        group, f"{name}-2", models.ApiManagementServiceUpdateParameters(publisher_name="Other")
    ).result()
    assert (changed.publisher_name, changed.identity.principal_id) == ("Other", made.identity.principal_id)
    assert {one.name for one in sdk.api_management_service.list_by_resource_group(group)} == {name, f"{name}-2"}
    sdk.api_management_service.begin_delete(group, f"{name}-2").result()
    with pytest.raises(ResourceNotFoundError):
        sdk.api_management_service.get(group, f"{name}-2")


def test_certificates(sdk: ApiManagementClient, service: Service, names: Names) -> None:
    pfx = make_pfx("orders", password="secret")
    made = sdk.certificate.create_or_update(
        *names, "orders", models.CertificateCreateOrUpdateParameters(data=pfx.data, password="secret")
    )
    assert (made.thumbprint, made.subject) == (pfx.thumbprint, "CN=orders")
    assert made.expiration_date.tzinfo is not None
    service.grant()
    key_vault = models.KeyVaultContractCreateProperties(secret_identifier=SECRET)
    parameters = models.CertificateCreateOrUpdateParameters(key_vault=key_vault)
    from_vault = sdk.certificate.create_or_update(*names, "from-vault", parameters)
    assert from_vault.key_vault.last_status.code == "Success"
    assert sdk.certificate.refresh_secret(*names, "from-vault").thumbprint == from_vault.thumbprint
    found = sdk.certificate.list_by_service(*names, filter=f"thumbprint eq '{pfx.thumbprint}'")
    assert [one.name for one in found] == ["orders"]
    assert sdk.certificate.get_entity_tag(*names, "orders")
    sdk.certificate.delete(*names, "orders", if_match="*")
    with pytest.raises(ResourceNotFoundError, match="Certificate not found"):
        sdk.certificate.get(*names, "orders")


def test_an_error_has_code_target_and_details(sdk: ApiManagementClient, names: Names) -> None:
    with pytest.raises(HttpResponseError) as refused:
        sdk.certificate.create_or_update(*names, "orders", models.CertificateCreateOrUpdateParameters(data="###"))
    error = refused.value.error
    assert error is not None
    assert (error.code, error.message) == ("ValidationError", "One or more fields contain incorrect values:")
    assert [detail.target for detail in error.details] == ["data"]


def test_backends(sdk: ApiManagementClient, names: Names) -> None:
    tls = models.BackendTlsProperties(validate_certificate_chain=False, validate_certificate_name=True)
    backend = models.BackendContract(url="https://legacy.backend.internal", protocol="http", tls=tls)
    made = sdk.backend.create_or_update(*names, "legacy", backend)
    assert (made.tls.validate_certificate_chain, made.tls.validate_certificate_name) == (False, True)
    changed = sdk.backend.update(*names, "legacy", "*", models.BackendUpdateParameters(description="self-signed"))
    assert (changed.description, changed.url) == ("self-signed", backend.url)
    assert [one.name for one in sdk.backend.list_by_service(*names)] == ["legacy"]
    sdk.backend.delete(*names, "legacy", if_match="*")
    with pytest.raises(ResourceNotFoundError):
        sdk.backend.get(*names, "legacy")


def test_pools_circuit_breakers_and_proxies(sdk: ApiManagementClient, service: Service, names: Names) -> None:
    condition = models.CircuitBreakerFailureCondition(
        count=3, interval=timedelta(minutes=1), status_code_ranges=[models.FailureStatusCodeRange(min=500, max=599)]
    )
    rule = models.CircuitBreakerRule(name="r", failure_condition=condition, trip_duration=timedelta(minutes=1))
    member = models.BackendContract(
        url="https://orders.backend.internal",
        protocol="http",
        circuit_breaker=models.BackendCircuitBreaker(rules=[rule]),
        proxy=models.BackendProxyContract(url="http://proxy:8080", username="me", password="secret"),
        credentials=models.BackendCredentialsContract(
            header={"X-Key": ["1"]},
            authorization=models.BackendAuthorizationHeaderCredentials(scheme="Basic", parameter="x"),
        ),
    )
    made = sdk.backend.create_or_update(*names, "member", member)
    assert made.circuit_breaker.rules[0].trip_duration == timedelta(minutes=1)
    assert (made.proxy.password, made.credentials.authorization.scheme) == ("secret", "Basic")
    item = models.BackendPoolItem(id=f"{service.path}/backends/member", weight=2, priority=1)
    pool = models.BackendContract(type_properties_type="Pool", pool=models.BackendBaseParametersPool(services=[item]))
    assert sdk.backend.create_or_update(*names, "pool", pool).pool.services[0].weight == 2
    with pytest.raises(HttpResponseError, match="is used by the following entities"):
        sdk.backend.delete(*names, "member", if_match="*")


def test_self_hosted_gateways(sdk: ApiManagementClient, service: Service, names: Names) -> None:
    service.add_api()
    service.add_certificate("root")
    place = models.ResourceLocationDataContract(name="Cellar")
    assert sdk.gateway.create_or_update(*names, "own", models.GatewayContract(location_data=place)).name == "own"
    assert [one.name for one in sdk.gateway.list_by_service(*names)] == ["own"]
    authority = models.GatewayCertificateAuthorityContract(is_trusted=True)
    assert sdk.gateway_certificate_authority.create_or_update(*names, "own", "root", authority).is_trusted is True
    assert [one.name for one in sdk.gateway_certificate_authority.list_by_service(*names, "own")] == ["root"]
    assert sdk.gateway_api.create_or_update(*names, "own", "orders").path == "orders"
    assert sdk.gateway_api.get_entity_tag(*names, "own", "orders") is True
    assert [one.name for one in sdk.gateway_api.list_by_service(*names, "own")] == ["orders"]
    sdk.gateway_api.delete(*names, "own", "orders")
    sdk.gateway_certificate_authority.delete(*names, "own", "root", if_match="*")
    sdk.gateway.delete(*names, "own", if_match="*")
    with pytest.raises(ResourceNotFoundError, match="Gateway not found"):
        sdk.gateway.get(*names, "own")


def test_apis_operations_and_policies(sdk: ApiManagementClient, names: Names) -> None:
    parameters = models.ApiCreateOrUpdateParameter(path="orders", display_name="Orders", protocols=["https"])
    assert sdk.api.begin_create_or_update(*names, "orders", parameters).result().path == "orders"
    operation = models.OperationContract(display_name="Get", method="GET", url_template="/*")
    assert sdk.api_operation.create_or_update(*names, "orders", "get", operation).method == "GET"
    document = '<policies><inbound><base /><set-backend-service base-url="https://x" /></inbound></policies>'
    contract = models.PolicyContract(format="rawxml", value=document)
    sdk.api_policy.create_or_update(*names, "orders", "policy", contract)
    read = sdk.api_policy.get(*names, "orders", "policy", format="rawxml")
    assert "".join(line.strip() for line in read.value.splitlines()) == document
    sdk.api_operation_policy.create_or_update(*names, "orders", "get", "policy", contract)
    assert sdk.policy.get(*names, "policy").value.endswith("</policies>")
    sdk.api_policy.delete(*names, "orders", "policy", if_match="*")
    sdk.api.begin_delete(*names, "orders", if_match="*").result()
    with pytest.raises(ResourceNotFoundError, match="API not found"):
        sdk.api.get(*names, "orders")


def test_ca_certificates(sdk: ApiManagementClient, names: Names) -> None:
    certificate = base64.b64decode(make_pfx().certificate)
    root = models.CertificateConfiguration(
        encoded_certificate=base64.b64encode(certificate).decode(), store_name="Root"
    )
    update = models.ApiManagementServiceUpdateParameters(certificates=[root])
    assert sdk.api_management_service.begin_update(*names, update).result().certificates is None


def test_keys_and_debug_credentials(sdk: ApiManagementClient, service: Service, names: Names) -> None:
    service.add_api()
    assert len(sdk.subscription.list_secrets(*names, "master").primary_key) == 32
    contract = models.GatewayListDebugCredentialsContract(purposes=["tracing"], api_id=f"{service.path}/apis/orders")
    assert sdk.gateway.list_debug_credentials(*names, "managed", contract).token


def test_products_and_subscriptions(sdk: ApiManagementClient, service: Service, names: Names) -> None:
    service.add_api()
    product = models.ProductContract(display_name="Starter", state="published", subscriptions_limit=1)
    assert sdk.product.create_or_update(*names, "starter", product).subscriptions_limit == 1
    assert sdk.product_api.create_or_update(*names, "starter", "orders").path == "orders"
    assert sdk.product_api.check_entity_exists(*names, "starter", "orders")
    assert [one.path for one in sdk.product_api.list_by_product(*names, "starter")] == ["orders"]
    contract = models.PolicyContract(format="rawxml", value="<policies><inbound><base /></inbound></policies>")
    assert sdk.product_policy.create_or_update(*names, "starter", "policy", contract).value.startswith("<policies>")
    asked = models.SubscriptionCreateParameters(
        scope="/products/starter", display_name="Caller", primary_key="key-1", state="active"
    )
    made = sdk.subscription.create_or_update(*names, "caller", asked)
    assert made.scope == f"{service.path}/products/starter"
    assert sdk.subscription.list_secrets(*names, "caller").primary_key == "key-1"
    update = models.SubscriptionUpdateParameters(state="suspended")
    assert sdk.subscription.update(*names, "caller", "*", update).state == "suspended"
    with pytest.raises(HttpResponseError, match="has 1 subscriptions"):
        sdk.product.delete(*names, "starter", if_match="*")
    sdk.product.delete(*names, "starter", if_match="*", delete_subscriptions=True)
    with pytest.raises(ResourceNotFoundError):
        sdk.subscription.get(*names, "caller")


def test_workspaces(sdk: ApiManagementClient, service: Service, names: Names) -> None:
    service.upgrade()
    inside = (*names, "team")
    sdk.workspace.create_or_update(*inside, models.WorkspaceContract(display_name="Team"))
    parameters = models.ApiCreateOrUpdateParameter(path="stock", display_name="Stock", protocols=["https"])
    assert sdk.workspace_api.begin_create_or_update(*inside, "stock", parameters).result().path == "stock"
    operation = models.OperationContract(display_name="Get", method="GET", url_template="/*")
    assert sdk.workspace_api_operation.create_or_update(*inside, "stock", "get", operation).method == "GET"
    pfx = models.CertificateCreateOrUpdateParameters(data=make_pfx().data, password="")
    assert sdk.workspace_certificate.create_or_update(*inside, "client", pfx).thumbprint
    backend = models.BackendContract(url="https://orders.backend.internal", protocol="http")
    assert sdk.workspace_backend.create_or_update(*inside, "stock", backend).url == backend.url
    document = '<policies><inbound><base /><authentication-certificate certificate-id="client" /></inbound></policies>'
    contract = models.PolicyContract(format="rawxml", value=document)
    sdk.workspace_policy.create_or_update(*inside, "policy", contract)
    sdk.workspace_api_policy.create_or_update(*inside, "stock", "policy", contract)
    sdk.workspace_api_operation_policy.create_or_update(*inside, "stock", "get", "policy", contract)
    sdk.workspace_product.create_or_update(*inside, "bundle", models.ProductContract(display_name="Bundle"))
    link = models.ProductApiLinkContract(api_id=f"{service.path}/workspaces/team/apis/stock")
    assert sdk.workspace_product_api_link.create_or_update(*inside, "bundle", "stock", link).api_id == link.api_id
    sdk.workspace_product_policy.create_or_update(*inside, "bundle", "policy", contract)
    with pytest.raises(HttpResponseError, match="is used by the following entities"):
        sdk.workspace_certificate.delete(*inside, "client", if_match="*")
    sdk.workspace.delete(*inside, if_match="*")
    assert list(sdk.workspace.list_by_service(*names)) == []


def test_fragments(sdk: ApiManagementClient, names: Names) -> None:
    fragment = models.PolicyFragmentContract(format="rawxml", value="<fragment><forward-request /></fragment>")
    made = sdk.policy_fragment.begin_create_or_update(*names, "mtls", fragment).result()
    assert made.provisioning_state == "Succeeded"
    read = sdk.policy_fragment.get(*names, "mtls", format="rawxml")
    assert "".join(line.strip() for line in read.value.splitlines()) == fragment.value
    sdk.policy_fragment.delete(*names, "mtls", if_match="*")


def test_revisions_releases_and_imports(sdk: ApiManagementClient, service: Service, names: Names) -> None:
    document = '{"openapi": "3.0.1", "info": {"title": "Orders"}, "paths": {"/a": {"get": {"operationId": "a"}}}}'
    imported = models.ApiCreateOrUpdateParameter(path="orders", format="openapi+json", value=document)
    assert sdk.api.begin_create_or_update(*names, "orders", imported).result().display_name == "Orders"
    assert [one.name for one in sdk.api_operation.list_by_api(*names, "orders")] == ["a"]
    second = models.ApiCreateOrUpdateParameter(path="orders", source_api_id=f"{service.path}/apis/orders")
    assert sdk.api.begin_create_or_update(*names, "orders;rev=2", second).result().is_current is False
    assert [one.api_revision for one in sdk.api_revision.list_by_service(*names, "orders")] == ["1", "2"]
    release = models.ApiReleaseContract(api_id="/apis/orders;rev=2", notes="Better")
    assert sdk.api_release.create_or_update(*names, "orders", "second", release).notes == "Better"
    assert sdk.api.get(*names, "orders").api_revision == "2"
    sdk.api.begin_delete(*names, "orders", if_match="*", delete_revisions=True).result()
    assert list(sdk.api.list_by_service(*names)) == []
