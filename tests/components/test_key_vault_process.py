"""The Azure SDKs cost nothing where they are not used, and a look-up that hangs does not keep a program alive."""

import socket
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).parents[2]
PROGRAM = """
import sys
from dataclasses import replace
from backend_mtls import key_vault
from backend_mtls.vault import secret_identifier
secret = secret_identifier.parse("https://kv.vault.azure.net/secrets/orders")
secret = replace(secret, vault_url="https://localhost:{port}")
found = key_vault.look_up([secret], key_vault.Preflight(mode="{mode}", timeout_seconds=0.2))
print(sorted(each for each in sys.modules if each.split(".")[0] in ("azure", "msal")) == [], len(found))
"""


def run(mode: str, port: int) -> list[str]:
    """Runs to its end, or fails: a thread that is waited for would hang for as long as the SDK does."""
    program = PROGRAM.format(mode=mode, port=port)
    result = subprocess.run(  # noqa: S603 -- our own program
        [sys.executable, "-c", program], cwd=PROJECT, capture_output=True, text=True, check=True, timeout=60
    )
    assert result.stderr == ""
    return result.stdout.split()


def test_without_a_look_up_no_azure_sdk_is_imported() -> None:
    assert run("off", 1) == ["True", "0"]


def test_a_look_up_imports_them() -> None:
    assert run("if_reachable", 1) == ["False", "1"]


def test_a_vault_that_never_answers_does_not_keep_the_program_alive() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        assert run("required", silent.getsockname()[1]) == ["False", "1"]
