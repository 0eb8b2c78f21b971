"""start, stop, status and reset: a real background process, which answers over TLS and forgets nothing."""

import json
import os
import shutil
import signal
import socket
import stat
import time
from pathlib import Path

from local import endpoints
from local.endpoints import Endpoints
from tests.conftest import LocalAzure


def status(azure: LocalAzure) -> dict[str, object]:
    answer: dict[str, object] = json.loads(azure.command("status", "--json").stdout)
    return answer


def group(azure: LocalAzure, method: str) -> int:
    body = {"location": "westeurope"} if method == "PUT" else None
    return azure.arm(method, f"{azure.subscription}/resourceGroups/rg-kept", body, "2024-03-01").status


def test_status_names_every_endpoint_while_it_runs(fresh_azure: LocalAzure) -> None:
    answer = status(fresh_azure)
    assert set(Endpoints.__annotations__) | {"engine", "running"} == set(answer)
    assert answer["running"] is True
    assert answer["engine"] in {"pulumi", "embedded"}
    assert set(fresh_azure.endpoints.vaults) == {"kv-local"}
    assert set(fresh_azure.endpoints.backends) == {"orders", "legacy"}


def test_status_says_so_when_it_does_not_run(tmp_path: Path) -> None:
    azure = LocalAzure(tmp_path)
    assert status(azure)["running"] is False
    assert "python -m local start" in azure.command("status").stdout


def test_status_without_json_shows_no_secret(fresh_azure: LocalAzure) -> None:
    assert fresh_azure.endpoints.client_secret not in fresh_azure.command("status").stdout


def test_a_second_start_says_that_it_runs_already(fresh_azure: LocalAzure) -> None:
    result = fresh_azure.command("start")
    assert result.returncode == 0
    assert f"already running: {fresh_azure.endpoints.arm}" in result.stdout


def test_a_restart_finds_everything_where_it_was(fresh_azure: LocalAzure) -> None:
    before, token = fresh_azure.endpoints, fresh_azure.token
    assert group(fresh_azure, "PUT") == 201
    fresh_azure.stop()
    fresh_azure.start()
    assert fresh_azure.endpoints == before
    assert group(fresh_azure, "GET") == 200
    headers = {"Authorization": f"Bearer {token}"}
    assert fresh_azure.arm("GET", "/subscriptions", api_version="2022-12-01", headers=headers).status == 200


def test_a_gateway_is_at_the_same_address_after_a_restart(fresh_azure: LocalAzure) -> None:
    group(fresh_azure, "PUT")
    path = f"{fresh_azure.subscription}/resourceGroups/rg-kept/providers/Microsoft.ApiManagement/service/apim"
    properties = {"publisherEmail": "team@example.com", "publisherName": "Team"}
    body = {"location": "westeurope", "sku": {"name": "Developer", "capacity": 1}, "properties": properties}
    address = fresh_azure.arm("PUT", path, body).body["properties"]["gatewayUrl"]
    fresh_azure.stop()
    fresh_azure.start()
    assert fresh_azure.endpoints.gateways == {"apim": address}
    assert fresh_azure.arm("GET", path).body["properties"]["gatewayUrl"] == address
    assert fresh_azure.send("GET", f"{address}/anything").status == 404


def test_it_starts_again_after_it_was_killed(fresh_azure: LocalAzure) -> None:
    group(fresh_azure, "PUT")
    process_id = endpoints.process_id(fresh_azure.home)
    assert process_id
    os.kill(process_id, signal.SIGKILL)
    wait_until_gone(fresh_azure)
    assert status(fresh_azure)["running"] is False
    fresh_azure.start()
    assert group(fresh_azure, "GET") == 200


def test_a_stale_process_id_is_nobody(tmp_path: Path) -> None:
    azure = LocalAzure(tmp_path)
    azure.home.create()
    azure.home.process_id.write_text(str(os.getpid()))
    azure.home.endpoints.write_text("{}")
    assert status(azure)["running"] is False
    assert "not running" in azure.command("stop").stdout


def test_a_port_in_use_is_one_clear_error_and_leaves_nothing_running(tmp_path: Path) -> None:
    azure = LocalAzure(tmp_path)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        result = azure.command("start", "--port", str(port))
    assert result.returncode == 1
    assert result.stderr == (
        f"error: Local Azure did not start: the resource manager cannot listen on 127.0.0.1:{port}: address already in"
        f" use. End the process that has the port, or choose another with --port N (log: {azure.home.server_log})\n"
    )
    assert endpoints.process_id(azure.home) is None
    assert not azure.home.process_id.exists()


