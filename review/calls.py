"""Some of the calls of a route, and what comes of them: what is presented to whom, and how the server is validated."""

from dataclasses import dataclass

from rules.backend import Backend, Part, Validation
from rules.certificate import Certificate
from rules.outcome import Choice, Outcome
from rules.policy import Policy, literal
from rules.setup import Setup


@dataclass(frozen=True, kw_only=True)
class Calls(Outcome):
    """One outcome, with the resources of the graph that it means."""

    presented_by: Policy | None
    """The policy that says what is presented."""
    certificate: Certificate | None
    """The certificate, if it is in the graph."""
    url: str | None
    """A literal `base-url` that overrides the backend."""
    pool: Backend | None
    """The pool of the graph that they go to."""
    members: tuple[Backend, ...]
    """The backends of the graph that they go to: those of a pool, or one."""

    @property
    def targets(self) -> str:
        """Where they go, in words; empty where no policy of the graph says so."""
        return self.url or ", ".join(each.url or "a URL known after deployment" for each in self.members)

    @property
    def trusted(self) -> str:
        """What certificates its backends accept by themselves, in words; empty where they say nothing."""
        if self.url:
            return ""
        return ", ".join(dict.fromkeys(each.trust.words for each in self.members if each.trust))

    def weakest(self, part: Part) -> Validation | None:
        """The weakest of its backends' validations, as `on` sorts: off, not known, on; None where there is none."""
        if not self.members or self.url:
            return None
        order = (False, None, True)
        return min((each.validations[part] for each in self.members), key=lambda each: order.index(each.on))


def read(setup: Setup, outcome: Outcome) -> Calls:
    """An outcome as a reader needs it."""
    by = setup.policy_of.get(outcome.presented.policy)
    at = setup.policy_of.get(outcome.routed.policy)
    backend_id = literal(outcome.routed.value) if outcome.routed.attribute == "backend-id" else None
    backend = setup.backend_named(at.owner, backend_id) if at and backend_id else None
    return Calls(
        **vars(outcome),
        presented_by=by,
        certificate=_certificate(setup, outcome.presented, by),
        url=literal(outcome.routed.value) if outcome.routed.attribute == "base-url" else None,
        pool=backend if backend and backend.is_pool else None,
        members=() if backend is None else tuple(setup.members_of(backend)) if backend.is_pool else (backend,),
    )


def _certificate(setup: Setup, choice: Choice, by: Policy | None) -> Certificate | None:
    if by is None or choice.attribute not in ("certificate-id", "thumbprint") or choice.is_unknown:
        return None
    return setup.certificate_named(by.owner, choice.attribute, choice.value)
