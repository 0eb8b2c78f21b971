"""What a change of policies means for calls beside what is presented to whom: answers, guards, requests, other text."""

from review.calls import Calls
from review.likeness import alike_without_binding
from review.routes import Route
from review.said import Found, said
from rules import guards, requests
from rules.guards import Difference
from rules.outcome import words
from rules.policy import Policy

_KINDS = {
    "gone": "guard-gone",
    "conditional": "guard-conditional",
    "weaker": "guard-weaker",
    "other": "guard-other",
    "new": "guard-new",
}
_REFUSALS = 400


def of_answers(before: Calls, after: Calls) -> Found:
    """What the gateway answers by itself."""
    if before.ended == after.ended:
        return
    if after.ended and before.ended:
        yield said("answered-otherwise", after=after.ended, before=before.ended)
    elif after.ended:
        yield said("answered-some" if after.condition else "answered", what=after.ended)
    else:
        refused = before.condition and _status(before.ended) >= _REFUSALS
        yield said("answered-no-more" if refused else "answered-by-backend", what=before.ended)


def of_guards(before: Route, after: Route) -> Found:
    """What is demanded of callers."""
    why = next((each for each in after.unknown if each not in before.unknown), "")
    for each in guards.differences(before.guards, after.guards):
        if each.kind == "gone" and why:
            yield said("guard-unknown", guard=each.guard.name, where=each.guard.policy.label, reason=why)
            continue
        yield said(_KINDS[each.kind], guard=each.guard.name, where=each.guard.policy.label, words=_words(each))
    drops = after.policy is not None and after.policy.drops_base("inbound")
    dropped_before = before.policy is not None and before.policy.drops_base("inbound")
    lost = [each for each in before.unknown if each not in after.unknown]
    if drops and not dropped_before and lost:
        yield said("guards-unknown", reason=lost[0])


def _words(difference: Difference) -> str:
    if difference.kind in ("weaker", "conditional"):
        return difference.words
    if difference.kind == "new":
        return f" where {difference.guard.condition}" if difference.guard.way else ""
    return f" ({difference.words})" if difference.words else ""


def of_credentials(before: Route, after: Route) -> Found:
    """With what the gateway shows the backend who it is, beside a certificate."""
    lost = {each.element.name for each in before.credentials} - {each.element.name for each in after.credentials}
    for name in sorted(lost):
        yield said("credentials-lost", name=name)


def of_requests(before: Route, after: Route) -> Found:
    """Whom the policies call by themselves."""
    known = {requests.read(each.element) for each in before.requests}
    for each in after.requests:
        request = requests.read(each.element)
        if request not in known:
            presenting = f", presenting {request.presents}" if request.presents else ""
            where = f", where {words([each.way])}" if each.way else ""
            state = "request-http" if request.is_http else "request-new"
            yield said(state, url=request.target, presenting=f"{presenting}{where}")


def of_text(old: Policy | None, new: Policy | None) -> Found:
    """The user's own text: what a binding writes is told in its own words."""
    if not (old and new) or old.document == new.document:
        return
    if old.document is None or new.document is None:
        yield said("policy-hidden")
    elif not alike_without_binding(old.document, new.document):
        yield said("policy-text")


def _status(ended: str) -> int:
    code = ended.rpartition(" ")[2]
    return int(code) if code.isdecimal() and len(code) < 5 else 0
