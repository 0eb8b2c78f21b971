"""Ids of what stands in a service: certificates, backends, APIs. Pure. Source: REST 2024-05-01."""

from backend_mtls.errors import Problem, Where

_NOT_IN_ID = set("*#&+:<>?/\\%")
"""The specification's `^[^*#&+:<>?]+$`, and what cannot stand in a URL's path."""


def id_problems(value: str, where: str, longest: int = 80) -> list[Problem]:
    """A problem when the id is empty, longer than `longest` characters, or has a character that APIM refuses."""
    if 1 <= len(value) <= longest and not _NOT_IN_ID & set(value) and value.isprintable():
        return []
    return [
        Problem(
            what="The id is malformed",
            where=Where.of(where),
            got=value,
            allowed=f"1-{longest} characters, none of {' '.join(sorted(_NOT_IN_ID))}",
            fix="give it another id, or the component another name",
        )
    ]
