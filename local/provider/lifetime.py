"""Ends this process with the one that started it, however that one ends.

After `kill -9` of the engine nobody is left to record what a provider creates, so a create in progress must not go on.
Linux signals the death of the parent (PR_SET_PDEATHSIG) at once. It does so as well when only the *thread* that started
this process ends, so the handler looks before it acts. Elsewhere, and if prctl is refused, the main thread looks every
second.
"""

import ctypes
import os
import signal
import sys
import threading

_PR_SET_PDEATHSIG = 1


class Parent:
    """The process that started this one. Make it first thing, in the main thread."""

    def __init__(self) -> None:
        self._id = os.getppid()
        if sys.platform == "linux":
            signal.signal(signal.SIGUSR1, lambda *_: self._exit_if_gone())
            ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGUSR1)
        self._exit_if_gone()

    def watch(self, stopped: threading.Event) -> None:
        """Blocks the main thread until `stopped` is set; the process ends earlier if its parent does."""
        while not stopped.wait(timeout=1.0):
            self._exit_if_gone()

    def _exit_if_gone(self) -> None:
        if os.getppid() != self._id:
            os._exit(1)  # no clean-up: that would wait for the requests that must not go on
