"""The plugin process: starts light, says its port, and ends when it is told to or when its parent is gone."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf.empty_pb2 import Empty
from pulumi.runtime.proto import provider_pb2_grpc

PROJECT = Path(__file__).parents[3]
COMMAND = [sys.executable, "-m", "local.provider"]
STARTER = """
import subprocess, sys, threading
def start():
    global child
    child = subprocess.Popen([sys.executable, "-m", "local.provider"], stdout=subprocess.PIPE, text=True)
thread = threading.Thread(target=start)
thread.start()
thread.join()
print(child.pid, child.stdout.readline().strip(), flush=True)
sys.stdin.read()
"""


def eventually(condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + 20
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def has_ended(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"  # only a reaper is missing


@pytest.fixture
def process() -> Any:
    with subprocess.Popen(COMMAND, cwd=PROJECT, stdout=subprocess.PIPE, text=True) as running:  # noqa: S603 - our own
        yield running
        running.kill()


def stub(port: Any) -> Any:
    channel = grpc.insecure_channel(f"127.0.0.1:{port}")
    return channel, provider_pb2_grpc.ResourceProviderStub(channel)


def test_the_first_line_is_the_port_that_it_serves(process: Any) -> None:
    channel, client = stub(int(process.stdout.readline()))
    with channel:
        assert client.GetPluginInfo(Empty()).version == "3.29.0"


def test_sigterm_ends_it_cleanly(process: Any) -> None:
    process.stdout.readline()
    process.terminate()
    assert process.wait(20) == 0


def test_cancel_leaves_it_to_serve_the_next_operation(process: Any) -> None:
    channel, client = stub(process.stdout.readline())
    with channel:
        client.Cancel(Empty())
        assert client.GetPluginInfo(Empty()).version == "3.29.0"


def test_it_never_loads_the_pulumi_sdk() -> None:
    script = """
import json, sys
from local.provider import stubs
stubs.register()
import local.provider.server
print(json.dumps([name for name in sys.modules if name.startswith("pulumi.")]))
"""
    output = subprocess.run(  # noqa: S603 - our own
        [sys.executable, "-c", script], cwd=PROJECT, capture_output=True, text=True, check=True
    )
    assert "pulumi.resource" not in json.loads(output.stdout)


@pytest.mark.skipif(not Path("/proc").is_dir(), reason="looks at processes in /proc")
class TestParent:
    @pytest.fixture
    def starter(self) -> Any:
        """A parent that started the plugin from a thread which has ended since."""
        with subprocess.Popen(  # noqa: S603 - our own
            [sys.executable, "-c", STARTER], cwd=PROJECT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as running:
            yield running
            running.kill()

    def test_killed_takes_the_plugin_with_it(self, starter: Any) -> None:
        plugin = int(starter.stdout.readline().split()[0])
        starter.kill()
        assert eventually(lambda: has_ended(plugin))

    def test_alive_keeps_the_plugin_although_its_thread_ended(self, starter: Any) -> None:
        plugin, port = map(int, starter.stdout.readline().split())
        os.kill(plugin, signal.SIGUSR1)  # what the kernel sends when the thread ends
        channel, client = stub(port)
        with channel:
            assert client.GetPluginInfo(Empty()).version == "3.29.0"
        assert not has_ended(plugin)
