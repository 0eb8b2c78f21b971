"""choose, retry and limit-concurrency run what they hold when the policy reference says so, and otherwise not."""

import asyncio
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from certificates import make
from mtls_server import Backend, serving
from planes import Service

from local.azure import x509
from local.azure.gateway import containers
from local.azure.gateway.effective import Policy, Scope
from local.azure.policy import parse

HAS_A = '@(context.Request.Headers.ContainsKey("X-A"))'
REFUSED = "@(context.Response != null && context.Response.StatusCode == 403)"


def inbound(content: str, backend: str = "<forward-request />") -> str:
    return f"<policies><inbound>{content}</inbound><backend>{backend}</backend></policies>"


def respond(code: int) -> str:
    return f'<return-response><set-status code="{code}" /></return-response>'


def when(condition: str, content: str, *more: str) -> str:
    quoted = condition.replace("&", "&amp;").replace("'", "&apos;")
    return f"<choose><when condition='{quoted}'>{content}</when>{''.join(more)}</choose>"


def otherwise(content: str) -> str:
    return f"<otherwise>{content}</otherwise>"


class TestChoose:
    """The first branch whose condition holds, and no other."""

    def test_a_branch_runs_when_its_condition_holds(self, service: Service) -> None:
        service.api("orders", inbound(when(HAS_A, respond(410), otherwise(respond(411)))))
        assert (service.call("/orders", X_A="1").status, service.call("/orders").status) == (410, 411)

    def test_of_two_that_hold_the_first_runs_and_the_second_is_not_evaluated(self, service: Service) -> None:
        thrown = f"<when condition='@(int.Parse(\"x\") == 1)'>{respond(412)}</when>"
        service.api("orders", inbound(when(HAS_A, respond(410), thrown)))
        assert (service.call("/orders", X_A="1").status, service.call("/orders").status) == (410, 500)

    def test_without_a_branch_that_holds_the_policies_behind_it_run(self, service: Service) -> None:
        service.api("orders", inbound(when("false", respond(410)) + respond(411)))
        assert service.call("/orders").status == 411

    def test_branches_in_branches(self, service: Service) -> None:
        nested = when('@(context.Request.Headers.GetValueOrDefault("X-B", "") == "b")', respond(410))
        service.api("orders", inbound(when(HAS_A, nested) + respond(411)))
        assert service.call("/orders", X_A="1", X_B="b").status == 410
        assert service.call("/orders", X_A="1", X_B="c").status == service.call("/orders", X_B="b").status == 411

    def test_base_in_a_branch_is_the_enclosing_scopes_section(self, service: Service) -> None:
        service.policy(inbound(respond(410)))
        service.api("orders", inbound(when(HAS_A, "<base />") + respond(411)))
        assert (service.call("/orders", X_A="1").status, service.call("/orders").status) == (410, 411)

    def test_a_fragment_in_a_branch(self, service: Service) -> None:
        value = f"<fragment>{when('true', respond(410))}</fragment>"
        service.planes.put(f"{service.id}/policyFragments/shared", {"value": value}, {"rawxml": value})
        included = when(HAS_A, '<include-fragment fragment-id="shared" />')
        service.api("orders", inbound(included + respond(411)))
        assert (service.call("/orders", X_A="1").status, service.call("/orders").status) == (410, 411)

    def test_a_fragment_that_has_gone_does_no_harm_in_a_branch_that_is_not_taken(self, service: Service) -> None:
        service.api("orders", inbound(when(HAS_A, '<include-fragment fragment-id="gone" />') + respond(411)))
        assert (service.call("/orders").status, service.call("/orders", X_A="1").status) == (411, 500)

    def test_a_condition_that_throws_is_a_500_with_the_reason(self, service: Service) -> None:
        service.api("orders", inbound(when('@(context.Product.Id == "gold")', respond(410))))
        assert service.call("/orders").status == 500
        reason = service.log()[0]["reason"]
        assert reason.startswith("ExpressionValueEvaluationFailure in when: Expression evaluation failed. Object ref")

    def test_a_condition_that_is_no_boolean_is_a_500(self, service: Service) -> None:
        service.api("orders", inbound(when("@(1)", respond(410))))
        assert service.call("/orders").status == 500
        assert "'1' is no Boolean." in service.log()[0]["reason"]


