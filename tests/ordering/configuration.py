"""Random configurations: places with certificates of every kind and what shares them; and random edits of those.

A place is a service, or a workspace of one. A configuration is plain JSON, because the program reads it in another
process. What APIM refuses because it has to be unique while the old one still exists (docs/decisions/0002) is left out
by construction, and nothing else:

- a thumbprint that moves to another certificate: every name and kind has PFX files of its own, and only `c0` may be the
  one certificate of local Azure's vault;
- a path that moves to another API: the paths of an API begin with its own name.
"""

import copy
from collections.abc import Iterator
from random import Random
from typing import Any

Configuration = dict[str, Any]
Place = dict[str, Any]
URLS = ("https://one.backend.internal", "https://two.backend.internal/v2")
POLICIES = (None, "<policies><inbound><base /></inbound><outbound><base /><!-- ours --></outbound></policies>")
OPERATIONS = (["GET /*"], ["GET /*", "POST /orders/{id}"])
VERSIONS = 3
"""How often a PFX is rotated, or an API gets another path, before the first one comes again."""
KINDS = ("addressed", "fixed", "vault")
"""A PFX whose id follows from its content, a PFX with an id of its own, a Key Vault certificate with the same id."""
WORKSPACE = "team"
"""The place that is a workspace of the service `owned`: nothing there comes from a vault, and no gateway trusts it."""


def generate(random: Random, *, owned: bool) -> Configuration:
    """A service that exists; or that, one of the stack's own and a workspace in it. Each holds a little of all."""
    names = ["existing", "owned", WORKSPACE] if owned else ["existing"]
    return {"places": {name: _place(random, name) for name in names}}


def edit(random: Random, before: Configuration) -> Configuration:
    """Another configuration of the same places: added, removed, rotated, rebound, changed, several at once."""
    after = copy.deepcopy(before)
    for place in after["places"].values():
        for change in random.sample(EDITS, random.randint(4, 8)):
            change(random, place)
            _settle(random, place)
    return after


def _place(random: Random, name: str) -> Place:
    scopes = ("product", "policy") if name == WORKSPACE else ("product", "policy", "authority")
    place: Place = {
        "kinds": KINDS[:2] if name == WORKSPACE else KINDS,
        "certificates": {},
        "backends": {},
        "pools": {},
        "apis": {},
        "scopes": dict.fromkeys(scopes),
    }
    place["certificates"]["c0"] = _certificate(random, place, "c0")
    for add in (_add_certificate, _add_certificate, _add_backend, _add_backend, _add_pool, *[_add_api] * 3):
        add(random, place)
    for scope in scopes:
        place["scopes"][scope] = _maybe_certificate(random, place)
    return place


def _bindings(place: Place) -> Iterator[tuple[dict[str, Any], str]]:
    """Wherever a certificate is named: holder and key. Where there may be none, the value is None."""
    for scope in place["scopes"]:
        yield place["scopes"], scope
    for backend in place["backends"].values():
        yield backend, "certificate"
    for api in place["apis"].values():
        yield api, "certificate"
        yield api, "operation"


def _any(random: Random, named: dict[str, Any]) -> str:
    return random.choice(sorted(named))


def _maybe_certificate(random: Random, place: Place) -> str | None:
    """What another scope binds: the first operation of an API, a product, the service, a gateway. None: nothing."""
    return random.choice([None, *sorted(place["certificates"])])


def _maybe_shared(random: Random, place: Place) -> str | None:
    """The backend, or the pool, that an API shares with others. None: it has one of its own."""
    return random.choice([None, *sorted(place["backends"]), *sorted(place["pools"])])


def _kinds(place: Place, certificate: str) -> tuple[str, ...]:
    return place["kinds"] if certificate == "c0" else KINDS[:2]


def _certificate(random: Random, place: Place, name: str) -> dict[str, Any]:
    return {"kind": random.choice(_kinds(place, name)), "version": random.randrange(VERSIONS)}


def _add_certificate(random: Random, place: Place) -> None:
    name = f"c{random.randrange(4)}"
    place["certificates"].setdefault(name, _certificate(random, place, name))


def _rotate(random: Random, place: Place) -> None:
    if place["certificates"]:
        chosen = place["certificates"][_any(random, place["certificates"])]
        chosen["version"] = (chosen["version"] + 1) % VERSIONS


