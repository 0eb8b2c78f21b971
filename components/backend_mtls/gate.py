"""Lets a program's components be registered once everything that can be known beforehand is known to be right.

A component's constructor enters what it declares (`Entry`) and goes on, so that the constructors after it enter theirs,
too. When the program has run, what was declared together is checked: each component by itself, what several must not
share (`admission/conflicts.py`), and what Key Vault says of the certificates (`key_vault.py`). Until then every
component waits, with an empty `depends_on`. Either nothing was found, and they are registered; or the program ends with
one `ArgumentsError` that lists everything, and nothing of the components has been registered.

What is known only later (an Output) is left out of that, and checked by the same code when it is known: its component
alone waits for it, and is refused with the same text.

How: the Python SDK sends no request before the program gives up control, which it does at its end, in an `await`, or in
an invoke that it waits for. What is declared between two such moments is checked together; the components' own invokes
(`held`) are no such moments. (Seen in the SDK, pulumi/runtime/resource.py, `register_resource`; held by
tests/end_to_end/test_admission.py under both engines.)
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar, overload

import pulumi

from backend_mtls import key_vault, version_aliases
from backend_mtls.admission import conflicts
from backend_mtls.admission.conflicts import Declaration
from backend_mtls.admission.inputs import has_later
from backend_mtls.admission.verdict import VaultDeclaration, Verdict
from backend_mtls.arguments import ArgumentsError, completed
from backend_mtls.errors import Problem, located
from backend_mtls.key_vault import Finding, Preflight
from backend_mtls.late import Resolution
from backend_mtls.named import Name, Names
from backend_mtls.vault.secret_identifier import SecretIdentifier

_A = TypeVar("_A")
_B = TypeVar("_B")
_C = TypeVar("_C")
Check = Callable[..., Verdict]
"""What is found out about values, as far as they are known."""
Findings = Mapping[SecretIdentifier, Finding]
Question = Callable[[Findings], Awaitable[Sequence[Problem]]]
"""What is asked once Key Vault has answered, and what is wrong by that answer."""


class _Batch:
    """Everything that is declared before the program gives up control."""

    def __init__(self, admitted: list[Declaration], names: Names) -> None:
        self.loop = loop = _event_loop()
        self.admitted = admitted
        self.names = names
        self.problems: list[Problem] = []
        self.declarations: list[Declaration] = []
        self.secrets: list[VaultDeclaration] = []
        self.questions: list[tuple[str, Question]] = []
        self.gate: asyncio.Future[Findings] = loop.create_future()
        loop.call_soon(self._close)

    def take(self, verdict: Verdict, owner: str) -> None:
        """Enters what was found out about a component."""
        self.problems += located(owner, verdict.problems)
        self.declarations += _owned(verdict.declarations, owner)
        self.secrets += _owned(verdict.secrets, owner)

    def _close(self) -> None:
        if _held:  # the program waits for one of our own invokes, and goes on declaring after it
            self.loop.call_later(_PATIENCE, self._close)
            return
        _closed(self)
        self._checking = asyncio.ensure_future(self._check(), loop=self.loop)

    async def _check(self) -> None:
        try:
            findings, answered, thumbprints = await _ask_key_vault(self.secrets)
            for owner, question in self.questions:
                answered += located(owner, await question(findings))
            declared = [*self.declarations, *thumbprints]
            problems = [*self.problems, *conflicts.problems([*self.admitted, *declared]), *answered]
            if problems:
                raise ArgumentsError(problems)  # noqa: TRY301 (the same way as any other)
            self.admitted += declared
            self.gate.set_result(findings)
        except Exception as error:  # noqa: BLE001 (nobody else would see it, and the program would wait for ever)
            _fail(self.gate, error)


class Entry:
    """What one component declares; with `options` it is registered once that is admitted."""

    def __init__(self, place: str, given: pulumi.ResourceOptions | None) -> None:
        self.place = place
        self._given = given
        self._batch = batch = _batch()
        self._later: list[tuple[Check, tuple[Any, ...], Verdict]] = []
        self.findings: asyncio.Future[Findings] = batch.loop.create_future()
        """What Key Vault says of the certificates that are declared; empty when it is not asked. Raises what the
        component is refused with."""
        self.secrets: list[SecretIdentifier] = []
        """The certificates in Key Vault that the component declares, as far as they are known."""
        passed: pulumi.Output[list[pulumi.Resource]] = pulumi.Output.from_input(self._passed())
        waiting = pulumi.ResourceOptions(depends_on=passed)
        self.options = pulumi.ResourceOptions.merge(version_aliases.without(given), waiting)
        """The component's options: it waits, and drops azure-native's aliases of old versions."""

    def check(self, check: Check, *values: Any) -> None:
        """Enters what is found out about the values now, and again when those are known that are not."""
        verdict = check(*values)
        self._batch.take(verdict, self.place)
        self.secrets += [each.secret for each in verdict.secrets]
        if has_later(values):
            self._later.append((check, values, verdict))

    def ask(self, question: Question) -> None:
        """Enters what is to be asked once Key Vault has answered."""
        self._batch.questions.append((self.place, question))

    def refuse(self, problems: Sequence[Problem]) -> None:
        """Enters problems that do not depend on anything later."""
        self._batch.take(Verdict(problems=problems), self.place)

    def named(self, component: pulumi.Resource, resource: pulumi.Resource, place: str, *names: Name) -> None:
        """Says what policies call an entity of the component in a place."""
        self._batch.names.add(component, self._given)
        self._batch.names.called(resource, component, place, names)

    def after(
        self, component: pulumi.Resource, resources: Sequence[pulumi.Resource], document: str, place: str
    ) -> "pulumi.Output[list[pulumi.Resource]]":
        """What the component's policy comes after: these, and what its document names, wherever that is declared."""
        self._batch.names.add(component, self._given)

        async def found() -> list[pulumi.Resource]:
            await asyncio.wait([self._batch.gate])  # whatever comes of it: a component that is refused says why
            return list(dict.fromkeys([*resources, *self._batch.names.in_document(document, place, component)]))

        made: pulumi.Output[list[pulumi.Resource]] = pulumi.Output.from_input(found())
        return made

    async def _passed(self) -> list[pulumi.Resource]:
        try:
            findings = dict(await asyncio.shield(self._batch.gate))
            for check, values, before in self._later:
                findings |= await self._checked(check, values, before)
            self.findings.set_result(findings)
        except Exception as error:
            _fail(self.findings, error)
            raise
        return []

    async def _checked(self, check: Check, values: tuple[Any, ...], before: Verdict) -> Findings:
        """What was not known is: the same check, and only what it has to say anew."""
        resolution = Resolution()
        verdict = check(*[await resolution.of(each) for each in values])
        secrets = _owned([each for each in verdict.secrets if each not in before.secrets], self.place)
        self.secrets += [each.secret for each in secrets]
        findings, answered, thumbprints = await _ask_key_vault(secrets)
        admitted, former = self._batch.admitted, _owned(before.declarations, self.place)
        others = [each for each in admitted if each not in former]
        declared = [*_owned(verdict.declarations, self.place), *thumbprints]
        found = [
            *located(self.place, [*resolution.problems, *verdict.problems]),
            *conflicts.problems([*others, *declared]),
            *answered,
        ]
        if found:
            claim = f"{self.place} was not registered"
            raise ArgumentsError([resolution.without_secrets(each) for each in found], claim)
        admitted[:] = [*others, *declared]
        return findings


