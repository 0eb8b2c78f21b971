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
    effects = [_effect(change, each) for each in clashes(will)]
    order = sorted(dict.fromkeys(effects), key=lambda each: (each.state == _MAY_BE, -each.level))
    return list(order)


def _effect(change: Change, clash: Clash) -> Effect:
    imported = any(each.op == "import" and each.resource.urn == clash.new.resource.urn for each in change.steps)
    if clash.new.kind == "id" and imported:
        return states.effect(
            "taken-over-twice" if clash.when == "stays" else "taken-over-and-deleted", what=said(clash)
        )
    return states.effect(_STATES[clash.when], what=said(clash))
