"""Random stacks as plain JSON, and everything that somebody may do to one in a pull request.

A stack stands on one of two services that exist. Its certificates come from four PFX files: the backends accept the
first three, the last one is a stranger's. Nothing is left out because Azure refuses it: that is for the report to say.
"""

import copy
from collections.abc import Callable
from random import Random
from typing import Any

Stack = dict[str, Any]
SERVICES = ("first", "second")
FILES = ("p0", "p1", "p2", "stranger")
NAMES = ("a", "b", "c", "d")
FLAG = '@(context.Request.Headers.ContainsKey("x-flag"))'
REFUSE = '<return-response><set-status code="403" reason="Forbidden" /></return-response>'
GUARD = (
    '<check-header name="x-flag" failed-check-httpcode="403" failed-check-error-message="no"><value>1</value>'
    "</check-header>"
)
PIECES = (
    '<set-header name="X-From" exists-action="override"><value>gateway</value></set-header>',
    GUARD,
    f"<choose><when condition='{FLAG}'>{REFUSE}</when></choose>",
    f"<choose><when condition='{FLAG}'>{GUARD}</when></choose>",
    f"<choose><when condition='@(!context.Request.Headers.ContainsKey(\"x-flag\"))'>{REFUSE}</when></choose>",
    f"<!-- {GUARD} -->",
    REFUSE,
    "<mock-response status-code='200' />",
)
"""What a policy may hold in `<inbound>`, before or behind `<base />`; what is bound stands behind the last one."""
AGAIN = 'condition="@(context.Response.StatusCode == 503)" count="1" interval="0"'
BACKENDS = ("<base />", "", f"<retry {AGAIN}><forward-request /></retry>")
OUTER = ("", GUARD, PIECES[0])


def policy(random: Random) -> dict[str, Any]:
    """A document in parts."""
    picked = random.sample(PIECES, random.choice((0, 0, 1, 1, 2)))
    return {
        "before": [each for each in picked if random.random() < 0.5],
        "behind": [each for each in picked if random.random() < 0.5],
        "base": random.random() < 0.85,
        "backend": random.choice((0, 0, 0, 0, 1, 2)),
    }


def document(given: dict[str, Any]) -> str:
    """The document of these parts."""
    base = "<base />" if given["base"] else ""
    inbound = "".join((*given["before"], base, *given["behind"]))
    return f"<policies><inbound>{inbound}</inbound><backend>{BACKENDS[given['backend']]}</backend></policies>"


def certificate(random: Random) -> dict[str, Any]:
    """A PFX, with an id of its own or one that follows from its content."""
    return {"file": random.choice(FILES[:3]), "id": None}


def api(random: Random, stack: Stack, name: str) -> dict[str, Any]:
    """An API with a path that looks like its name."""
    return {
        "id": name,
        "path": f"{name}-path",
        "certificate": random.choice(sorted(stack["certificates"])),
        "backend": random.choice(("orders", "legacy")),
        "chain": False,
        "key": random.random() < 0.3,
        "policy": policy(random) if random.random() < 0.5 else None,
    }


def generate(random: Random) -> Stack:
    """Two certificates and two or three APIs."""
    stack: Stack = {"service": "first", "certificates": {}, "apis": {}, "outer": 0}
    for name, file in zip(NAMES, random.sample(FILES[:3], 2), strict=False):
        stack["certificates"][name] = {"file": file, "id": f"id-{name}" if random.random() < 0.4 else None}
    for name in random.sample(NAMES, random.choice((2, 3))):
        stack["apis"][name] = api(random, stack, name)
    return stack


def edit(random: Random, before: Stack) -> tuple[str, Stack]:
    """What somebody does to a stack, and its name; sometimes two things at once."""
    while True:
        after = copy.deepcopy(before)
        names = random.sample(sorted(EDITS), random.choice((1, 1, 1, 2)))
        for name in names:
            if after["apis"]:
                EDITS[name](random, after)
        if after != before and after["apis"] and after["certificates"]:
            return " and ".join(names), after


def _rename(random: Random, held: dict[str, Any]) -> tuple[str, str] | None:
    """(old, new) name of one of them."""
    free = [each for each in NAMES if each not in held]
    if not held or not free:
        return None
    old, new = random.choice(sorted(held)), random.choice(free)
    held[new] = held.pop(old)
    return old, new


def rename_certificate(random: Random, stack: Stack) -> None:
    """The component has another name."""
    renamed = _rename(random, stack["certificates"])
    for each in stack["apis"].values() if renamed else ():
        each["certificate"] = renamed[1] if each["certificate"] == renamed[0] else each["certificate"]


def rename_api(random: Random, stack: Stack) -> None:
    """The component has another name; id and path stay."""
    _rename(random, stack["apis"])


