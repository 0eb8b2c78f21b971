"""The process in which the program runs."""

import json
import os
import signal
import subprocess
import threading
from pathlib import Path
from typing import IO

from local.engine.deployment import Deployment
from local.engine.project import Project

_LAUNCHER = Path(__file__).with_name("launcher.py")
_REPORTED = (1, 32)
"""Exit codes of a launcher that has told the engine what went wrong."""


def run(project: Project, deployment: Deployment, address: str) -> bool:
    """Runs the program to its end; whether it succeeded."""
    scope = deployment.scope
    settings = {
        "monitor": address,
        "engine": address,
        "project": scope.project,
        "stack": scope.stack,
        "organization": "organization",
        "parallel": scope.parallel,
        "dry_run": scope.preview,
        "root_directory": str(project.folder),
    }
    environment = os.environ | {
        "PULUMI_CONFIG": json.dumps({key: value.text for key, value in scope.config.items()}),
        "PULUMI_CONFIG_SECRET_KEYS": json.dumps([key for key, value in scope.config.items() if value.secret]),
    }
    process = subprocess.Popen(  # noqa: S603 - the interpreter that the project names, and our own launcher
        [project.python, "-u", str(_LAUNCHER), json.dumps({"main": str(project.main), "settings": settings})],
        cwd=project.main if project.main.is_dir() else project.main.parent,
        env=environment,
        stdin=subprocess.PIPE,  # the program ends when it closes
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    readers = [
        threading.Thread(target=_relay, args=(stream, deployment)) for stream in (process.stdout, process.stderr)
    ]
    for reader in readers:
        reader.start()
    try:
        code = process.wait()
    except KeyboardInterrupt:
        deployment.steps.stopped.set()
        raise
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        for reader in readers:
            reader.join()
        if process.stdin:
            process.stdin.close()
    if code not in (0, *_REPORTED):
        deployment.report.say("error", f"the program exited with code {code}")
    return code == 0


def _relay(stream: IO[str] | None, deployment: Deployment) -> None:
    """What the program prints is shown among the messages."""
    if stream is None:
        return
    with stream:
        for line in stream:
            if line.strip():
                deployment.report.say("info", line)
