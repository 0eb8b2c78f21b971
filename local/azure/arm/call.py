"""One ARM request on its way through routing to the module of its resource type, and the answer back."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from local.azure.context import Azure
from local.azure.store import Entity, Json

Headers = dict[str, str]


@dataclass(frozen=True, kw_only=True)
class Answer:
    """Status, JSON body (None: empty) and headers."""

    status: int
    body: Json | None = None
    headers: Headers = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Call:
    """What was asked for; the bearer token, the api-version and the parents were checked."""

    azure: Azure
    method: str
    path: str
    """As the client spelt it: ids are compared without regard to case."""
    names: Mapping[str, str]
    """What stands for `{…}` in the route's pattern."""
    kind: str
    """Resource type of the route's pattern."""
    query: Mapping[str, str]
    body: Json
    origin: str
    """`https://localhost:PORT`, as the client addresses ARM."""

    def entity(self) -> Entity | None:
        """What is stored under the path."""
        return self.azure.store.get(self.path)

    def above(self, levels: int = 1) -> str:
        """The path without its last `levels` `kind/name` pairs."""
        return "/".join(self.path.split("/")[: -2 * levels])

    def url(self, path: str, query: str = "") -> str:
        """An absolute URL with the api-version of this request."""
        return f"{self.origin}{path}?api-version={self.query.get('api-version', '')}{query}"


Handler = Callable[[Call], Awaitable[Answer]]


@dataclass(frozen=True, kw_only=True)
class Route:
    """A method and a path pattern of `local.azure.arm.paths`."""

    method: str
    path: str
    handler: Handler
    needs_parents: bool = True
    """False: an operation's result can be read after its resource is gone."""


def written(entity: Entity, *, created: bool, body: Json | None = None) -> Answer:
    """201 or 200 with the entity and its ETag."""
    return Answer(status=201 if created else 200, body=body or entity.body, headers=etag(entity))


def etag(entity: Entity) -> Headers:
    """The ETag header."""
    return {"ETag": f'"{entity.etag}"'}
