"""What policies make of the request and of the response, and what they leave alone."""

import pytest
from planes import Service


def document(inbound: str = "<base />", outbound: str = "<base />") -> str:
    return f"<policies><inbound>{inbound}</inbound><outbound>{outbound}</outbound></policies>"


def parameter(name: str, *values: str, action: str = "override") -> str:
    inside = "".join(f"<value>{value}</value>" for value in values)
    return f'<set-query-parameter name="{name}" exists-action="{action}">{inside}</set-query-parameter>'


@pytest.fixture
def orders(legacy: Service) -> Service:
    """The API `orders` with an operation of every kind of parameter; the backend says what it saw."""
    legacy.api("orders", document())
    api = f"{legacy.id}/apis/orders"
    template = "/stores/{store}/orders/{number}?page={page}"
    legacy.planes.put(f"{api}/operations/one", {"method": "GET", "urlTemplate": template})
    return legacy


def seen(service: Service, path: str, policy: str) -> str:
    service.policy(document("<base />" + policy), "/apis/orders")
    answer = service.call(f"/orders{path}")
    assert answer.status == 200, answer.body
    return str(answer.body["path"])


class TestRewriteUri:
    """The reference's three examples, and the call as it is without the policy."""

    @pytest.mark.parametrize(
        ("policy", "path"),
        [
            ("", "/stores/7/orders/8?page=2&c=d"),
            ('<rewrite-uri template="/v2/{store}-{number}?City=city" />', "/v2/7-8?City=city&c=d"),
            ('<rewrite-uri template="/put/{page}" />', "/put/2?c=d"),
            ('<rewrite-uri template="/put" copy-unmatched-params="false" />', "/put"),
            ('<rewrite-uri template="/put?c=mine" />', "/put?c=mine"),
            ("<rewrite-uri template='@(\"/\" + context.Request.Method)' />", "/GET?c=d"),
            ('<rewrite-uri template="/{unknown}" copy-unmatched-params="false" />', "/{unknown}"),
        ],
    )
    def test_what_the_backend_is_asked_for(self, orders: Service, policy: str, path: str) -> None:
        found = seen(orders, "/stores/7/orders/8?page=2&c=d", policy)
        assert found.replace("%7B", "{").replace("%7D", "}") == path


class TestSetQueryParameter:
    """exists-action decides about a parameter that is already there."""

    @pytest.mark.parametrize(
        ("policy", "query"),
        [
            ("", "a=1&b=2"),
            (parameter("a", "x y"), "b=2&a=x%20y"),
            (parameter("a", "x", "y"), "b=2&a=x&a=y"),
            (parameter("a", "x", action="skip"), "a=1&b=2"),
            (parameter("n", "x", action="skip"), "a=1&b=2&n=x"),
            (parameter("a", "x", action="append"), "a=1&b=2&a=x"),
            (parameter("a", action="delete"), "b=2"),
            (parameter("n", action="delete"), "a=1&b=2"),
            (parameter("n", '@(context.Request.Url.Query.GetValueOrDefault("b", ""))'), "a=1&b=2&n=2"),
        ],
    )
    def test_what_the_backend_is_asked_for(self, orders: Service, policy: str, query: str) -> None:
        assert seen(orders, "/x?a=1&b=2", policy) == f"/x?{query}"


class TestMethodAndVariables:
    """set-method changes the request, set-variable nothing but what expressions read."""

    def test_the_backend_is_called_with_the_method(self, orders: Service) -> None:
        orders.policy(document("<base /><set-method>POST</set-method>"), "/apis/orders")
        assert orders.call("/orders").body["method"] == "POST"
        orders.policy(document("<base /><set-method>@(context.Request.Method)</set-method>"), "/apis/orders")
        assert orders.call("/orders").body["method"] == "GET"

    @pytest.mark.parametrize(
        ("value", "read", "found"),
        [
            ("literal", '(string)context.Variables["v"]', "literal"),
            ("@(1 + 1)", '((int)context.Variables["v"] + 1).ToString()', "3"),
            ("@(true)", '(bool)context.Variables["v"] ? "yes" : "no"', "yes"),
            ("1", 'context.Variables.GetValueOrDefault<string>("other", "default")', "default"),
        ],
    )
    def test_a_variable_has_its_values_type(self, orders: Service, value: str, read: str, found: str) -> None:
        setting = f"<set-variable name='v' value='{value}' />"
        header = f'<set-header name="X-V"><value>@({read})</value></set-header>'
        orders.policy(document("<base />" + setting + header), "/apis/orders")
        assert orders.call("/orders").body["headers"]["x-v"] == found

    def test_a_variable_of_another_type_is_a_500(self, orders: Service) -> None:
        header = '<set-header name="X-V"><value>@((string)context.Variables["v"])</value></set-header>'
        orders.policy(document(f"<set-variable name='v' value='@(1)' />{header}"), "/apis/orders")
        assert orders.call("/orders").status == 500
        assert "Unable to cast object of type 'System.Int32'" in orders.log()[-1]["reason"]


class TestAnswers:
    """set-status changes an answer that is there; mock-response gives one of its own."""

    def test_set_status_in_outbound(self, orders: Service) -> None:
        orders.policy(document(outbound='<set-status code="418" reason="Teapot" />'), "/apis/orders")
        assert orders.call("/orders").status == 418

    def test_set_status_before_there_is_an_answer_changes_nothing(self, orders: Service) -> None:
        orders.policy(document('<base /><set-status code="418" reason="Teapot" />'), "/apis/orders")
        assert orders.call("/orders").status == 200

    def test_a_status_that_is_none_is_a_500(self, orders: Service) -> None:
        orders.policy(document(outbound="<set-status code='@(\"many\")' />"), "/apis/orders")
        assert orders.call("/orders").status == 500

    def test_a_mocked_response_ends_the_call_and_is_empty_without_an_example(self, orders: Service) -> None:
        orders.policy(document('<mock-response status-code="202" content-type="text/plain" />'), "/apis/orders")
        answer = orders.call("/orders")
        assert (answer.status, answer.content, answer.headers["Content-Type"]) == (202, b"", "text/plain")

    @pytest.mark.parametrize(
        ("policy", "status", "content"),
        [
            ("<mock-response />", 200, b'{"a": 1}'),
            ('<mock-response status-code="200" content-type="text/plain" />', 200, b"plain"),
            ('<mock-response status-code="404" />', 404, b""),
        ],
    )
    def test_a_mocked_response_is_the_operations_example(
        self, orders: Service, policy: str, status: int, content: bytes
    ) -> None:
        json = {"contentType": "application/json", "examples": {"default": {"value": {"a": 1}}}}
        text = {"contentType": "text/plain", "examples": {"default": {"value": "plain"}}}
        known = {"method": "GET", "urlTemplate": "/*"}
        responses = [{"statusCode": 200, "representations": [json, text]}]
        orders.planes.put(f"{orders.id}/apis/orders/operations/get", known | {"responses": responses})
        orders.policy(document(policy), "/apis/orders")
        answer = orders.call("/orders")
        assert (answer.status, answer.content) == (status, content)

    def test_a_sample_made_from_a_schema_is_not_served(self, orders: Service) -> None:
        shown = {"contentType": "application/json", "schemaId": "s", "typeName": "Order"}
        known = {"method": "GET", "urlTemplate": "/*", "responses": [{"statusCode": 200, "representations": [shown]}]}
        orders.planes.put(f"{orders.id}/apis/orders/operations/get", known)
        orders.policy(document("<mock-response />"), "/apis/orders")
        assert orders.call("/orders").status == 501
