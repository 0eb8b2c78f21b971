"""The pack as a process: one gRPC service on the loopback interface, its port on standard output."""

import os
import traceback
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
from pulumi.runtime.proto import analyzer_pb2_grpc

from policies.analyzer import Analyzer


def run() -> None:
    """Serves until the process that started this one ends it, or is gone."""
    parent = os.getppid()
    unlimited = [("grpc.max_receive_message_length", -1), ("grpc.max_send_message_length", -1)]
    server = grpc.server(ThreadPoolExecutor(max_workers=4), options=unlimited)
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(_servicer(Analyzer()), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - how a plugin says where it listens
    while os.getppid() == parent:
        server.wait_for_termination(timeout=1)


def _servicer(analyzer: Analyzer) -> Any:
    """The generated servicer with each RPC (AnalyzeStack) handled by the method of that name (analyze_stack)."""
    names = [name for name in vars(Analyzer) if not name.startswith("_")]
    rpcs = {"".join(word.title() for word in name.split("_")): _handler(getattr(analyzer, name)) for name in names}
    return type("Servicer", (analyzer_pb2_grpc.AnalyzerServicer,), rpcs)()


def _handler(method: Callable[[Any], Any]) -> Callable[[Any, Any, grpc.ServicerContext], Any]:
    def handle(_servicer: Any, request: Any, context: grpc.ServicerContext) -> Any:
        try:
            return method(request)
        except Exception as error:  # noqa: BLE001 - gRPC would log it, text and all; a text can hold an input
            place = traceback.extract_tb(error.__traceback__)[-1]
            text = f"Defect in the policy pack: {type(error).__name__} in {place.name}, line {place.lineno}"
            return context.abort(grpc.StatusCode.UNKNOWN, text)

    return handle
