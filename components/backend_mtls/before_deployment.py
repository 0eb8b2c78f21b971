"""What is asked at the end of a preview, so that all of it is told together, before anything is deployed."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any
from weakref import WeakKeyDictionary

import pulumi

from backend_mtls import gate
from backend_mtls.arguments import ArgumentsError
from backend_mtls.errors import Problem

Check = Callable[[], Awaitable[list[Problem]]]
"""Asks, and gives what the deployment would be refused for."""
_checks: "WeakKeyDictionary[asyncio.Future[Any], list[Check]]" = WeakKeyDictionary()
"""What is to be asked of everything that is declared together."""


def ask(check: Check) -> None:
    """Enters a check; nothing in an update, where Azure itself is asked."""
    if not pulumi.runtime.is_dry_run():
        return
    passed = gate.passed()
    if passed not in _checks:
        _checks[passed] = []
        _waited: pulumi.Output[bool] = pulumi.Output.from_input(_all_checked(passed))
    _checks[passed].append(check)


async def _all_checked(passed: "asyncio.Future[Any]") -> bool:
    """The program waits for it at its end, as for any Output."""
    await asyncio.wait([passed])
    found = await asyncio.gather(*(each() for each in _checks[passed]))
    problems = [problem for each in found for problem in each]
    if problems:
        raise ArgumentsError(problems, "the deployment would be refused")
    return True
