"""Every field of every argument reaches what is registered: another value, and something registered is another one.

What only decides whether a program is refused reaches nothing; it is listed with the reason, and tested elsewhere.
"""

import json
from collections.abc import Callable
from dataclasses import fields, is_dataclass
from typing import Any

import backend_mtls
import pytest
from every_field import NOT_REGISTERED, OF_SERVICES
from every_field_of_apis import OF_APIS
from google.protobuf.json_format import MessageToDict
from program import Azure, run

from stacks.registered import Monitor

FIELDS = OF_SERVICES | OF_APIS


class _Seen(Monitor):
    """Keeps secrets as they are: a listing would hide that they differ."""

    def RegisterResource(self, request: Any) -> Any:  # noqa: N802 -- the name is gRPC's
        self.raw = [
            *getattr(self, "raw", ()),
            (request.type, request.name, json.dumps(MessageToDict(request.object), sort_keys=True)),
        ]
        return super().RegisterResource(request)


def registered(program: Callable[[], Any]) -> list[Any]:
    """Everything that an engine is told of the program's azure-native resources."""
    monitor = _Seen(Azure())  # type: ignore[arg-type] # it answers the same questions
    run(program, monitor=monitor)
    kept = [each for each in monitor.registered if each.type.startswith("azure-native")]
    options = sorted(repr((e.type, e.name, sorted(e.dependencies), sorted(e.options.items()))) for e in kept)
    return [options, sorted(each for each in monitor.raw if each[0].startswith("azure-native"))]


@pytest.mark.parametrize("field", FIELDS, ids=".".join)
def test_another_value_registers_something_else(field: tuple[str, str]) -> None:
    first, second = FIELDS[field]
    assert registered(first) != registered(second)
    assert registered(first) == registered(first)


PLACES = {(kind, "service") for kind in ("MtlsApiArgs", "MtlsBackendArgs", "BackendPoolArgs")}
PLACES |= {(kind, "workspace") for kind, _ in PLACES}
PLACES |= {("ClientCertificatePolicyArgs", "service"), ("GatewayCertificateAuthorityArgs", "service")}
"""Where something stands, which is where the certificate does: another place is refused (refused.txt)."""


def test_every_field_is_in_the_table() -> None:
    missing = []
    for name in backend_mtls.__all__:
        kind = getattr(backend_mtls, name)
        if not (isinstance(kind, type) and is_dataclass(kind)) or (name, "*") in NOT_REGISTERED:
            continue
        known = {field for owner, field in (*FIELDS, *NOT_REGISTERED, *PLACES) if owner == name}
        missing += [f"{name}.{each.name}" for each in fields(kind) if each.name not in known]
    assert missing == []
