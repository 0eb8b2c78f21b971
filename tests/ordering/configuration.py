"""Random configurations: services, certificates of every kind, APIs that share them; and random edits of those.

A configuration is plain JSON, because the program reads it in another process.
"""

import copy
from random import Random
from typing import Any

Configuration = dict[str, Any]
URLS = ("https://one.backend.internal", "https://two.backend.internal/v2")
POLICIES = (None, "<policies><inbound><base /></inbound><outbound><base /><!-- ours --></outbound></policies>")
OPERATIONS = (["GET /*"], ["GET /*", "POST /orders/{id}"])
VERSIONS = 3
"""How often a PFX is rotated before the first one comes again."""
KINDS = ("addressed", "fixed", "vault")
"""A PFX whose id follows from its content, a PFX with an id of its own, a Key Vault certificate."""


def generate(random: Random, *, owned: bool) -> Configuration:
    """One or two services, each with certificates and with APIs that share them."""
    services = ["existing", "owned"] if owned else ["existing"]
    return {"services": {name: _service(random) for name in services}}


def edit(random: Random, before: Configuration) -> Configuration:
    """Another configuration of the same services: added, removed, rotated, rebound, changed, several at once."""
    after = copy.deepcopy(before)
    for service in after["services"].values():
        for _ in range(random.randint(1, 4)):
            random.choice(_EDITS)(random, service)
        _drop_dangling(random, service)
    return after


def _service(random: Random) -> dict[str, Any]:
    service: dict[str, Any] = {"certificates": {}, "apis": {}, "product": None, "policy": None}
    for _ in range(random.randint(1, 3)):
        _add_certificate(random, service)
    for _ in range(random.randint(1, 3)):
        _add_api(random, service)
    for scope in ("product", "policy"):
        service[scope] = _maybe_certificate(random, service)
    return service


def _maybe_certificate(random: Random, service: dict[str, Any]) -> str | None:
    """What another scope binds: the first operation of an API, a product, the service. None: it has no policy."""
    return random.choice([None, *sorted(service["certificates"])])


def _certificate(random: Random, name: str) -> dict[str, Any]:
    # a service stores a thumbprint once, and local Azure's vault has one certificate: only one slot may hold it
    kind = random.choice(KINDS if name == "c0" else KINDS[:2])
    return {"kind": kind, "version": random.randrange(VERSIONS)}


def _add_certificate(random: Random, service: dict[str, Any]) -> None:
    name = f"c{random.randrange(4)}"
    service["certificates"].setdefault(name, _certificate(random, name))


def _rotate(random: Random, service: dict[str, Any]) -> None:
    if service["certificates"]:
        chosen = service["certificates"][random.choice(sorted(service["certificates"]))]
        chosen["version"] = (chosen["version"] + 1) % VERSIONS


def _change_kind(random: Random, service: dict[str, Any]) -> None:
    if service["certificates"]:
        name = random.choice(sorted(service["certificates"]))
        service["certificates"][name] = _certificate(random, name)


def _remove_certificate(random: Random, service: dict[str, Any]) -> None:
    if service["certificates"]:
        del service["certificates"][random.choice(sorted(service["certificates"]))]


def _add_api(random: Random, service: dict[str, Any]) -> None:
    if service["certificates"]:
        service["apis"][f"a{random.randrange(4)}"] = {
            "certificate": random.choice(sorted(service["certificates"])),
            "url": random.choice(URLS),
            "policy": random.choice(POLICIES),
            "operations": random.choice(OPERATIONS),
            "operation": _maybe_certificate(random, service),
        }


def _remove_api(random: Random, service: dict[str, Any]) -> None:
    if service["apis"]:
        del service["apis"][random.choice(sorted(service["apis"]))]


def _rebind_operation(random: Random, service: dict[str, Any]) -> None:
    if service["apis"]:
        chosen = service["apis"][random.choice(sorted(service["apis"]))]
        chosen["operation"] = _maybe_certificate(random, service)


def _rebind_scope(random: Random, service: dict[str, Any]) -> None:
    service[random.choice(("product", "policy"))] = _maybe_certificate(random, service)


_EDITS = (
    _rebind_operation,
    _rebind_scope,
    _rebind_scope,
    _add_certificate,
    _rotate,
    _change_kind,
    _remove_certificate,
    _add_api,
    _add_api,
    _remove_api,
)


def _drop_dangling(random: Random, service: dict[str, Any]) -> None:
    """An API whose certificate was removed goes on with another one, or goes, too."""
    for scope in ("product", "policy"):
        if service[scope] not in service["certificates"]:
            service[scope] = _maybe_certificate(random, service)
    for name, api in list(service["apis"].items()):
        if api["operation"] not in service["certificates"]:
            api["operation"] = _maybe_certificate(random, service)
        if api["certificate"] not in service["certificates"]:
            if service["certificates"] and random.random() < 0.7:
                api["certificate"] = random.choice(sorted(service["certificates"]))
            else:
                del service["apis"][name]
