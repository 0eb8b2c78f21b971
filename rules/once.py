"""What a service stores once, and a change that asks for it while something else has it: Azure refuses that.

Pulumi deletes last. So whatever is created, or updated, meets what the change removes, unless that is deleted first, or
gives the value up by an update that is known to come before. Sources: facts of API Management (a thumbprint, a path,
the method and template of an operation in one API, the display name of a named value: each once); azure-native
creates nothing under an id that is taken.
"""

from collections import defaultdict
from collections.abc import Container, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from rules import certificate
from rules.graph import Resource
from rules.places import SERVICE, entity_id, owner_of, service_key, service_part
from rules.policy import SCOPES
from rules.setup import Setup

Kind = Literal["id", "thumbprint", "secret", "path", "operation", "display name"]
When = Literal["stays", "later", "together", "unknown"]

_IDS: dict[str, tuple[str, ...]] = {
    "Certificate": ("certificateId",),
    "Backend": ("backendId",),
    "Api": ("apiId",),
    "ApiOperation": ("apiId", "operationId"),
    "NamedValue": ("namedValueId",),
    "Product": ("productId",),
    "Policy": (),
    "ApiPolicy": ("apiId",),
    "ApiOperationPolicy": ("apiId", "operationId"),
    "ProductPolicy": ("productId",),
    "PolicyFragment": ("id",),
}
"""Class, without `Workspace` -> the inputs that tell an entity from the others of its place."""
_TYPES = tuple(f"apimanagement:{each}" for each in _IDS) + tuple(f"apimanagement:Workspace{each}" for each in _IDS)


@dataclass(frozen=True, kw_only=True)
class Claim:
    """One value that one resource has, and nothing else may have at the same time."""

    resource: Resource
    """Whose it is."""
    kind: Kind
    """What is stored once."""
    key: tuple[str, ...]
    """What must not be there twice, the place included; compared without regard to case."""
    entity: tuple[str, ...] | None
    """Which entity in Azure the resource is; None when its id is not known."""
    shown: str
    """The value, as a reader knows it."""


@dataclass(frozen=True, kw_only=True)
class Clash:
    """A value that is asked for while something else has it."""

    new: Claim
    """What asks for it."""
    holder: Claim
    """What has it."""
    when: When
    """`stays`: it keeps it; `later`: it is deleted, and only afterwards; `together`: it gives it up by an update in the
    same deployment, and nothing says which of the two comes first; `unknown`: it is deleted afterwards, and whether
    both are the same is not known."""


@lru_cache(maxsize=4)  # the rule and the effects ask for the same
def clashes(setup: Setup) -> tuple[Clash, ...]:
    """Every value that a change asks for while something else has it. Nothing where no change is known."""
    return tuple(_clashes(setup))


def _clashes(setup: Setup) -> Iterator[Clash]:
    if setup.previous is None:
        return
    before, after = _claims(setup.previous), _claims(setup)
    has = {(each.resource.urn, each.key) for each in after}
    replaced = {each.urn for each in setup.graph.removed} - setup.graph.removed_first
    emptied = _emptied(setup)
    holders: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for each in before:
        if each.resource.urn not in setup.graph.removed_first and service_part(each.key[1]) not in emptied:
            holders[each.key].append(each)
    new: dict[tuple[str, ...], list[Claim]] = defaultdict(list)
    for each in after:
        had = any(one.resource.urn == each.resource.urn and one.entity == each.entity for one in holders[each.key])
        if had and not (each.kind == "id" and each.resource.urn in replaced):
            continue
        found = [*holders[each.key], *new[each.key]]
        yield from (clash for holder in found if (clash := _clash(setup, each, holder, has, replaced)))
        new[each.key].append(each)
    yield from _moves_into_vault(setup, before, after, replaced)


def _moves_into_vault(setup: Setup, before: list[Claim], after: list[Claim], replaced: set[str]) -> Iterator[Clash]:
    """A PFX that makes place for a certificate in a vault that nobody has looked at: most often it is the same one."""
    stored = {each.resource.urn: each for each in before if each.kind == "thumbprint" and _is_pfx(each)}
    for each in after:
        holder = stored.get(each.resource.urn)
        known = certificate.read(setup.graph, each.resource).thumbprint if each.kind == "secret" else ""
        if holder and known is None and each.resource.urn in replaced and each.entity != holder.entity:
            yield Clash(new=each, holder=holder, when="unknown")


