"""What exists in Azure, and what every policy refers to, told from the request log alone.

The log has no bodies; what a policy refers to follows from the configuration that was being deployed when it was put.
Independent of local Azure's own refusals, and of the components: ids are worked out here once more.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ordering.configuration import Configuration

Entry = dict[str, Any]
_CHILD = re.compile(r".*/providers/Microsoft\.ApiManagement/service/(?P<service>[^/]+)/(?P<path>.+)")
_ENTITY = re.compile(r"(certificates|backends|products|apis|apis/[^/]+/operations)/[^/]+|(?:.+/)?policies/policy")


class Model:
    """The entities below each service, and the references of their policies."""

    def __init__(self, names: dict[str, str], thumbprint: Callable[[str], str]) -> None:
        self._services = {service: name for name, service in names.items()}
        self._thumbprint = thumbprint
        self.existing: dict[str, set[str]] = {name: set() for name in names}
        """Paths below each service."""
        self.references: dict[tuple[str, str], set[str]] = {}
        """(service, path of a policy) -> paths that it refers to."""

    def replay(self, entries: Iterable[Entry], target: Configuration | None) -> list[str]:
        """What was wrong, in order; `target` is what was being deployed (None: a destroy)."""
        wrong = []
        for entry in entries:
            found = _CHILD.fullmatch(entry["path"])
            if entry["plane"] != "arm" or entry["method"] not in {"PUT", "PATCH", "DELETE"}:
                continue
            if entry["status"] >= 400:
                wrong.append(f"{entry['method']} {entry['path']} was answered with {entry['status']}")
            elif found and found["service"] in self._services and _ENTITY.fullmatch(found["path"]):
                self._apply(entry["method"], self._services[found["service"]], found["path"], target)
                wrong += [f"after {entry['method']} {found['path']}: {problem}" for problem in self._dangling()]
        return wrong

    def _apply(self, method: str, service: str, path: str, target: Configuration | None) -> None:
        if method == "DELETE":
            gone = {each for each in self.existing[service] if each == path or each.startswith(f"{path}/")}
            self.existing[service] -= gone
            for each in gone:
                self.references.pop((service, each), None)
            return
        self.existing[service].add(path)
        if path.endswith("policies/policy"):
            self.references[service, path] = self._referred(service, path, target)

    def _referred(self, service: str, path: str, target: Configuration | None) -> set[str]:
        content = target["services"][service] if target else None
        for place, certificate, needed in _policies(service, content) if content else ():
            if place == path:
                return {*needed, f"certificates/{self._certificate_id(service, certificate, content)}"}
        raise AssertionError(f"{path} was put, but the configuration has no such policy")

    def _certificate_id(self, service: str, key: str, content: dict[str, Any]) -> str:
        certificate, name = content["certificates"][key], f"{service}-{key}"
        if certificate["kind"] == "addressed":
            thumbprint = self._thumbprint(f"{name}-addressed-{certificate['version']}")
            return f"{name}-{thumbprint[:8].lower()}"
        return f"{name}-fixed" if certificate["kind"] == "fixed" else name

    def _dangling(self) -> list[str]:
        return [
            f"{service}: {policy} refers to {missing}, which does not exist"
            for (service, policy), needed in self.references.items()
            for missing in sorted(needed - self.existing[service])
        ]


def _policies(service: str, content: dict[str, Any]) -> Iterator[tuple[str, str, set[str]]]:
    """Path, certificate, and what else it refers to or stands on, of each policy of a service's configuration."""
    if content["policy"]:
        yield "policies/policy", content["policy"], set()
    if content["product"]:
        product = f"products/{service}-product"
        yield f"{product}/policies/policy", content["product"], {product}
    for key, api in content["apis"].items():
        path, backend = f"apis/{service}-{key}", f"backends/{service}-{key}"
        yield f"{path}/policies/policy", api["certificate"], {path, backend}
        if api["operation"]:
            operation = f"{path}/operations/get-any"  # the first of every API is GET /*
            yield f"{operation}/policies/policy", api["operation"], {operation, backend}
