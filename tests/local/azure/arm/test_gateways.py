"""Debug credentials and traces of the managed gateway."""

from tests.local.azure.arm.conftest import Service


def test_a_call_with_a_debug_token_leaves_a_trace(service: Service) -> None:
    service.add_api()
    service.put_policy('<return-response><set-status code="204" /></return-response>')
    body = {"apiId": f"{service.path}/apis/orders", "purposes": ["tracing"], "credentialsExpireAfter": "PT1H"}
    path = f"{service.path}/gateways/managed"
    token = service.azure.arm("POST", f"{path}/listDebugCredentials", body).body["token"]
    key = service.azure.arm("POST", f"{service.path}/subscriptions/master/listSecrets").body["primaryKey"]
    headers = {"Ocp-Apim-Subscription-Key": key, "Apim-Debug-Authorization": token}
    answer = service.azure.send("GET", f"{service.get('').body['properties']['gatewayUrl']}/orders/1", headers=headers)
    assert answer.status == 204
    trace = service.azure.arm("POST", f"{path}/listTrace", {"traceId": answer.headers["apim-trace-id"]}).body
    assert trace["serviceName"] == service.name
    assert [entry["source"] for entry in trace["traceEntries"]["inbound"]] == ["return-response"]


def test_debug_credentials_are_for_an_api_that_exists(service: Service) -> None:
    path = f"{service.path}/gateways/managed/listDebugCredentials"
    body = {"apiId": f"{service.path}/apis/none", "purposes": ["tracing"]}
    assert service.azure.arm("POST", path, body).error["message"] == "API not found."
    assert service.azure.arm("POST", path, {"purposes": ["spying"]}).status == 400


def test_a_trace_that_nobody_left_is_not_found(service: Service) -> None:
    path = f"{service.path}/gateways/managed/listTrace"
    assert service.azure.arm("POST", path, {"traceId": "none"}).status == 404
    assert service.azure.arm("POST", path, {}).status == 400