def test_a_kept_port_in_use_names_its_listener(fresh_azure: LocalAzure) -> None:
    port = int(fresh_azure.endpoints.vaults["kv-local"].rpartition(":")[2])
    fresh_azure.stop()
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", port))
        taken.listen()
        result = fresh_azure.command("start")
    assert result.returncode == 1
    assert f"vault 'kv-local' cannot listen on 127.0.0.1:{port}" in result.stderr
    fresh_azure.start()


def test_a_file_that_is_no_database_is_one_clear_error(tmp_path: Path) -> None:
    azure = LocalAzure(tmp_path)
    azure.home.create()
    azure.home.database.write_text("no database" * 100)
    result = azure.command("start", "--port", "0")
    assert result.returncode == 1
    assert result.stderr.startswith("error: Local Azure did not start: DatabaseError: file is not a database")
    assert "Traceback" not in result.stderr


def test_the_port_asked_for_is_the_resource_managers(tmp_path: Path) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    azure = LocalAzure(tmp_path)
    azure.start(port)
    assert azure.endpoints.arm == f"https://localhost:{port}"
    azure.stop()


def test_it_listens_on_loopback_only(fresh_azure: LocalAzure) -> None:
    port = int(fresh_azure.endpoints.arm.rpartition(":")[2])
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.2", port)) != 0
    with socket.socket() as client:
        assert client.connect_ex(("127.0.0.1", port)) == 0


def test_files_with_secrets_are_their_owners_only(fresh_azure: LocalAzure) -> None:
    home = fresh_azure.home
    for path in (home.database, home.endpoints, home.request_log, home.server_log, *home.pki.glob("*.key")):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600, path
    assert stat.S_IMODE(home.root.stat().st_mode) == 0o700


def test_reset_empties_the_home_but_keeps_the_stacks(fresh_azure: LocalAzure) -> None:
    group(fresh_azure, "PUT")
    client_secret = fresh_azure.endpoints.client_secret
    stacks = fresh_azure.home.root / ".pulumi"
    stacks.mkdir()
    assert fresh_azure.command("reset").returncode == 0
    assert sorted(path.name for path in fresh_azure.home.root.iterdir()) == [".pulumi"]
    fresh_azure.start()
    assert group(fresh_azure, "GET") == 404
    assert fresh_azure.endpoints.client_secret != client_secret


def test_stopping_what_does_not_run_is_no_error(tmp_path: Path) -> None:
    result = LocalAzure(tmp_path).command("stop")
    assert (result.returncode, result.stderr) == (0, "")


def wait_until_gone(azure: LocalAzure) -> None:
    deadline = time.monotonic() + 10
    while endpoints.process_id(azure.home) is not None:
        assert time.monotonic() < deadline
        time.sleep(0.01)


def test_it_ends_when_its_home_is_deleted(tmp_path: Path) -> None:
    azure = LocalAzure(tmp_path / "azure")
    azure.start()
    process = endpoints.process_id(azure.home)
    assert process is not None
    shutil.rmtree(azure.home.root)
    deadline = time.monotonic() + 10
    while alive(process):
        assert time.monotonic() < deadline
        time.sleep(0.01)


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_purge_frees_the_name_of_a_deleted_service(fresh_azure: LocalAzure) -> None:
    assert fresh_azure.command("purge").stdout == ""
    resources = f"{fresh_azure.subscription}/resourceGroups/rg-kept"
    path = f"{resources}/providers/Microsoft.ApiManagement/service/apim-kept"
    body = {
        "location": "westeurope",
        "sku": {"name": "Developer", "capacity": 1},
        "properties": {"publisherEmail": "team@example.com", "publisherName": "Team"},
    }
    assert group(fresh_azure, "PUT") == 201
    assert fresh_azure.arm("PUT", path, body).status == 201
    assert fresh_azure.arm("DELETE", path).status == 202
    assert fresh_azure.arm("PUT", path, body).status == 409
    result = fresh_azure.command("purge")
    assert result.stdout == "The name apim-kept is free again: the deleted service was purged.\n"
    assert fresh_azure.arm("PUT", path, body).status == 201