def _change_kind(random: Random, place: Place) -> None:
    if place["certificates"]:
        name = _any(random, place["certificates"])
        others = [kind for kind in _kinds(place, name) if kind != place["certificates"][name]["kind"]]
        place["certificates"][name]["kind"] = random.choice(others)


def _remove_certificate(random: Random, place: Place) -> None:
    if place["certificates"]:
        del place["certificates"][_any(random, place["certificates"])]


def _succeed_certificate(random: Random, place: Place) -> None:
    """One of another name, and perhaps from another source, takes everything over from one that goes."""
    if place["certificates"]:
        old, new = _any(random, place["certificates"]), f"c{random.randrange(4)}"
        place["certificates"].setdefault(new, _certificate(random, place, new))
        if new != old:
            for holder, key in _bindings(place):
                holder[key] = new if holder[key] == old else holder[key]
            del place["certificates"][old]


def _rebind(random: Random, place: Place) -> None:
    """Another certificate, or none, at any of the scopes."""
    holder, key = random.choice(list(_bindings(place)))
    holder[key] = _maybe_certificate(random, place) or (holder[key] if key == "certificate" else None)


def _rebind_scope(random: Random, place: Place) -> None:
    """The same where no API is concerned, which would be rare otherwise."""
    place["scopes"][_any(random, place["scopes"])] = _maybe_certificate(random, place)


def _add_backend(random: Random, place: Place) -> None:
    """A new one, or one of the same id that is different in everything."""
    if place["certificates"]:
        place["backends"][f"b{random.randrange(3)}"] = {
            "certificate": _any(random, place["certificates"]),
            "url": random.choice(URLS),
            "recorded": random.random() < 0.6,
        }


def _remove_backend(random: Random, place: Place) -> None:
    """A backend or a pool."""
    for kind, share in (("pools", 0.3), ("backends", 0.7)):
        if place[kind] and random.random() < share:
            del place[kind][_any(random, place[kind])]


def _add_pool(random: Random, place: Place) -> None:
    """A new one, or one that has other members now."""
    if place["backends"]:
        size = random.randint(1, len(place["backends"]))
        place["pools"][f"p{random.randrange(2)}"] = {"members": random.sample(sorted(place["backends"]), size)}


def _add_api(random: Random, place: Place) -> None:
    """A new one, or one of the same id that is different in everything."""
    if place["certificates"]:
        place["apis"][f"a{random.randrange(4)}"] = {
            "certificate": _any(random, place["certificates"]),
            "backend": _maybe_shared(random, place),
            "url": random.choice(URLS),
            "path": random.randrange(VERSIONS),
            "policy": random.choice(POLICIES),
            "operations": random.choice(OPERATIONS),
            "operation": _maybe_certificate(random, place),
        }


def _reroute(random: Random, place: Place) -> None:
    """From an own backend to a shared one, to a pool, or back."""
    if place["apis"]:
        place["apis"][_any(random, place["apis"])]["backend"] = _maybe_shared(random, place)


def _move(random: Random, place: Place) -> None:
    if place["apis"]:
        chosen = place["apis"][_any(random, place["apis"])]
        chosen["path"] = (chosen["path"] + 1) % VERSIONS


def _remove_api(random: Random, place: Place) -> None:
    if place["apis"]:
        del place["apis"][_any(random, place["apis"])]


EDITS = (
    _add_certificate,
    _remove_certificate,
    _succeed_certificate,
    *[_rotate] * 2,
    *[_change_kind] * 2,
    *[_rebind] * 2,
    *[_rebind_scope] * 2,
    _add_backend,
    _remove_backend,
    *[_add_pool] * 2,
    _add_api,
    _remove_api,
    _move,
    *[_reroute] * 2,
)
"""What can happen to a place; twice what a deployment is likeliest to get wrong."""


def _settle(random: Random, place: Place) -> None:
    """What named something that is gone goes on with something else, or without; what needs one and has none goes."""
    if not place["certificates"]:
        place["backends"], place["pools"], place["apis"] = {}, {}, {}
    for holder, key in _bindings(place):
        if holder[key] is not None and holder[key] not in place["certificates"]:
            needed = key == "certificate"
            holder[key] = _any(random, place["certificates"]) if needed else _maybe_certificate(random, place)
    for name, pool in list(place["pools"].items()):
        pool["members"] = [each for each in pool["members"] if each in place["backends"]]
        if not pool["members"]:
            del place["pools"][name]
    for api in place["apis"].values():
        if api["backend"] not in {*place["backends"], *place["pools"]}:
            api["backend"] = _maybe_shared(random, place)
