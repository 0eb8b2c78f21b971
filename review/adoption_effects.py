"""What an update takes away from an API or a backend: most often after an import, when the program does not say it.

Source: REST 2024-05-01, Apis and Backend (a PUT replaces the whole object; what it leaves out has its default again).
"""

from collections.abc import Iterator, Mapping
from typing import Any

from review import states
from review.change import Change, Step
from review.effect import Effect
from rules.graph import Mark
from rules.places import entity_id

_KEY_NAMES = {"header": "Ocp-Apim-Subscription-Key", "query": "subscription-key"}
_KEY_PLACES = {"header": "in the header {}", "query": "in the query parameter {}"}
_API_TOLD = {"subscriptionKeyParameterNames", "serviceUrl", "apiVersion", "apiVersionSetId", "authenticationSettings"}
_API_QUIET = {
    "apiRevisionDescription",
    "apiVersionDescription",
    "apiType",
    "contact",
    "description",
    "displayName",
    "isCurrent",
    "license",
    "protocols",
    "termsOfServiceUrl",
}
"""Told here, or noticed by no call."""
_REVISION = frozenset({"apiRevision", "sourceApiId"})
_BACKEND_LINKS = ("resourceId", "properties")


def found(change: Change, told: set[str]) -> Iterator[Effect]:
    """What calls lose; what is told whole here is added to `told`, by URN."""
    for step in change.steps:
        if step.op != "update" or step.before is None or step.after is None:
            continue
        kind = step.resource.type.rpartition(":")[2].removeprefix("Workspace")
        if kind == "Api":
            yield from _of_api(step)
            if _differing(step) <= _API_TOLD | _API_QUIET | _REVISION:
                told.add(step.resource.urn)
        elif kind == "Backend":
            yield from _of_backend(step)


def _of_api(step: Step) -> Iterator[Effect]:
    was, will = _inputs(step)
    who = entity_id(step.resource, "apiId") or step.resource.name
    number, before = will.get("apiRevision"), was.get("apiRevision")
    if number and before and number != before and will.get("sourceApiId"):
        yield states.effect("revision-made", who, number=_said(number), before=_said(before))
    if was.get("subscriptionRequired") is not False:
        old, new = _key_names(was), _key_names(will)
        for place, words in _KEY_PLACES.items():
            if old[place] != new[place]:
                before, after = words.format(_said(old[place])), words.format(_said(new[place]))
                yield states.effect("key-elsewhere", who, before=before, after=after)
    if was.get("serviceUrl") and was.get("serviceUrl") != will.get("serviceUrl"):
        after = _said(will.get("serviceUrl") or "nowhere")
        yield states.effect("service-url-changed", who, before=_said(was["serviceUrl"]), after=after)
    if any(was.get(key) and was.get(key) != will.get(key) for key in ("apiVersion", "apiVersionSetId")):
        yield states.effect("version-changed", who, before=_said(was.get("apiVersion") or "its version set"))
    lost = set(_protocols(was)) - set(_protocols(will))
    if lost:
        yield states.effect("protocol-dropped", who, protocols=", ".join(sorted(lost)))
    if was.get("authenticationSettings") and was["authenticationSettings"] != will.get("authenticationSettings"):
        yield states.effect("authentication-settings-changed", who)


def _of_backend(step: Step) -> Iterator[Effect]:
    was, will = _inputs(step)
    who = entity_id(step.resource, "backendId") or step.resource.name
    lost = sorted(_carried(was.get("credentials")) - _carried(will.get("credentials")))
    if lost:
        yield states.effect("credentials-dropped", backend=who, what=", ".join(lost))
    if was.get("proxy") and not will.get("proxy"):
        yield states.effect("backend-loses", backend=who, what="its proxy")
    links = [key for key in _BACKEND_LINKS if was.get(key) and not will.get(key)]
    if links:
        yield states.effect("backend-loses", backend=who, what=", ".join(f"its {each}" for each in links))


def _inputs(step: Step) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    return (step.before.inputs if step.before else {}), (step.after.inputs if step.after else {})


def _differing(step: Step) -> set[str]:
    was, will = _inputs(step)
    return {key for key in {*was, *will} - {"azureApiVersion"} if was.get(key) != will.get(key)}


def _key_names(inputs: Mapping[str, Any]) -> dict[str, Any]:
    given = inputs.get("subscriptionKeyParameterNames")
    if isinstance(given, Mark):
        return dict.fromkeys(_KEY_NAMES, given)
    named = {key: value for key, value in given.items() if value} if isinstance(given, Mapping) else {}
    return _KEY_NAMES | named


def _protocols(inputs: Mapping[str, Any]) -> list[str]:
    given = inputs.get("protocols")
    return [each for each in given if isinstance(each, str)] if isinstance(given, list) and given else ["https"]


def _carried(credentials: Any) -> set[str]:
    """What requests to the server carry, by name and never by value."""
    if isinstance(credentials, Mark):
        return {"its credentials"}
    if not isinstance(credentials, Mapping):
        return set()
    found = set()
    for kind, word in (("header", "header"), ("query", "query parameter")):
        given = credentials.get(kind)
        if isinstance(given, Mapping):
            found |= {f"{word} {name}" for name in given}
        elif given:
            found.add(f"{word}s")
    return found | ({"authorization"} if credentials.get("authorization") else set())


def _said(value: Any) -> str:
    return value.value if isinstance(value, Mark) else str(value)
