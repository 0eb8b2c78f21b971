"""Operations of an API, written `METHOD /template`. Pure. Source: REST 2024-05-01, Api Operation."""

import re
from collections.abc import Sequence

from backend_mtls.errors import Problem, Where

_OPERATION = re.compile(r"(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS|TRACE) (/\S*)")
_PARAMETER = re.compile(r"\{(\*?[^}/]+)\}")


def parts(operation: str) -> tuple[str, str]:
    """Method and template."""
    method, _, template = operation.partition(" ")
    return method, template


def parameters(template: str) -> list[str]:
    """Names of the template's parameters, in order."""
    return _PARAMETER.findall(template)


def operation_id(operation: str) -> str:
    """`GET /items/{id}` -> `get-items-id`, `GET /*` -> `get-any`."""
    method, template = parts(operation)
    words = re.sub(r"[^A-Za-z0-9]+", "-", template.replace("*", "-any-")).strip("-")
    return f"{method.lower()}-{words or 'root'}"[:80]


def problems(operations: Sequence[str]) -> list[Problem]:
    """What is wrong with the list of operations, before anything is registered."""
    found = [
        Problem(
            what="The operation is malformed",
            where=Where.of("operations", index),
            got=operation,
            allowed="METHOD /template, for instance GET /items/{id} or POST /*",
            fix="write an HTTP method in capitals, one space, and a template that starts with /",
        )
        for index, operation in enumerate(operations)
        if not _OPERATION.fullmatch(operation)
    ]
    seen: dict[str, str] = {}
    for index, operation in enumerate(operations):
        identifier = operation_id(operation)
        if identifier in seen:
            found.append(
                Problem(
                    what="Two operations would get the same id",
                    where=Where.of("operations", index),
                    got=f"{operation} and {seen[identifier]}, both {identifier}",
                    allowed="operations that differ in their letters and digits",
                    fix="remove one of them",
                )
            )
        seen[identifier] = operation
    return found
