"""Runs a Pulumi program in a process of its own: the part of the language host that the `pulumi` package lacks.

Started by `program.py` with the settings as JSON in its first argument; configuration is in the environment, as the
real host passes it. Exit code: 0, 1 (the program raised RunError) or 32 (any other exception), after the error has been
reported; 1 as well when the engine is gone.
"""

import sys

sys.path.pop(0)  # the folder of this file, whose modules must not shadow the program's

import asyncio
import json
import logging
import os
import runpy
import threading
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pulumi
import pulumi.runtime


def _trace(error: BaseException, main: str) -> str:
    """The traceback from the program's own code on."""
    frames = traceback.extract_tb(error.__traceback__)
    folder = str(Path(main).resolve())
    files = [Path(frame.filename) for frame in frames]  # `<frozen runpy>` is none
    own = [number for number, file in enumerate(files) if file.is_file() and str(file.resolve()).startswith(folder)]
    shown = frames[own[0] :] if own else frames
    return "".join(["Traceback (most recent call last):\n", *traceback.format_list(shown)]) + "".join(
        traceback.format_exception_only(error)
    )


def _program(main: str) -> None:
    runpy.run_path(main, run_name="__main__")


def _nothing(*_arguments: Any, **_more: Any) -> None:
    """In place of the SDK's debug messages, five or so for each resource: the engine shows none, and each is a call."""


def _run(settings: dict[str, Any], main: str) -> int:
    pulumi.runtime.set_all_config(pulumi.runtime.get_config_env(), pulumi.runtime.get_config_secret_keys_env())
    pulumi.runtime.configure(pulumi.runtime.Settings(**settings))
    pulumi.log.debug = _nothing
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)  # after an error futures are left behind on purpose
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    loop.set_default_executor(ThreadPoolExecutor(settings["parallel"] * 4))
    try:
        loop.run_until_complete(pulumi.runtime.run_in_stack(lambda: _program(main)))
    except pulumi.RunError as error:
        pulumi.log.error(str(error))
        return 1
    except Exception as error:  # noqa: BLE001 - whatever a program raises is reported, not thrown away
        pulumi.log.error(f"Program failed with an unhandled exception:\n{_trace(error, main)}")
        return 32
    return 0


def _end_with_the_engine(lifeline: int) -> None:
    """Nothing is written to the lifeline; it ends when the engine does, and a program alone would wait for ever."""
    os.read(lifeline, 1)
    os._exit(1)


if __name__ == "__main__":
    threading.Thread(target=_end_with_the_engine, args=(os.dup(0),), daemon=True).start()
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    arguments = json.loads(sys.argv[1])
    sys.argv = [arguments["main"]]
    code = _run(arguments["settings"], arguments["main"])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)  # gRPC's threads may outlive a failed program
