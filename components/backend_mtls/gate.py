"""Lets a program's components be registered once everything that can be known beforehand is known to be right.

A component's constructor reports what is wrong with its arguments and goes on, so that the constructors after it report
theirs, too. When the program has run, what was declared together is checked: each component by itself, what several
must not share (`conflicts.py`), and what Key Vault says of the certificates (`key_vault.py`). Until then every
component waits, with an empty `depends_on`. Either nothing was found, and they are registered; or the program ends with
one `ArgumentsError` that lists everything, and nothing but the stack has been registered.

How: the Python SDK sends no request before the program gives up control, which it does at its end, in an `await`, or in
an invoke that it waits for. What is declared between two such moments is checked together; the components' own invokes
(`held`) are no such moments. (Seen in the SDK, pulumi/runtime/resource.py, `register_resource`; held by
tests/end_to_end/test_admission.py under both engines.)
"""

import asyncio
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pulumi

from backend_mtls import key_vault, version_aliases
from backend_mtls.admission import argument_types, conflicts
from backend_mtls.admission.conflicts import Declaration
from backend_mtls.arguments import ArgumentsError
from backend_mtls.errors import Problem, located
from backend_mtls.key_vault import Finding, Preflight
from backend_mtls.vault.secret_identifier import SecretIdentifier


@dataclass(frozen=True, kw_only=True)
class VaultDeclaration:
    """A certificate in Key Vault that a service is to have."""

    secret: SecretIdentifier
    """Its secret."""
    owner: str
    """The service."""
    where: str
    """Component and argument that name it."""


class _Batch:
    """Everything that is declared before the program gives up control."""

    def __init__(self) -> None:
        self._loop = loop = _event_loop()
        self.problems: list[Problem] = []
        self.declarations: list[Declaration] = []
        self.secrets: list[VaultDeclaration] = []
        self.findings: asyncio.Future[dict[SecretIdentifier, Finding]] = loop.create_future()
        self.gate: asyncio.Future[list[pulumi.Resource]] = loop.create_future()
        self.admitted: pulumi.Output[list[pulumi.Resource]] = pulumi.Output.from_input(self.gate)
        loop.call_soon(self._close)

    def _close(self) -> None:
        if _held:  # the program waits for one of our own invokes, and goes on declaring after it
            self._loop.call_later(_PATIENCE, self._close)
            return
        _closed(self)
        self._checking = asyncio.ensure_future(self._check(), loop=self._loop)

    async def _check(self) -> None:
        try:
            answered = await self._ask_key_vault()
            problems = [*self.problems, *conflicts.problems(self.declarations), *answered]
            if problems:
                self._refuse(ArgumentsError(problems))
            else:
                self.gate.set_result([])
        except Exception as error:  # noqa: BLE001 (nobody else would see it, and the program would wait for ever)
            self._refuse(error)

    async def _ask_key_vault(self) -> list[Problem]:
        secrets = list(dict.fromkeys(each.secret for each in self.secrets))
        found = await asyncio.to_thread(key_vault.look_up, secrets, _preflight) if secrets else []
        findings = {finding.secret: finding for finding in found}
        self.findings.set_result(findings)
        for text in key_vault.notes(found):
            pulumi.log.info(text)
        places = {each.secret: each.where for each in reversed(self.secrets)}
        for finding in found:
            for warning in finding.warnings:
                pulumi.log.warn(str(warning.at(places[finding.secret])))
        self.declarations += _thumbprints(self.secrets, findings)
        return [problem.at(places[finding.secret]) for finding in found for problem in finding.problems]

    def _refuse(self, error: Exception) -> None:
        for future in (self.gate, self.findings):
            if not future.done():
                future.set_exception(error)
                future.exception()  # so that asyncio does not say that nobody asked


def _thumbprints(
    secrets: Sequence[VaultDeclaration], findings: Mapping[SecretIdentifier, Finding]
) -> list[Declaration]:
    """The thumbprints of certificates in Key Vault: a service stores those, too, only once."""
    first: dict[tuple[str, SecretIdentifier], VaultDeclaration] = {}
    for each in secrets:
        first.setdefault((each.owner, each.secret), each)
    known = [(each, findings[each.secret].certificate) for each in first.values() if each.secret in findings]
    return [
        Declaration(kind=conflicts.THUMBPRINT, owner=each.owner, value=certificate.thumbprint, where=each.where)
        for each, certificate in known
        if certificate and certificate.thumbprint
    ]


_PATIENCE = 0.005
"""Seconds between two looks whether an invoke is over."""
_held = 0
_open: _Batch | None = None
_preflight = Preflight()


def ask_key_vault(preflight: Preflight) -> None:
    """What Key Vault is asked from now on, in this program. Without this call: what can be reached quickly."""
    global _preflight  # noqa: PLW0603 (one choice for the whole program)
    _preflight = preflight


def _event_loop() -> asyncio.AbstractEventLoop:
    """The loop of the program. It does not run yet where a unit test declares components when it is imported."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.get_event_loop()


@contextmanager
def held() -> Iterator[None]:
    """Around an invoke that is waited for: what is declared before and after it is still admitted together.

    The invoke must not depend on anything that is admitted: it would wait for ever.
    """
    global _held  # noqa: PLW0603 (invokes nest, in one program)
    _held += 1
    try:
        yield
    finally:
        _held -= 1


def _batch() -> _Batch:
    """The batch that takes declarations now. A batch of another event loop belongs to a program that is over."""
    global _open  # noqa: PLW0603 (a program declares one batch at a time)
    if _open is None or _open.gate.get_loop() is not _event_loop():
        _open = _Batch()
    return _open


def _closed(batch: _Batch) -> None:
    global _open  # noqa: PLW0603 (as above)
    if _open is batch:
        _open = None


def check_types(place: str, args: Any, expected: type) -> None:
    """Refuses arguments of the wrong type: what is declared with them, too, and at once, since nothing can go on."""
    found = located(place, argument_types.problems(args, expected))
    if found:
        _batch().problems += found
        raise ArgumentsError(found)


def admitted() -> Awaitable[object]:
    """Ends when what is declared now is admitted, and raises what it is refused with."""
    return _batch().gate


def findings() -> Awaitable[dict[SecretIdentifier, Finding]]:
    """What Key Vault says of the certificates that are declared now; empty when it is not asked."""
    return _batch().findings


def options(
    given: pulumi.ResourceOptions | None,
    problems: Sequence[Problem] = (),
    declarations: Sequence[Declaration] = (),
    secrets: Sequence[VaultDeclaration] = (),
) -> pulumi.ResourceOptions:
    """A component's options: it waits until its batch is admitted, and drops azure-native's aliases of old versions.

    `secrets` are looked up in Key Vault.
    """
    batch = _batch()
    batch.problems += problems
    batch.declarations += declarations
    batch.secrets += secrets
    waiting = pulumi.ResourceOptions(depends_on=batch.admitted)
    return pulumi.ResourceOptions.merge(version_aliases.without(given), waiting)
