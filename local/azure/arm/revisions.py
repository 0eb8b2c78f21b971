"""Revisions of an API: one is current and stands at `apis/{id}`, the others at `apis/{id};rev=N`.

source: learn.microsoft.com/azure/api-management/api-management-revisions (what only the current one may change, what a
revision is copied from); azurerm#18093 (text); azure-sdk-for-net#5568 (`sourceApiId`).
"""

import re

from local.azure.arm.errors import invalid, not_served
from local.azure.arm.paths import name_of
from local.azure.store import Entity, Json, Store

_REVISION = re.compile(r"(.*/apis/[^/;]+);rev=([^/;]+)(/.*)?", re.IGNORECASE)
_ONLY_CURRENT = ("displayName", "description", "subscriptionRequired", "path", "protocols")


def canonical(store: Store, path: str) -> str:
    """The path without `;rev=N` when N is current, or will be.

    Releases and places in products belong to the API, not to a revision (azure-cli#18758).
    """
    match = _REVISION.fullmatch(path)
    if match is None:
        return path
    base, number, rest = match[1], match[2], match[3] or ""
    if "/products/" in base.lower():
        return base + rest
    current = store.get(base)
    is_current = number == (current.body["properties"]["apiRevision"] if current else "1")
    is_release = re.match(r"/releases(/|$)", rest, re.IGNORECASE) is not None
    return base + rest if is_current or is_release else path


def split(path: str) -> tuple[str, str | None]:
    """`…/apis/{id}` and N of an API's path; None without `;rev=N`."""
    match = _REVISION.fullmatch(path)
    return (match[1], match[2]) if match else (path, None)


def others(store: Store, api_id: str) -> list[Entity]:
    """The revisions that are not current, by number."""
    parent = api_id.rpartition("/")[0]
    home, kind = parent.rpartition("/")[0], name_of(parent)
    known = [one for one in store.children(home, kind) if split(one.id.lower())[0] == api_id.lower()]
    return [one for one in known if one.id.lower() != api_id.lower()]


def with_currents(asked: Json, current: Entity) -> Json:
    """A revision's properties: what only the current one may change is the current one's, and cannot be another."""
    known = current.body["properties"]
    for name in _ONLY_CURRENT:
        if name in asked and asked[name] is not None and asked[name] != known.get(name):
            title = name[0].upper() + name[1:]
            raise invalid((name, f"Can't change property {title} for non-current revision"))
    return asked | {name: known[name] for name in _ONLY_CURRENT if name in known}


def source_of(store: Store, home: str, given: str) -> Entity:
    """The API that `sourceApiId` names: an id in full, or `/apis/{id};rev=N`; the text is inferred."""
    entity = store.get(canonical(store, f"{home}/apis/{name_of(given)}"))
    if entity is None:
        raise invalid(("sourceApiId", f"API with id '{given}' could not be found."))
    return entity


def copy_contents(store: Store, source: str, target: str) -> None:
    """Operations and policies, with all that is in them; releases stay where they are."""
    for entity in list(store.below(source)):
        inside = entity.id[len(source) :]
        if not inside.lower().startswith("/releases/"):
            store.put(target + inside, entity.body | {"id": target + inside}, entity.private)


def set_aside(store: Store, current: Entity) -> None:
    """Moves the current revision to its number, so that another one can become current; its policies go with it."""
    number = current.body["properties"]["apiRevision"]
    path = f"{current.id};rev={number}"
    properties = current.body["properties"] | {"isCurrent": False}
    store.put(path, current.body | {"id": path, "name": name_of(path), "properties": properties})
    copy_contents(store, current.id, path)
    for entity in list(store.below(current.id)):
        if not entity.id[len(current.id) :].lower().startswith("/releases/"):
            store.delete(entity.id)


def make_current(store: Store, api_id: str, number: str) -> None:
    """Swaps the current revision for another one."""
    current, chosen = store.get(api_id), store.get(f"{api_id};rev={number}")
    if current is None or chosen is None:
        raise invalid(("apiId", f"API with id '{name_of(api_id)};rev={number}' could not be found."))  # inferred
    with store.transaction():
        set_aside(store, current)
        properties = chosen.body["properties"] | {"isCurrent": True}
        store.put(current.id, current.body | {"properties": properties})
        copy_contents(store, chosen.id, current.id)
        store.delete(chosen.id)


def check_number(asked: Json, number: str) -> None:
    """A revision's number stands in its name, and a PUT does not make it current (a release does)."""
    if asked.get("apiRevision") not in {None, number}:
        raise invalid(("apiRevision", f"'apiRevision' must be '{number}', as in the API's id."))  # inferred
    if asked.get("isCurrent"):
        raise not_served("'isCurrent' of a revision in a PUT; a release makes it current")
