"""What the static evaluation says of random policies is what the gateway does with every call.

Policies of all scopes, deployed by ARM requests and called through the gateway with each combination of the headers
that their conditions look at. Thirty by default; `EVALUATION_EXAMPLES=2000` makes a long run, and with
`--log-cli-level=INFO` tells how many calls were compared.
"""

import logging
import os
from collections.abc import Iterator

import pytest
from conftest import LocalAzure
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from policy_programs import Programs, grown
from program_gateway import Gateway, started

pytestmark = pytest.mark.end_to_end
EXAMPLES = int(os.environ.get("EVALUATION_EXAMPLES", "30"))


@pytest.fixture(scope="module")
def gateway(local_azure: LocalAzure, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gateway]:
    with started(local_azure, tmp_path_factory.mktemp("programs"), "programs") as made:
        yield made


def document(inbound: str, backend: str = "<forward-request />") -> str:
    """A service's policy."""
    return f"<policies><inbound>{inbound}</inbound><backend>{backend}</backend></policies>"


def when(content: str, otherwise: str = "") -> str:
    """A branch for calls with the first header."""
    condition = '@(context.Request.Headers.ContainsKey("c-0"))'
    return f"<choose><when condition='{condition}'>{content}</when><otherwise>{otherwise}</otherwise></choose>"


A, B = '<authentication-certificate certificate-id="a" />', '<authentication-certificate certificate-id="b" />'
ONE, TWO = '<set-backend-service backend-id="one" />', '<set-backend-service backend-id="two" />'
FORWARD = "<forward-request />"
NEVER = f"<choose><when condition='false'>{FORWARD}</when></choose>"


@pytest.mark.parametrize(
    ("deployed", "evaluated"),
    [
        (document(A), document(B)),
        (document(A), document("")),
        (document(ONE + A), document(TWO + A)),
        (document(when(A, B)), document(when(B, A))),
        (document(when("<return-response />")), document(when("", "<return-response />"))),
        (document(A), document(A, NEVER)),
        (document(A, when(ONE + FORWARD, FORWARD)), document(A, when(FORWARD + ONE, FORWARD))),
    ],
)
def test_a_difference_between_them_is_noticed(gateway: Gateway, deployed: str, evaluated: str) -> None:
    programs = [Programs({"service": text}, {}) for text in (deployed, evaluated)]
    for each in programs:
        gateway.compare(each)
    with pytest.raises(AssertionError):
        gateway.compare(programs[0], programs[1])


def test_the_evaluation_and_the_gateway_agree(gateway: Gateway) -> None:
    @settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=list(HealthCheck), database=None)
    @given(st.binary(min_size=200, max_size=700))
    def compared(source: bytes) -> None:
        gateway.compare(grown(source))

    compared()
    counted = gateway.counted
    logging.getLogger(__name__).info("%s", counted)
    assert counted.attempts
    assert counted.exact
