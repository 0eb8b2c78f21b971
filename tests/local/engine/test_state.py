"""The state survives whatever happens to the process, keeps its secrets, and belongs to one process at a time."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local.engine import operation, state
from local.engine.checkpoint import locate
from local.engine.snapshot import Journal
from local.errors import LocalError
from tests.local.engine.conftest import Eventually, Stack

SECRET = "do-not-tell-anybody"
DRIVER = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell starts its background jobs without
import json, sys
from pathlib import Path
from local.engine import operation
from local.engine.display import Silent
arguments = json.loads(sys.argv[1])
operation.run("up", operation.Target(**arguments | {"folder": Path(arguments["folder"])}), Silent())
"""


def start(stack: Stack) -> subprocess.Popen[bytes]:
    """An `up` in a process of its own."""
    target = stack.target
    arguments = {
        "folder": str(target.folder),
        "stack": target.stack,
        "backend_url": target.backend_url,
        "passphrase": target.passphrase,
        "plugins": target.plugins,
    }
    command = [sys.executable, "-c", DRIVER, json.dumps(arguments)]
    return subprocess.Popen(command, env=stack.environment)  # noqa: S603 - our own module


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.fixture
def killed(embedded: Stack, eventually: Eventually) -> Stack:
    """A stack whose deployment was killed while `b` was being created, after `a` had been."""
    pid = embedded.files / "pid"
    embedded.program(f"""
    import os
    open("{pid}", "w").write(str(os.getpid()))
    a = File("a", secret=pulumi.Output.secret("{SECRET}"))
    File("b", "wait", opts=Options(depends_on=[a]))
    """)
    process = start(embedded)
    eventually((embedded.files / "waiting-b").exists)
    process.send_signal(signal.SIGKILL)
    process.wait()
    (embedded.files / "go").touch()
    eventually(lambda: "create b" in embedded._calls() and not alive(int(pid.read_text())))
    (lock,) = embedded.state.rglob("locks/**/*.json")
    embedded.lock = lock
    return embedded


def contents(stack: Stack) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in stack.state.rglob("*") if path.is_file()}


def test_after_a_kill_everything_finished_is_in_the_state_and_the_interrupted_creation_is_pending(
    killed: Stack,
) -> None:
    stored = operation.export_state(killed.target)["deployment"]
    assert [row["urn"].rsplit("::", 1)[1] for row in stored["resources"]] == ["demo-dev", "default", "a"]
    (pending,) = stored["pending_operations"]
    assert pending["type"] == "creating"
    assert pending["resource"]["urn"].endswith("::b")


def test_after_a_kill_the_lock_is_explained_and_nothing_is_done(killed: Stack) -> None:
    before = contents(killed)
    outcome = killed.run("up")
    assert not outcome.ok
    assert f"rm {killed.lock}" in outcome.text
    assert "That process is gone" in outcome.text
    assert contents(killed) == before


def test_after_a_kill_the_next_up_makes_what_is_missing(killed: Stack) -> None:
    killed.lock.unlink()
    outcome = killed.up()
    assert outcome.calls == ["create b"]
    assert "was killed while it created this resource" in outcome.text
    stored = operation.export_state(killed.target)["deployment"]
    assert "pending_operations" not in stored
    assert {"a", "b"} <= killed.resources().keys()


def test_after_a_kill_a_refresh_forgets_the_interrupted_creation(killed: Stack) -> None:
    killed.lock.unlink()
    outcome = killed.run("refresh")
    assert outcome.ok, outcome.text
    assert "its creation was interrupted" in outcome.text
    assert "pending_operations" not in operation.export_state(killed.target)["deployment"]


def test_after_a_kill_the_journal_can_be_folded_for_a_reader_that_does_not_know_it(killed: Stack) -> None:
    location = locate(f"file://{killed.state}", "demo", "dev")
    expected = operation.export_state(killed.target)["deployment"]
    state.recover(location)
    assert not location.journal.exists()
    assert json.loads(location.checkpoint.read_text())["checkpoint"]["latest"] == expected


def test_a_torn_last_line_of_the_journal_is_not_read(killed: Stack) -> None:
    location = locate(f"file://{killed.state}", "demo", "dev")
    before = operation.export_state(killed.target)
    if location.journal.exists():
        with location.journal.open("ab") as journal:
            journal.write(b'[["drop",0]')
    assert operation.export_state(killed.target) == before


def test_a_journal_of_another_state_is_not_applied(killed: Stack) -> None:
    killed.lock.unlink()
    location = locate(f"file://{killed.state}", "demo", "dev")
    location.journal.write_bytes(b'["another",[],[],[]]\n[["drop",0]]\n')
    outcome = killed.run("preview")
    assert "was written for another state of the stack and is ignored" in outcome.text
    assert killed.resources()