def _is_pfx(claim: Claim) -> bool:
    return claim.resource.inputs.get("keyVault") is None


def _emptied(setup: Setup) -> set[str]:
    """The services that are deleted first, and everything in them; as keys have them."""
    first = (each for each in setup.graph.removed if each.urn in setup.graph.removed_first)
    return {service_key(each).casefold() for each in first if each.type == SERVICE}


def _clash(
    setup: Setup, new: Claim, holder: Claim, has: Container[tuple[str, tuple[str, ...]]], replaced: set[str]
) -> Clash | None:
    if new.kind != "id" and new.entity is not None and new.entity == holder.entity:
        return None  # one entity: that it is taken is said of its id
    urn = holder.resource.urn
    if new.kind == "id" and urn == new.resource.urn:
        return Clash(new=new, holder=holder, when="later")
    if (urn, holder.key) in has and urn not in replaced:
        return Clash(new=new, holder=holder, when="stays")
    if urn in replaced:
        return Clash(new=new, holder=holder, when="later")
    known = setup.graph.find(urn)
    if known is None or _is_hidden(setup, known, holder):
        return None  # nothing says what becomes of it
    comes_first = urn in setup.graph.reached_from(new.resource.urn)
    return None if comes_first else Clash(new=new, holder=holder, when="together")


def _is_hidden(setup: Setup, known: Resource, holder: Claim) -> bool:
    """Whether what it has after the change is not known."""
    return not any(each.kind == holder.kind for each in _of_resource(setup, known))


def _claims(setup: Setup) -> list[Claim]:
    return [claim for each in setup.graph.of_type(*_TYPES) for claim in _of_resource(setup, each)]


def _of_resource(setup: Setup, resource: Resource) -> Iterator[Claim]:
    owner = owner_of(setup.graph, resource)
    if owner is None:
        return
    entity = _entity(resource, owner)
    for kind, parts, shown in _values(setup, resource, entity):
        key = tuple(each.casefold() for each in (kind, owner, *parts))
        yield Claim(resource=resource, kind=kind, key=key, entity=entity, shown=shown)


def _entity(resource: Resource, owner: str) -> tuple[str, ...] | None:
    kind = _class(resource)
    ids = [resource.text(each) for each in _IDS[kind]]
    if len(ids) == 1:
        ids = [entity_id(resource, _IDS[kind][0])]
    known = [each for each in ids if each]
    return tuple(each.casefold() for each in (owner, kind, *known)) if len(known) == len(ids) else None


def _values(
    setup: Setup, resource: Resource, entity: tuple[str, ...] | None
) -> Iterator[tuple[Kind, tuple[str, ...], str]]:
    kind = _class(resource)
    if entity is not None:
        yield "id", entity[1:], "/".join(resource.text(each) or entity[-1] for each in _IDS[kind])
    if kind == "Certificate":
        read = certificate.read(setup.graph, resource)
        if read.thumbprint:
            yield "thumbprint", (read.thumbprint,), read.thumbprint
        if read.secret_url and not (resource.id is None and read.thumbprint):
            # of one whose content is known, that counts: the vault may hold a newer version by now
            yield "secret", (read.secret_url.replace("/certificates/", "/secrets/").rstrip("/"),), read.secret_url
    path, api_id = resource.text("path"), resource.text("apiId")
    shares = resource.text("apiVersionSetId") or ";rev=" in (entity_id(resource, "apiId") or "")
    if kind == "Api" and path is not None and not shares:
        yield "path", (path.strip("/"),), f"/{path.strip('/')}"  # versions and revisions of one API may share it
    method, template = resource.text("method"), resource.text("urlTemplate")
    if kind == "ApiOperation" and api_id and method and template:
        yield "operation", (api_id, method, template), f"{method} {template}"
    name = resource.text("displayName")
    if kind == "NamedValue" and name:
        yield "display name", (name,), name


def _class(resource: Resource) -> str:
    return resource.type.rpartition(":")[2].removeprefix("Workspace")


def noun(resource: Resource) -> str:
    """What it is, in words."""
    kind = _class(resource)
    return "policy" if kind in SCOPES and kind != "PolicyFragment" else _NOUNS[kind]


_NOUNS = {
    "Certificate": "certificate",
    "Backend": "backend",
    "Api": "API",
    "ApiOperation": "operation",
    "NamedValue": "named value",
    "Product": "product",
    "PolicyFragment": "policy fragment",
}