async def _ask_key_vault(declared: Sequence[VaultDeclaration]) -> tuple[Findings, list[Problem], list[Declaration]]:
    """What the vaults say: findings, the problems in them, and the thumbprints, which a service stores only once."""
    secrets = list(dict.fromkeys(each.secret for each in declared))
    found = await asyncio.to_thread(key_vault.look_up, secrets, _preflight) if secrets else []
    findings = {finding.secret: finding for finding in found}
    for text in key_vault.notes(found):
        pulumi.log.info(text)
    places = {each.secret: each.where for each in reversed(declared)}
    for finding in found:
        for warning in finding.warnings:
            pulumi.log.warn(str(warning.at(places[finding.secret])))
    problems = [problem.at(places[finding.secret]) for finding in found for problem in finding.problems]
    return findings, problems, _thumbprints(declared, findings)


def _thumbprints(declared: Sequence[VaultDeclaration], findings: Findings) -> list[Declaration]:
    first: dict[tuple[str, SecretIdentifier], VaultDeclaration] = {}
    for each in declared:
        first.setdefault((each.owner, each.secret), each)
    known = [(each, findings[each.secret].certificate) for each in first.values() if each.secret in findings]
    return [
        Declaration(kind=conflicts.THUMBPRINT, owner=each.owner, value=certificate.thumbprint, where=each.where)
        for each, certificate in known
        if certificate and certificate.thumbprint
    ]


_Declared = TypeVar("_Declared", Declaration, VaultDeclaration)


def _owned(declared: Sequence[_Declared], owner: str) -> list[_Declared]:
    return [replace(each, where=replace(each.where, owner=owner)) for each in declared]


def _fail(future: asyncio.Future[Any], error: Exception) -> None:
    if not future.done():
        future.set_exception(error)
        future.exception()  # so that asyncio does not say that nobody asked


_PATIENCE = 0.005
"""Seconds between two looks whether an invoke is over."""
_held = 0
_open: _Batch | None = None
_admitted: tuple[asyncio.AbstractEventLoop, bool, list[Declaration], Names] | None = None
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


def passed() -> asyncio.Future[Findings]:
    """What is done, or failed, when everything that is declared now has been checked."""
    return _batch().gate


def _batch() -> _Batch:
    """The batch that takes declarations now. A batch of another event loop belongs to a program that is over."""
    global _open, _admitted  # noqa: PLW0603 (a program declares one batch at a time)
    loop, previews = _event_loop(), pulumi.runtime.is_dry_run()
    if _admitted is None or _admitted[0] is not loop or _admitted[1] != previews:  # a plugin serves preview and update
        _admitted = (loop, previews, [], Names())
    if _open is None or _open.loop is not loop:
        _open = _Batch(*_admitted[2:])
    return _open


def _closed(batch: _Batch) -> None:
    global _open  # noqa: PLW0603 (as above)
    if _open is batch:
        _open = None


@overload
def arguments(place: str, args: object, expected: type[_A], /) -> _A: ...
@overload
def arguments(place: str, args: object, expected: type[_A], other: type[_B], /) -> _A | _B: ...
@overload
def arguments(place: str, args: object, expected: type[_A], other: type[_B], third: type[_C], /) -> _A | _B | _C: ...
def arguments(place: str, args: object, *expected: type[Any]) -> Any:
    """The component's arguments, as one of these dataclasses.

    Those of the wrong type are refused, and what is declared with them, too, and at once, since nothing can go on.
    """
    made, found = completed(args, expected)
    if found:
        raise refused(place, found)
    return made


def refused(place: str, found: Sequence[Problem]) -> ArgumentsError:
    """The error for a component that cannot even be declared; what was declared before is refused with it."""
    problems = located(place, found)
    _batch().problems += problems
    return ArgumentsError(problems)
