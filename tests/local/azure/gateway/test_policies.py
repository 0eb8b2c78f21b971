"""A call runs exactly the policies that apply to it, and what local Azure cannot run ends the call loudly."""

import json

import pytest
from planes import Service

ORDERS = "https://legacy.backend.internal"


def policies(
    inbound: str = "<base />", backend: str | None = None, outbound: str | None = None, error: str = ""
) -> str:
    sections = f"<inbound>{inbound}</inbound>"
    sections += "" if backend is None else f"<backend>{backend}</backend>"
    sections += "" if outbound is None else f"<outbound>{outbound}</outbound>"
    return f"<policies>{sections}<on-error>{error or '<base />'}</on-error></policies>"


def respond(body: str, *headers: str) -> str:
    return f"<return-response>{''.join(headers)}<set-body>{body}</set-body></return-response>"


def header(name: str, *values: str, action: str | None = None) -> str:
    exists = f' exists-action="{action}"' if action else ""
    return f'<set-header name="{name}"{exists}>{"".join(f"<value>{value}</value>" for value in values)}</set-header>'


DEFAULT = "<policies><inbound /><backend><forward-request /></backend><outbound /><on-error /></policies>"


class TestScopes:
    """`<base />` is where the enclosing scope's policies run; without it they do not."""

    def test_with_base_the_services_policy_runs_before_the_apis(self, service: Service) -> None:
        service.policy(policies(respond("service")))
        service.api("orders", policies("<base />" + respond("api")))
        assert service.call("/orders").content == b"service"

    def test_without_base_it_does_not_run(self, service: Service) -> None:
        service.policy(policies(respond("service")))
        service.api("orders", policies(respond("api")))
        assert service.call("/orders").content == b"api"

    def test_base_runs_where_it_stands(self, service: Service) -> None:
        service.policy(policies(respond("service")))
        service.api("orders", policies(respond("api") + "<base />"))
        assert service.call("/orders").content == b"api"

    def test_an_operation_inherits_through_its_api_from_the_service(self, service: Service) -> None:
        service.policy(policies(respond("service")))
        service.api("orders", policies("<base />"))
        service.policy(policies("<base />" + respond("operation")), "/apis/orders/operations/get")
        assert service.call("/orders").content == b"service"

    def test_a_section_that_is_missing_inherits(self, service: Service) -> None:
        service.policy(policies(respond("service")))
        service.api("orders", "<policies><outbound /></policies>")
        assert service.call("/orders").content == b"service"

    def test_a_backend_section_without_forward_request_calls_nobody(self, service: Service) -> None:
        service.api("orders", policies(backend=""), serviceUrl="https://localhost:1")
        assert (service.call("/orders").status, service.call("/orders").content) == (200, b"")

    def test_the_services_default_policy_forwards(self, service: Service) -> None:
        service.api("orders", serviceUrl="https://localhost:1")
        assert service.call("/orders").status == 500

    def test_a_change_counts_at_once(self, service: Service) -> None:
        service.api("orders", policies(respond("before")))
        assert service.call("/orders").content == b"before"
        service.policy(policies(respond("after")), "/apis/orders")
        assert service.call("/orders").content == b"after"


class TestReturnResponse:
    """The pipeline ends with the response that the policy describes."""

    def test_status_headers_and_body_are_the_policys(self, service: Service) -> None:
        status = '<set-status code="418" reason="Teapot" />'
        service.api("orders", policies(respond('{"a": "&amp;"}', status, header("X-A", "1", "2"))))
        answer = service.call("/orders")
        assert (answer.status, answer.body, answer.headers["X-A"]) == (418, {"a": "&"}, "1,2")

    def test_without_anything_it_is_an_empty_200(self, service: Service) -> None:
        service.api("orders", policies("<return-response />"))
        answer = service.call("/orders")
        assert (answer.status, answer.content) == (200, b"")

    def test_nothing_after_it_runs(self, service: Service) -> None:
        service.api("orders", policies(respond("done") + "<rate-limit calls='1' />", outbound=header("X-A", "1")))
        answer = service.call("/orders")
        assert (answer.content, answer.headers["X-A"]) == (b"done", None)

    def test_markup_in_a_body_is_left_as_it_is(self, service: Service) -> None:
        service.api("orders", policies(respond("<order id='1'><base /></order>")))
        assert service.call("/orders").content == b"<order id='1'><base /></order>"


class TestSetHeader:
    """exists-action decides about a header that is already there."""

    @pytest.mark.parametrize(
        ("policy", "seen"),
        [
            (header("X-A", "new"), "new"),
            (header("X-A", "new", action="override"), "new"),
            (header("X-A", "new", action="skip"), "old"),
            (header("X-A", "new", action="append"), "old,new"),
            (header("X-A", "new", "newer"), "new,newer"),
            (header("X-A", action="delete"), None),
            (header("X-B", "new", action="skip"), "old"),
        ],
    )
    def test_a_requests_header(self, legacy: Service, policy: str, seen: str | None) -> None:
        legacy.api("legacy", policies("<base />" + policy), serviceUrl="")
        assert legacy.call("/legacy", X_A="old").body["headers"].get("x-a") == seen

    def test_a_responses_header(self, legacy: Service) -> None:
        outbound = header("X-A", "new") + header("Content-Type", action="delete") + header("Set-Cookie", "a=1", "b=2")
        legacy.api("legacy", policies(outbound=outbound))
        answer = legacy.call("/legacy")
        assert answer.headers["X-A"] == "new"
        assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]  # type: ignore[attr-defined]  # an http message


