"""Policies that refuse a caller, and let the right one through."""

import pytest
from planes import Service

CHECK = "<check-header name='x-flag' failed-check-httpcode='403' failed-check-error-message='no'{0}>{1}</check-header>"


def api(service: Service, inbound: str, error: str = "") -> None:
    answer = "<return-response><set-body>in</set-body></return-response>"
    service.api("orders", f"<policies><inbound>{inbound}{answer}</inbound><on-error>{error}</on-error></policies>")


class TestCheckHeader:
    """A call without the header, or with another value, ends with what the policy says."""

    def test_one_of_the_values_is_let_through_and_no_other(self, service: Service) -> None:
        api(service, CHECK.format("", "<value>1</value><value>2</value>"))
        assert service.call("/orders", x_flag="2").content == b"in"
        for headers in ({"x_flag": "3"}, {}):
            answer = service.call("/orders", **headers)
            assert (answer.status, answer.body["message"]) == (403, "no")

    def test_without_values_any_is_let_through(self, service: Service) -> None:
        api(service, CHECK.format("", ""))
        assert (service.call("/orders", x_flag="9").status, service.call("/orders").status) == (200, 403)

    @pytest.mark.parametrize(("attribute", "status"), [(" ignore-case='true'", 200), ("", 403)])
    def test_letter_case_counts_unless_it_is_said_not_to(self, service: Service, attribute: str, status: int) -> None:
        api(service, CHECK.format(attribute, "<value>YES</value>"))
        assert service.call("/orders", x_flag="yes").status == status

    def test_what_the_policy_does_not_say_has_a_text_of_its_own(self, service: Service) -> None:
        api(service, "<check-header name='x-flag' />")
        answer = service.call("/orders")
        expected = {"statusCode": 401, "message": "Header x-flag was not found in the request. Access denied."}
        assert (answer.status, answer.body) == (401, expected)

    def test_on_error_runs(self, service: Service) -> None:
        answered = "<return-response><set-status code='418' /></return-response>"
        api(service, CHECK.format("", ""), answered)
        assert service.call("/orders").status == 418


class TestIpFilter:
    """The caller's address decides."""

    @pytest.mark.parametrize(
        ("action", "listed", "status"),
        [
            ("allow", "<address>127.0.0.1</address>", 200),
            ("allow", "<address>10.0.0.1</address>", 403),
            ("forbid", "<address>127.0.0.1</address>", 403),
            ("forbid", "<address>10.0.0.1</address>", 200),
            ("allow", "<address-range from='127.0.0.0' to='127.0.0.9' />", 200),
            ("allow", "<address-range from='10.0.0.0' to='10.0.0.9' />", 403),
        ],
    )
    def test_it_is_let_through_or_not(self, service: Service, action: str, listed: str, status: int) -> None:
        api(service, f"<ip-filter action='{action}'>{listed}</ip-filter>")
        assert service.call("/orders").status == status
