"""The entities that a place's configuration means, each with the entities that it refers to or stands on."""

from collections.abc import Callable
from typing import Any

_OPERATION_IDS = {"GET /*": "get-any", "POST /orders/{id}": "post-orders-id"}


def declared(place: str, content: dict[str, Any], thumbprint: Callable[[str], str]) -> dict[str, set[str]]:
    """Path -> paths, all below the place. `thumbprint` says that of a PFX by name, kind and version."""
    certificates = {
        key: f"certificates/{_certificate_id(f'{place}-{key}', certificate, thumbprint)}"
        for key, certificate in content["certificates"].items()
    }
    found: dict[str, set[str]] = {path: set() for path in certificates.values()}
    for key, backend in content["backends"].items():
        found[f"backends/{place}-{key}"] = {certificates[backend["certificate"]]} if backend["recorded"] else set()
    for key, pool in content["pools"].items():
        found[f"backends/{place}-{key}"] = {f"backends/{place}-{member}" for member in pool["members"]}
    for key, api in content["apis"].items():
        found |= _api(place, key, api, certificates)
    return found | _scopes(place, content["scopes"], certificates)


def _certificate_id(name: str, certificate: dict[str, Any], thumbprint: Callable[[str], str]) -> str:
    if certificate["kind"] != "addressed":
        return name
    found = thumbprint(f"{name}-addressed-{certificate['version']}")
    return f"{name}-{found[:8].lower()}"


def _api(place: str, key: str, api: dict[str, Any], certificates: dict[str, str]) -> dict[str, set[str]]:
    path, backend = f"apis/{place}-{key}", f"backends/{place}-{api['backend'] or key}"
    operations = [f"{path}/operations/{_OPERATION_IDS[each]}" for each in api["operations"]]
    found: dict[str, set[str]] = {path: set(), backend: set()} if api["backend"] is None else {path: set()}
    found |= {operation: {path} for operation in operations}
    found[f"{path}/policies/policy"] = {path, backend, certificates[api["certificate"]]}
    if api["operation"]:
        found[f"{operations[0]}/policies/policy"] = {operations[0], backend, certificates[api["operation"]]}
    return found


def _scopes(place: str, scopes: dict[str, str | None], certificates: dict[str, str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    if policy := scopes["policy"]:
        found["policies/policy"] = {certificates[policy]}
    if product := scopes["product"]:
        path = f"products/{place}-product"
        found |= {path: set(), f"{path}/policies/policy": {path, certificates[product]}}
    if authority := scopes.get("authority"):
        path, certificate = f"gateways/{place}-gateway", certificates[authority]
        entry = f"{path}/certificateAuthorities/{certificate.removeprefix('certificates/')}"
        found |= {path: set(), entry: {path, certificate}}
    return found
