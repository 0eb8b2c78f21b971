"""What exists in Azure, and what refers to what, told from the request log alone.

The log has no bodies; what an entity refers to follows from the configuration that was being deployed when it was put.
Independent of local Azure's own refusals, and of the components: ids are worked out here once more.
"""

import re
from collections.abc import Callable, Iterable
from typing import Any

from ordering.configuration import Configuration
from ordering.declared import declared

Entry = dict[str, Any]
_CHILD = re.compile(
    r".*/providers/Microsoft\.ApiManagement/service/(?P<place>[^/]+(?:/workspaces/[^/]+)?)/(?P<path>.+)"
)
_ENTITY = re.compile(
    r"(certificates|backends|products|gateways|apis|apis/[^/]+/operations|gateways/[^/]+/certificateAuthorities)/[^/]+"
    r"|(?:.+/)?policies/policy"
)


class Model:
    """The entities in each place, and what they refer to."""

    def __init__(self, names: dict[str, str], thumbprint: Callable[[str], str]) -> None:
        self._places = {path: name for name, path in names.items()}
        self._thumbprint = thumbprint
        self.existing: dict[str, set[str]] = {name: set() for name in names}
        """Paths below each place."""
        self.references: dict[tuple[str, str], set[str]] = {}
        """(place, path of an entity) -> paths that it refers to, or stands on."""

    def replay(self, entries: Iterable[Entry], target: Configuration | None) -> list[str]:
        """What was wrong, in order; `target` is what was being deployed (None: a destroy)."""
        wrong = []
        wanted = self._declared(target)
        for entry in entries:
            found = _CHILD.fullmatch(entry["path"])
            if entry["plane"] != "arm" or entry["method"] not in {"PUT", "PATCH", "DELETE"}:
                continue
            if entry["status"] >= 400:
                wrong.append(f"{entry['method']} {entry['path']} was answered with {entry['status']}")
            elif found and found["place"] in self._places and _ENTITY.fullmatch(found["path"]):
                place = self._places[found["place"]]
                if entry["method"] == "DELETE":
                    self._delete(place, found["path"])
                else:
                    self._put(place, found["path"], wanted[place])
                wrong += [f"after {entry['method']} {found['path']}: {problem}" for problem in self._dangling()]
        return wrong

    def difference(self, target: Configuration) -> list[str]:
        """What is there and was not wanted, or the other way round, after `target` was deployed."""
        wanted = self._declared(target)
        return [f"{place}: {path}" for place in wanted for path in sorted(self.existing[place] ^ set(wanted[place]))]

    def _declared(self, target: Configuration | None) -> dict[str, dict[str, set[str]]]:
        contents = target["places"] if target else {}
        found = {name: declared(name, content, self._thumbprint) for name, content in contents.items()}
        return {name: found.get(name, {}) for name in self.existing}

    def _delete(self, place: str, path: str) -> None:
        gone = {each for each in self.existing[place] if each == path or each.startswith(f"{path}/")}
        self.existing[place] -= gone
        for each in gone:
            self.references.pop((place, each), None)

    def _put(self, place: str, path: str, wanted: dict[str, set[str]]) -> None:
        assert path in wanted, f"{place}: {path} was put, but the configuration has no such entity"
        self.existing[place].add(path)
        self.references[place, path] = wanted[path]

    def _dangling(self) -> list[str]:
        return [
            f"{place}: {path} refers to {missing}, which does not exist"
            for (place, path), needed in self.references.items()
            for missing in sorted(needed - self.existing[place])
        ]