@pytest.mark.parametrize(
    ("condition", "holding", "other"),
    [
        ('@(context.Request.Method == "GET")', "/orders", None),
        ('@(context.Request.Url.Path == "/orders/1")', "/orders/1", "/orders/2"),
        ('@(context.Request.Url.Query.GetValueOrDefault("q", "") == "1,2")', "/orders?q=1&q=2", "/orders?q=1"),
        ('@(context.Request.IpAddress == "127.0.0.1")', "/orders", None),
        ('@(context.Api.Id + context.Api.Path == "ordersorders" && context.Operation.Id == "get")', "/orders", None),
        ("@(context.Product == null && context.Subscription?.Id == null)", "/orders", None),
        ("@(context.RequestId.Length == 36 && context.Response == null)", "/orders", None),
    ],
)
def test_what_conditions_know_of_a_call(service: Service, condition: str, holding: str, other: str | None) -> None:
    service.api("orders", inbound(when(condition, respond(410)) + respond(411)))
    assert service.call(holding).status == 410
    assert other is None or service.call(other).status == 411


def test_conditions_know_the_product_and_the_subscription_of_the_key(service: Service) -> None:
    service.api("orders", inbound(when('@(context.Product?.Id == "gold")', respond(410)) + respond(411)))
    product = service.planes.put(f"{service.id}/products/gold", {"displayName": "Gold"})
    service.planes.put(f"{product}/apiLinks/orders", {"apiId": f"{service.id}/apis/orders"})
    for key, scope in (("gold-key", "/products/gold"), ("api-key", "/apis/orders")):
        properties = {"scope": service.id + scope, "state": "active"}
        service.planes.put(f"{service.id}/subscriptions/{key}", properties, {"primaryKey": key})
    assert service.call("/orders", Ocp_Apim_Subscription_Key="gold-key").status == 410
    assert service.call("/orders", Ocp_Apim_Subscription_Key="api-key").status == 411
    service.policy(inbound(when('@(context.Subscription.Id == "api-key")', respond(412))), "/apis/orders")
    assert service.call("/orders", Ocp_Apim_Subscription_Key="api-key").status == 412


@pytest.fixture
def backend(service: Service, tmp_path: Path) -> Iterator[Backend]:
    """A backend that refuses callers without the certificate `client`, under the ids `one` and `two`."""
    root = x509.issue("CN=Root", x509.new_elliptic_key(), authority=True)
    usages = [x509.SERVER_AUTH]
    leaf = x509.issue("CN=localhost", x509.new_elliptic_key(), issuer=root, names=["localhost"], usages=usages)
    (tmp_path / "server.pem").write_bytes(leaf.key_pem + leaf.pem)
    client = make("client")
    service.trust(root.pem)
    service.certificate("client", x509.Pair(certificate=client.certificate, key=client.key))
    with serving(Backend(tmp_path / "server.pem", client.pem)) as server:
        for name in ("one", "two"):
            service.backend(name, f"{server.url}/{name}")
        yield server


PRESENT = '<authentication-certificate certificate-id="client" />'
ONE, TWO = '<set-backend-service backend-id="one" />', '<set-backend-service backend-id="two" />'


class TestMutualTls:
    """What is presented, and to whom, depends on the branch."""

    def test_a_certificate_in_a_branch_is_presented_by_the_calls_that_take_it(
        self, service: Service, backend: Backend
    ) -> None:
        service.api("orders", inbound(ONE + when(HAS_A, PRESENT)))
        assert (service.call("/orders", X_A="1").status, service.call("/orders").status) == (200, 403)
        assert [bool(each) for each in backend.calls] == [True, False]

    def test_a_backend_in_a_branch_of_either_section(self, service: Service, backend: Backend) -> None:
        forward = "<forward-request />"
        late = when(HAS_A, TWO + forward, otherwise(forward))
        for document in (inbound(ONE + when(HAS_A, TWO)), inbound(ONE, late)):
            backend.paths.clear()
            service.api("orders", document)
            service.call("/orders", X_A="1")
            service.call("/orders")
            assert backend.paths == ["/two", "/one"]

    def test_an_expression_chooses_the_certificate_and_the_backend(self, service: Service, backend: Backend) -> None:
        name = '@(context.Request.Headers.GetValueOrDefault("X-A", "one"))'
        present = '<authentication-certificate certificate-id=\'@("cli" + "ent")\' />'
        service.api("orders", inbound(f"<set-backend-service backend-id='{name}' />{present}"))
        assert (service.call("/orders", X_A="two").status, service.call("/orders").status) == (200, 200)
        assert backend.paths == ["/two", "/one"]
        assert service.call("/orders", X_A="gone").status == 500


