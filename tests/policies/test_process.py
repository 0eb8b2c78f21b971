"""The pack's process: it needs no other folder's path, it ends with whoever started it, and a defect tells no value."""

import os
import select
import signal
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc
import policy_pack
import pytest
import yaml
from google.protobuf.empty_pb2 import Empty
from policy_pack import PACK, SECRET_VALUE, PolicyPack
from pulumi.runtime.proto import analyzer_pb2_grpc
from rule_resources import backend

from policies import server
from policies.analyzer import Analyzer


def test_the_project_file_names_runtime_and_version() -> None:
    content = yaml.safe_load((PACK / "PulumiPolicy.yaml").read_text())
    assert content["version"]
    assert content["runtime"] == {"name": "python", "options": {"virtualenv": "../.venv"}}


def test_is_described_before_it_knows_a_stack() -> None:
    with policy_pack.started() as pack:
        info = pack.stub.GetAnalyzerInfo(Empty())
    assert (info.name, info.supportsConfig) == ("backend-mtls", True)
    assert info.policies


def test_ends_with_the_process_that_started_it() -> None:
    starter = f"import subprocess, time; subprocess.Popen({policy_pack.command()!r}); time.sleep(600)"
    process = subprocess.Popen(  # noqa: S603 - our own command line
        [sys.executable, "-c", starter], cwd=PACK, stdout=subprocess.PIPE, text=True
    )
    with process:
        assert process.stdout
        assert process.stdout.readline().strip().isdigit()
        os.kill(process.pid, signal.SIGKILL)
        assert select.select([process.stdout], [], [], 60)[0], "the pack lives on"
        assert process.stdout.read() == ""


class Broken(Analyzer):
    """A pack with a defect."""

    def analyze(self, request: Any) -> Any:
        raise ValueError(request.properties["password"])


def test_a_defect_names_its_place_and_no_value() -> None:
    running = grpc.server(ThreadPoolExecutor(1))
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(server._servicer(Broken()), running)
    port = running.add_insecure_port("127.0.0.1:0")
    running.start()
    with grpc.insecure_channel(f"127.0.0.1:{port}") as channel, pytest.raises(grpc.RpcError) as caught:
        PolicyPack(channel).declared(backend(password=SECRET_VALUE))
    running.stop(grace=None).wait()
    assert caught.value.details().startswith("Defect in the policy pack: ValueError in analyze, line ")
    assert SECRET_VALUE not in str(caught.value)
