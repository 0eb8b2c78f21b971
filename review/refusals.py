"""What of a change Azure refuses, so that the deployment ends in its middle: it says so before everything else."""

from review import states
from review.change import Change
from review.effect import Effect
from rules.catalog.stored_once import said
from rules.once import Clash, clashes
from rules.setup import Setup

_MAY_BE = "deployment-may-be-refused"
_STATES = {"stays": "deployment-refused", "later": "deployment-refused", "together": _MAY_BE, "unknown": _MAY_BE}


def found(change: Change, will: Setup) -> list[Effect]:
    """What is refused first, each once."""
    effects = dict.fromkeys(_effect(change, each) for each in clashes(will))
    return sorted(effects, key=lambda each: (each.state == _MAY_BE, -each.level))


def _effect(change: Change, clash: Clash) -> Effect:
    step = change.step_of.get(clash.new.resource.urn)
    if clash.new.kind == "id" and step and step.op == "import":
        return states.effect(
            "taken-over-twice" if clash.when == "stays" else "taken-over-and-deleted", what=said(clash)
        )
    return states.effect(_STATES[clash.when], what=said(clash))