class TestRetry:
    """Once, and again as long as the condition holds and attempts are left."""

    def retry(self, content: str, condition: str = REFUSED, count: int = 2, attributes: str = "") -> str:
        quoted = condition.replace("&", "&amp;")
        return f'<retry condition=\'{quoted}\' count="{count}" interval="0"{attributes}>{content}</retry>'

    def test_it_goes_elsewhere_the_second_time(self, service: Service, backend: Backend) -> None:
        again = when(REFUSED, TWO) + "<forward-request />"
        service.api("orders", inbound(ONE, self.retry(again, count=1)))
        assert service.call("/orders").status == 403
        assert backend.paths == ["/one", "/two"]

    def test_it_stops_when_the_condition_does_not_hold(self, service: Service, backend: Backend) -> None:
        service.api("orders", inbound(ONE + PRESENT, self.retry("<forward-request />")))
        assert service.call("/orders").status == 200
        assert backend.paths == ["/one"]

    def test_it_stops_after_the_count(self, service: Service, backend: Backend) -> None:
        service.api("orders", inbound(ONE, self.retry("<forward-request />", count=3)))
        assert service.call("/orders").status == 403
        assert backend.paths == ["/one"] * 4

    def test_a_count_that_is_no_count_is_a_500(self, service: Service) -> None:
        service.api("orders", inbound(self.retry(respond(410), count=51)))
        assert service.call("/orders").status == 500

    @pytest.mark.parametrize(
        ("attributes", "waits"),
        [
            ('interval="3"', [3, 3, 3]),
            ('interval="3" first-fast-retry="true"', [0, 3, 3]),
            ('interval="3" delta="2"', [3, 5, 7]),
            ('interval="3" delta="2" max-interval="3"', [3, 3, 3]),
        ],
    )
    def test_it_waits_as_documented(self, attributes: str, waits: list[float]) -> None:
        assert _waits(f'condition="true" count="3" {attributes}') == waits

    def test_exponential_waits_grow_to_the_maximum(self) -> None:
        first, second, third, *rest = _waits('condition="true" count="6" interval="10" delta="10" max-interval="100"')
        assert first == 10
        assert 18 <= second <= 22
        assert 34 <= third <= 46
        assert rest[-1] == 100


def _waits(attributes: str) -> list[float]:
    """The seconds that a retry of nothing waits."""
    waited: list[float] = []

    async def sleep(seconds: float) -> None:
        waited.append(seconds)

    exchange: Any = _Exchange()
    root = parse(f"<policies><inbound><retry {attributes} /></inbound></policies>")
    scope = Scope(name="api", id="/api", home="/")
    policy = Policy(element=root.children[0].children[0], section="inbound", documents=((scope, root),))
    asyncio.run(containers.run(iter([policy]), exchange, containers.Gateway(forward=_never, sleep=sleep)))
    return waited


class _Exchange:
    """No call: what a retry of nothing asks for."""

    store = None

    @property
    def trace(self) -> "_Exchange":
        return self

    def add(self, *_: str) -> None:
        """Nobody reads it."""


class TestLimitConcurrency:
    """As many calls as `max-count` at a time; one more is a 429."""

    def test_what_it_holds_runs_below_the_limit(self, service: Service, backend: Backend) -> None:
        limit = '<limit-concurrency key="k" max-count="1"><forward-request /></limit-concurrency>'
        service.api("orders", inbound(ONE + PRESENT, limit))
        assert [service.call("/orders").status for _ in range(3)] == [200, 200, 200]
        assert backend.paths == ["/one"] * 3

    def test_one_more_than_the_limit_is_refused(self, service: Service, backend: Backend) -> None:
        limit = (
            '<limit-concurrency key=\'@(context.Request.Headers.GetValueOrDefault("X-A", ""))\' max-count="1">'
            "<forward-request /></limit-concurrency>"
        )
        service.api("orders", inbound(ONE + PRESENT, limit))
        backend.hold()
        statuses: list[int] = []
        waiting = threading.Thread(target=lambda: statuses.append(service.call("/orders").status))
        waiting.start()
        backend.arrived.acquire()
        refused = service.call("/orders")
        backend.release()
        waiting.join()
        assert (refused.status, refused.body["message"], statuses) == (429, "Too many requests", [200])
        assert "The concurrency limit of '' is reached." in str(service.log())
        assert service.call("/orders").status == 200

    def test_nothing_is_counted_once_the_calls_are_over(self) -> None:
        counted: Counter[str] = Counter()
        scope = Scope(name="api", id="/api", home="/")
        root = parse('<policies><inbound><limit-concurrency key="k" max-count="1" /></inbound></policies>')
        policy = Policy(element=root.children[0].children[0], section="inbound", documents=((scope, root),))
        exchange: Any = _Exchange()
        gateway = containers.Gateway(forward=_never, running=counted)
        asyncio.run(containers.run(iter([policy, policy]), exchange, gateway))
        assert counted == Counter()


async def _never(*_: Any) -> Any:
    raise AssertionError