def rename_api_with_its_id(random: Random, stack: Stack) -> None:
    """Name and id are other ones; the path stays."""
    renamed = _rename(random, stack["apis"])
    if renamed:
        stack["apis"][renamed[1]]["id"] = renamed[1]


def _of_certificate(key: str, values: Callable[[Random], Any]) -> Callable[[Random, Stack], None]:
    def change(random: Random, stack: Stack) -> None:
        stack["certificates"][random.choice(sorted(stack["certificates"]))][key] = values(random)

    return change


def _of_api(key: str, values: Callable[[Random], Any]) -> Callable[[Random, Stack], None]:
    def change(random: Random, stack: Stack) -> None:
        stack["apis"][random.choice(sorted(stack["apis"]))][key] = values(random)

    return change


def swap_certificates(random: Random, stack: Stack) -> None:
    """Two certificates have each other's content."""
    if len(stack["certificates"]) > 1:
        one, other = random.sample(sorted(stack["certificates"]), 2)
        held = stack["certificates"]
        held[one]["file"], held[other]["file"] = held[other]["file"], held[one]["file"]


def swap_paths(random: Random, stack: Stack) -> None:
    """Two APIs have each other's path."""
    if len(stack["apis"]) > 1:
        one, other = random.sample(sorted(stack["apis"]), 2)
        held = stack["apis"]
        held[one]["path"], held[other]["path"] = held[other]["path"], held[one]["path"]


def remove_api(random: Random, stack: Stack) -> None:
    """One goes."""
    del stack["apis"][random.choice(sorted(stack["apis"]))]


def add_api(random: Random, stack: Stack) -> None:
    """One more, perhaps at the path of another one."""
    free = [each for each in NAMES if each not in stack["apis"]]
    if free:
        name = random.choice(free)
        stack["apis"][name] = api(random, stack, name)
        if random.random() < 0.2:
            stack["apis"][name]["path"] = random.choice(sorted(each["path"] for each in stack["apis"].values()))


def replace_api(random: Random, stack: Stack) -> None:
    """One goes, and another one takes its path."""
    old = random.choice(sorted(stack["apis"]))
    path = stack["apis"].pop(old)["path"]
    name = random.choice([each for each in NAMES if each not in stack["apis"] and each != old] or [old])
    stack["apis"][name] = api(random, stack, name) | {"path": path}


def add_certificate(random: Random, stack: Stack) -> None:
    """One more, perhaps with a content that another one has."""
    free = [each for each in NAMES if each not in stack["certificates"]]
    if free:
        stack["certificates"][random.choice(free)] = {"file": random.choice(FILES), "id": None}


def remove_certificate(random: Random, stack: Stack) -> None:
    """One goes, and what presented it presents another one."""
    if len(stack["certificates"]) > 1:
        gone = random.choice(sorted(stack["certificates"]))
        del stack["certificates"][gone]
        for each in stack["apis"].values():
            if each["certificate"] == gone:
                each["certificate"] = random.choice(sorted(stack["certificates"]))


def another_certificate(random: Random, stack: Stack) -> None:
    """An API presents another one."""
    stack["apis"][random.choice(sorted(stack["apis"]))]["certificate"] = random.choice(sorted(stack["certificates"]))


def another_service(_: Random, stack: Stack) -> None:
    """The stack is pointed at the other service."""
    stack["service"] = SERVICES[stack["service"] == SERVICES[0]]


EDITS: dict[str, Callable[[Random, Stack], None]] = {
    "rename certificate": rename_certificate,
    "certificate id": _of_certificate("id", lambda random: random.choice([None, *(f"id-{each}" for each in NAMES)])),
    "rotate": _of_certificate("file", lambda random: random.choice(FILES)),
    "swap certificates": swap_certificates,
    "add certificate": add_certificate,
    "remove certificate": remove_certificate,
    "another certificate": another_certificate,
    "rename api": rename_api,
    "rename api with its id": rename_api_with_its_id,
    "api id": _of_api("id", lambda random: f"id-{random.choice(NAMES)}"),
    "path": _of_api("path", lambda random: f"{random.choice(NAMES)}-path"),
    "swap paths": swap_paths,
    "remove api": remove_api,
    "add api": add_api,
    "replace api": replace_api,
    "backend": _of_api("backend", lambda random: random.choice(("orders", "legacy"))),
    "chain validation": _of_api("chain", lambda random: random.random() < 0.5),
    "key": _of_api("key", lambda random: random.random() < 0.5),
    "policy": _of_api("policy", lambda random: policy(random) if random.random() < 0.8 else None),
    "outer policy": lambda random, stack: stack.update(outer=random.randrange(len(OUTER))),
    "another service": another_service,
}
