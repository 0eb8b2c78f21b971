"""Policy fragments of a service or a workspace. source: REST 2024-05-01, Policy Fragment (PUT is long-running).

No section, no `base`, no other fragment, at most 32 KB: learn.microsoft.com/azure/api-management/policy-fragments.
Inferred: the texts of these refusals, and that what a fragment refers to is checked when it is saved.
"""

from collections.abc import Iterator

from local.azure import policy
from local.azure.arm import long_running, policy_documents
from local.azure.arm.call import Answer, Call, Route
from local.azure.arm.fields import Fields, check_name
from local.azure.arm.paths import HOMES, home_of, name_of, resource, service_of
from local.azure.arm.reading import reading
from local.azure.arm.usage import policies_with, refuse_if_used

_LARGEST = 32
"""KiB."""


async def _put(call: Call) -> Answer:
    check_name(call.names["fragment"], r"\w+|\w[\w-]+\w", (1, 80), "id")
    fields = Fields(call.body)
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    inner.ignore("provisioningState")
    document, given = policy_documents.read(inner)
    description = inner.text("description", lengths=(0, 1000))
    fields.finish()
    policy_documents.check(call, document, given, _problems, _LARGEST)
    before = call.entity()
    properties = {"format": "rawxml", "value": document, "provisioningState": "Succeeded"}
    shown = properties | ({"description": description} if description else {})
    body = resource(before.id if before else call.path, call.kind) | {"properties": shown}
    entity = call.azure.store.put(call.path, body, {"rawxml": document})
    return long_running.of_child(call, service_of(call.path), entity, 200 if before else 201)


def _problems(root: policy.Element) -> list[policy.Problem]:
    if root.name != "fragment":
        return [_problem(root, f"The '{root.name}' element is not declared.")]
    nested = [
        _problem(element, f"The element '{element.name}' is not allowed in a policy fragment.")
        for element in _below(root)
        if element.name in {"base", "include-fragment", *policy.SECTIONS}
    ]
    # it is meant for one of the sections, which one is not known
    return nested or min((policy.problems_inside(root, section) for section in policy.SECTIONS), key=len)


def _below(element: policy.Element) -> Iterator[policy.Element]:
    for child in element.children:
        yield child
        yield from _below(child)


def _problem(element: policy.Element, text: str) -> policy.Problem:
    place = f"Error in element '{element.name}' on line {element.line}, column {element.column}"
    return policy.Problem(target=element.name, message=f"{place}: {text}", line=element.line, column=element.column)


async def _delete(call: Call) -> Answer:
    """source: facts of the text for one that a policy includes."""
    entity, store = call.entity(), call.azure.store
    if entity is None:
        return Answer(status=204)
    users = policies_with(store, home_of(call.path), {"fragment-id": name_of(entity.id)})
    refuse_if_used("Policy Fragment", entity, users)
    store.delete(call.path)
    return Answer(status=200)


def _routes(path: str) -> list[Route]:
    return [
        *reading(path, "Policy Fragment", policy_documents.show),
        Route(method="PUT", path=path, handler=_put),
        Route(method="DELETE", path=path, handler=_delete),
    ]


ROUTES = [route for home in HOMES for route in _routes(f"{home}/policyFragments/{{fragment}}")]
