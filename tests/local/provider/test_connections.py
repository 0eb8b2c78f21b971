"""Each connection has a configuration of its own; one without has none."""

from collections.abc import Iterator

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2

from local.endpoints import OTHER_SUBSCRIPTION_ID, SUBSCRIPTION_ID
from local.provider.provider import Provider
from local.provider.server import Connections, serve
from tests.local.provider.conftest import FakeArm, Plugin

CLIENT = "azure-native:authorization:getClientConfig"
UNCONFIGURED = "The engine has not configured the provider yet"


@pytest.fixture
def port(arm: FakeArm) -> Iterator[int]:  # noqa: ARG001 - the ARM outlives its clients
    """Where a provider process serves."""
    made: list[Provider] = []

    def make() -> Provider:
        made.append(Provider())
        return made[-1]

    server, port = serve(make)
    yield port
    server.stop(grace=None).wait()
    for each in made:
        each._close()


class Connection(Plugin):
    """A client whose TCP connection is its own."""

    def __init__(self, port: int) -> None:
        super().__init__(port)
        self.channel = grpc.insecure_channel(f"127.0.0.1:{port}", [("grpc.use_local_subchannel_pool", 1)])
        self.stub = type(self.stub)(self.channel)


def test_two_connections_have_two_configurations(port: int) -> None:
    first, second = Connection(port), Connection(port)
    first.configure(subscriptionId=SUBSCRIPTION_ID)
    second.configure(subscriptionId=OTHER_SUBSCRIPTION_ID)
    assert first.invoke(CLIENT)["subscriptionId"] == SUBSCRIPTION_ID
    assert second.invoke(CLIENT)["subscriptionId"] == OTHER_SUBSCRIPTION_ID


def test_a_connection_that_was_never_configured_is_an_error_although_another_one_was(port: int) -> None:
    first, second = Connection(port), Connection(port)
    first.configure(subscriptionId=SUBSCRIPTION_ID)
    with pytest.raises(grpc.RpcError) as refused:
        second.invoke(CLIENT)
    assert refused.value.details() == UNCONFIGURED


def test_cancelling_one_leaves_the_other_alone(port: int) -> None:
    first, second = Connection(port), Connection(port)
    first.configure()
    second.configure()
    first.stub.Cancel(Empty())
    assert second.invoke(CLIENT)["subscriptionId"] == SUBSCRIPTION_ID


def test_a_handshake_forgets_the_configuration(port: int) -> None:
    client = Connection(port)
    client.configure()
    client.stub.Handshake(provider_pb2.ProviderHandshakeRequest())
    with pytest.raises(grpc.RpcError) as refused:
        client.invoke(CLIENT)
    assert refused.value.details() == UNCONFIGURED


def test_a_peer_keeps_its_provider() -> None:
    connections = Connections(Provider)
    first = connections.provider("ipv4:127.0.0.1:1", "handshake")
    assert connections.provider("ipv4:127.0.0.1:1", "configure") is first
    assert connections.provider("ipv4:127.0.0.1:2", "configure") is not first
