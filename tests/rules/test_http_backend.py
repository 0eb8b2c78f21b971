"""Calls to a backend go over TLS."""

import pytest
from rule_policies import SECRET, UNKNOWN, routes_to
from rule_resources import api_policy, backend, findings

from rules.severity import Severity

RULE = "http-backend"


def test_https_is_fine() -> None:
    assert findings(RULE, backend(), api_policy(inbound=routes_to("https://orders.example.com"))) == []


@pytest.mark.parametrize(
    "url", ["http://orders.example.com/v1", "HTTP://orders.example.com", " http://orders.example.com"]
)
def test_http_is_critical(url: str) -> None:
    found = findings(RULE, backend(url=url))
    assert [each.severity for each in found] == [Severity.CRITICAL]
    assert found[0].detail == "Backend orders: http://orders.example.com is called without TLS"


def test_http_in_a_policy_is_critical_once_for_each_host_and_shows_no_secret() -> None:
    inbound = "".join(routes_to(f"http://{each}.example.com/?key=hidden") for each in ("a", "a", "b"))
    found = findings(RULE, api_policy(inbound=inbound))
    assert [each.key for each in found] == ["http://a.example.com", "http://b.example.com"]
    assert "hidden" not in "".join(each.detail for each in found)


def test_a_pool_has_no_url_of_its_own() -> None:
    assert findings(RULE, backend(url="http://ignored", type="Pool")) == []


@pytest.mark.parametrize("url", [UNKNOWN, SECRET, None, "", "http", "http//[", "https://[::1"])
def test_a_url_that_is_not_known_is_no_finding(url: str | None) -> None:
    assert findings(RULE, backend(url=url)) == []


@pytest.mark.parametrize("url", ["{{url}}", "@(&quot;http://&quot; + context.Request.IpAddress)", "http://{{host}}"])
def test_a_url_that_is_made_later_is_no_finding(url: str) -> None:
    assert findings(RULE, api_policy(inbound=routes_to(url))) == []
