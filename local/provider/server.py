"""The gRPC side of the provider: listens on the loopback interface and turns exceptions into the call's error."""

import threading
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from google.protobuf.any_pb2 import Any as AnyMessage
from google.protobuf.message import Message
from pulumi.runtime.proto import provider_pb2_grpc, status_pb2

from local.errors import LocalError
from local.provider.provider import NotReadyError, Provider


def serve(make: Callable[[], Provider]) -> tuple[grpc.Server, int]:
    """Starts the service on a free port; `make` is called for each connection."""
    unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.server(ThreadPoolExecutor(max_workers=32), options=unlimited)
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(_servicer(Connections(make)), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    return server, port


class Connections:
    """A provider, and so a configuration, for each connection.

    An engine opens a connection for each provider of a program, also to a process that it was given the port of: what
    one is configured with never answers for another.
    source: pulumi/pulumi pkg/resource/deploy/providers/registry.go (setProvider)
    """

    def __init__(self, make: Callable[[], Provider]) -> None:
        self._make = make
        self._lock = threading.Lock()
        self._providers: dict[str, Provider] = {}

    def provider(self, peer: str, method: str) -> Provider:
        """Whom a call is for. A handshake begins a connection: nothing is left of an earlier one from the same port."""
        with self._lock:
            if peer not in self._providers or method == "handshake":
                self._providers[peer] = self._make()
            return self._providers[peer]


def _servicer(connections: Connections) -> Any:
    """The generated servicer with each RPC (GetPluginInfo) handled by the method of that name (get_plugin_info)."""
    names = [name for name in vars(Provider) if not name.startswith("_")]
    rpcs = {"".join(word.title() for word in name.split("_")): _handler(connections, name) for name in names}
    return type("Servicer", (provider_pb2_grpc.ResourceProviderServicer,), rpcs)()


def _handler(connections: Connections, name: str) -> Callable[[Any, Any, grpc.ServicerContext], Any]:
    def handle(_servicer: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return getattr(connections.provider(context.peer(), name), name)(request)
        except NotReadyError as error:
            message = str(error)
            context.set_trailing_metadata((("grpc-status-details-bin", _status(message, error.detail)),))
        except LocalError as error:
            message = str(error)
        except Exception as error:  # noqa: BLE001 - gRPC would log it, text and all; a text can hold an input
            place = traceback.extract_tb(error.__traceback__)[-1]
            message = f"Defect in the stand-in provider: {type(error).__name__} in {place.name}, line {place.lineno}"
        return context.abort(grpc.StatusCode.UNKNOWN, message)

    return handle


def _status(message: str, detail: Message) -> bytes:
    packed = AnyMessage()
    packed.Pack(detail)
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=message, details=[packed])
    content: bytes = status.SerializeToString()
    return content