class TestBackends:
    """A backend entity brings its credentials; hop-by-hop headers and the gateway's own stay behind."""

    def test_header_query_and_authorization_credentials_are_applied(self, legacy: Service) -> None:
        authorization = {"scheme": "Basic", "parameter": "YTpi"}
        credentials = {"header": {"X-Key": ["1"]}, "query": {"code": ["a b"]}, "authorization": authorization}
        legacy.backend("backend", ORDERS, chain=False, credentials=credentials)
        legacy.api("legacy")

        seen = legacy.call("/legacy/x?y=1", X_Key="0", TE="trailers").body

        assert seen["path"] == "/x?y=1&code=a+b"
        assert (seen["headers"]["x-key"], seen["headers"]["authorization"]) == ("1", "Basic YTpi")
        assert "te" not in seen["headers"]
        assert seen["headers"]["host"] == "legacy.backend.internal"

    def test_an_inherited_backend_id_cannot_be_overridden_by_a_base_url(self, legacy: Service) -> None:
        legacy.api("legacy", policies('<base /><set-backend-service base-url="https://localhost:1" />'))
        assert legacy.call("/legacy").status == 200

    def test_an_inherited_backend_id_can_be_overridden_by_a_backend_id(self, legacy: Service) -> None:
        legacy.backend("gone", "https://localhost:1")
        legacy.api("legacy", policies('<base /><set-backend-service backend-id="gone" />'))
        assert legacy.call("/legacy").status == 500

    def test_a_body_reaches_the_backend_and_the_method_does(self, legacy: Service) -> None:
        legacy.api("legacy")
        legacy.planes.put(f"{legacy.id}/apis/legacy/operations/post", {"method": "POST", "urlTemplate": "/*"})
        seen = legacy.call("/legacy", method="POST", data=b"12345").body
        assert (seen["method"], seen["headers"]["content-length"]) == ("POST", "5")

    def test_a_name_in_the_zone_that_no_backend_has_is_a_connection_failure(self, service: Service) -> None:
        service.api("gone", serviceUrl="https://gone.backend.internal")
        assert service.call("/gone").status == 500
        assert "Unable to connect to https://gone.backend.internal" in service.log()[0]["reason"]


class TestErrors:
    """A failed policy jumps to on-error; the caller sees what that makes of it, the log the reason."""

    def test_on_error_can_change_the_answer(self, service: Service) -> None:
        error = header("X-Error", "yes")
        service.api("orders", policies(error=error), serviceUrl="https://localhost:1")
        answer = service.call("/orders")
        assert (answer.status, answer.headers["X-Error"]) == (500, "yes")

    def test_on_error_can_replace_the_answer_and_the_reason_is_still_logged(self, service: Service) -> None:
        error = respond("sorry", '<set-status code="503" />')
        service.api("orders", policies(error=error), serviceUrl="https://localhost:1")
        assert (service.call("/orders").status, service.call("/orders").content) == (503, b"sorry")
        assert service.log()[0]["reason"].startswith("BackendConnectionFailure in forward-request")

    def test_outbound_does_not_run_after_an_error(self, service: Service) -> None:
        service.api("orders", policies(outbound=respond("outbound")), serviceUrl="https://localhost:1")
        assert service.call("/orders").status == 500

    def test_a_certificate_that_has_gone_is_a_500_with_the_reason(self, service: Service) -> None:
        service.api("orders", policies('<authentication-certificate certificate-id="gone" />'))
        assert service.call("/orders").status == 500
        assert "Certificate with id 'gone' could not be resolved." in service.log()[0]["reason"]


class TestNotServed:
    """501 names what was reached; what was not reached does no harm."""

    @pytest.mark.parametrize(
        ("policy", "named"),
        [
            ('<rate-limit calls="1" renewal-period="1" />', "the policy 'rate-limit' (inbound, api scope, line 1)"),
            ("<wait />", "the policy 'wait'"),
            (
                "<choose><when condition='@(context.Foo)'><return-response /></when></choose>",
                "the expression in 'when' (inbound, api scope, line 1): @(context.Foo) ('Foo' of IProxyRequestContext)",
            ),
            (header("X-A", '@(context.User?.Id ?? "")'), "the expression in 'value'"),
            (header("@{ return 1; }", "x"), "the expression in 'set-header'"),
            (header("X-A", "{{secret}}"), "the named value in 'value'"),
            (
                '<authentication-certificate thumbprint="@(new X())" />',
                "the expression in 'authentication-certificate'",
            ),
            ('<authentication-certificate body="x" />', "'body' of the policy 'authentication-certificate'"),
            ('<return-response response-variable-name="x" />', "'response-variable-name' of the policy"),
            ('<return-response><set-body template="liquid">x</set-body></return-response>', "'template' of the policy"),
        ],
    )
    def test_what_is_not_served(self, service: Service, policy: str, named: str) -> None:
        service.api("orders", policies(policy))
        answer = service.call("/orders")
        assert answer.status == 501
        assert answer.body["message"].startswith(f"Local Azure does not serve {named}")
        assert service.log()[0]["reason"] == answer.body["message"]

    def test_an_option_of_forward_request(self, service: Service) -> None:
        service.api("orders", policies(backend='<forward-request follow-redirects="true" />'), serviceUrl=ORDERS)
        assert "follow-redirects='true'" in service.call("/orders").body["message"]

    def test_options_of_forward_request_that_change_nothing(self, service: Service) -> None:
        forward = '<forward-request timeout="20" follow-redirects="false" buffer-response="true" />'
        service.api("orders", policies(backend=forward), serviceUrl="https://localhost:1")
        assert service.call("/orders").status == 500

    def test_a_policy_that_another_scope_hides_is_not_reached(self, service: Service) -> None:
        service.policy(policies("<quota />"))
        service.api("orders", policies(respond(json.dumps({}))))
        assert service.call("/orders").status == 200