def test_the_journal_alone_carries_the_state_between_two_writes_of_the_checkpoint(
    embedded: Stack, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("local.engine.snapshot.PATIENCE", 1e9)
    seen: list[object] = []
    fold = Journal.fold

    def fold_and_look(journal: Journal) -> None:
        if journal._path.exists():
            seen.append(operation.export_state(embedded.target)["deployment"]["resources"])
        fold(journal)

    monkeypatch.setattr(Journal, "fold", fold_and_look)
    embedded.up('a = File("a")\nFile("b", a.path)')
    embedded.up('a = File("a", file="new")\nFile("b", a.path)\nFile("c")')
    written = operation.export_state(embedded.target)["deployment"]["resources"]
    assert len(seen) == 2
    assert seen[-1] == written


def test_a_secret_is_in_no_file_of_the_state_in_plain_text(stack: Stack) -> None:
    stack.up(
        f'File("a", pulumi.Output.secret("{SECRET}"))\npulumi.export("s", pulumi.Output.secret({{"k": "{SECRET}"}}))'
    )
    stack.up(f'File("a", pulumi.Output.secret("{SECRET}-2"))')
    assert not [path for path, content in contents(stack).items() if SECRET.encode() in content]
    assert "ciphertext" in stack.resources()["a"]["inputs"]["content"]


def test_a_secret_is_in_no_file_after_a_kill(killed: Stack) -> None:
    assert not [path for path, content in contents(killed).items() if SECRET.encode() in content]


def test_a_secret_is_not_shown(stack: Stack) -> None:
    stack.up(f'File("a", pulumi.Output.secret("{SECRET}"))')
    stack.program(
        f'File("a", pulumi.Output.secret("{SECRET}-2"))\npulumi.export("s", pulumi.Output.secret("{SECRET}"))'
    )
    for name in ("preview", "up"):
        text = stack.run(name).text
        assert SECRET not in text
        assert "[secret]" in text or stack.engine == "pulumi"
    assert SECRET not in json.dumps(stack.preview_json())


def test_the_ciphertext_of_an_unchanged_secret_stays(embedded: Stack) -> None:
    program = f'File("a", pulumi.Output.secret("{SECRET}"), size={{}})'
    embedded.up(program.format(1))
    before = embedded.resources()["a"]["inputs"]["content"]
    embedded.up(program.replace("{}", "{'w': 1}"))
    assert embedded.resources()["a"]["inputs"]["content"] == before


@pytest.mark.parametrize("name", ["preview", "up", "refresh", "destroy"])
def test_with_a_wrong_passphrase_nothing_is_touched(embedded: Stack, name: str) -> None:
    embedded.up('File("a")')
    before = contents(embedded)
    embedded.passphrase = "wrong"
    outcome = embedded.run(name)
    assert outcome.text.startswith("error: incorrect passphrase")
    assert outcome.calls == []
    assert contents(embedded) == before


def test_a_state_that_another_process_works_on_is_left_alone(stack: Stack) -> None:
    stack.up('File("a")')
    lock = stack.state / ".pulumi" / "locks" / "organization" / "demo" / "dev" / "1.json"
    lock.parent.mkdir(parents=True, exist_ok=True)
    owner = {"pid": os.getpid(), "username": "me", "hostname": os.uname().nodename, "timestamp": "2026-01-01T00:00:00Z"}
    lock.write_text(json.dumps(owner))
    outcome = stack.run("destroy")
    assert not outcome.ok
    assert "currently locked by 1 lock(s)" in outcome.text
    assert outcome.calls == []
    lock.unlink()
    assert stack.run("destroy").ok


def test_an_interrupted_operation_finishes_what_it_began_and_begins_nothing_more(
    embedded: Stack, eventually: Eventually
) -> None:
    pid = embedded.files / "pid"
    embedded.program(f'import os\nopen("{pid}", "w").write(str(os.getpid()))\na = File("a", "wait")\nFile("b", a.path)')
    process = start(embedded)
    eventually((embedded.files / "waiting-a").exists)
    process.send_signal(signal.SIGINT)
    eventually(lambda: not alive(int(pid.read_text())))
    (embedded.files / "go").touch()
    process.wait()
    assert embedded._calls() == ["create a"]
    assert sorted(embedded.resources()) == ["a", "default", "demo-dev"]
    assert not list(embedded.state.rglob("locks/**/*.json"))
    assert embedded.up().calls == ["create b"]


def test_the_lock_is_released(embedded: Stack) -> None:
    embedded.up('File("a")')
    assert not list(embedded.state.rglob("locks/**/*.json"))


def test_the_state_before_the_operation_is_kept_as_backup(embedded: Stack) -> None:
    embedded.up('File("a")')
    before = embedded.checkpoint.read_bytes()
    embedded.up('File("b")')
    assert embedded.checkpoint.with_name("dev.json.bak").read_bytes() == before


def test_an_up_without_changes_does_not_write(embedded: Stack) -> None:
    embedded.up('File("a")')
    before = contents(embedded)
    embedded.up()
    assert contents(embedded) == before


def test_a_state_of_a_version_that_is_not_known_is_refused(embedded: Stack) -> None:
    embedded.up('File("a")')
    embedded.checkpoint.write_text('{"version": 4, "checkpoint": {}}')
    assert "reads and writes version 3" in embedded.run("up").text


def test_an_exported_state_can_be_imported_again(embedded: Stack, tmp_path: Path) -> None:
    embedded.up('File("a")')
    exported = json.dumps(operation.export_state(embedded.target)).encode()
    embedded.up('File("b")')
    operation.import_state(embedded.target, exported, tmp_path)
    assert "a" in embedded.resources()
    assert "b" not in embedded.resources()


def test_a_state_of_another_stack_is_not_imported(embedded: Stack, tmp_path: Path) -> None:
    embedded.up('File("a")')
    foreign = json.dumps(operation.export_state(embedded.target)).replace(":dev::", ":prod::").encode()
    with pytest.raises(LocalError, match="is the state of another stack"):
        operation.import_state(embedded.target, foreign, tmp_path)
    assert "a" in embedded.resources()


def test_a_stack_without_a_salt_gets_one_and_its_settings_keep_every_line(embedded: Stack) -> None:
    lines = "# mine\nconfig:\n  demo:size:   3  # small\n"
    embedded.settings.write_text(lines)
    embedded.up('File("a")')
    head, rest = embedded.settings.read_text().split("\n", 1)
    assert head.startswith("encryptionsalt: v1:")
    assert rest == lines
    assert embedded.up().calls == []
