"""Backends of a service. source: REST 2024-05-01, Backend; azurerm#3929 (empty lists); azure-powershell#25799.

Not served, and refused: Service Fabric, a circuit breaker of a pool.
"""

from dataclasses import replace

from local.azure.arm import backend_pins, backend_pools, circuit_breakers
from local.azure.arm.call import Answer, Call, Route, written
from local.azure.arm.certificates import NAME
from local.azure.arm.errors import not_found
from local.azure.arm.fields import Fields, check_name, patched
from local.azure.arm.paths import HOMES, home_of, name_of, resource, service_of
from local.azure.arm.reading import reading
from local.azure.arm.usage import policies_with, pools_with, refuse_if_used
from local.azure.store import Json


async def _put(call: Call) -> Answer:
    check_name(call.names["backend"], NAME, (1, 80), "backendId")
    return _write(call, call.body)


async def _patch(call: Call) -> Answer:
    """What is not sent stays; an object that is sent, like `tls`, replaces the whole object."""
    before = call.entity()
    if before is None:
        raise not_found("Backend")
    answer = _write(call, patched(backend_pins.visible(call, before.body), call.body))
    return Answer(status=200, body=answer.body, headers=answer.headers)


def _write(call: Call, asked: Json) -> Answer:
    fields = Fields(asked)
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    kind = inner.text("type", choices=["Single", "Pool"]) or "Single"
    properties = {
        "title": inner.text("title", lengths=(1, 300)),
        "description": inner.text("description", lengths=(1, 2000)),
        "resourceId": inner.text("resourceId", lengths=(1, 2000)),
        **(_single(call, inner) if kind == "Single" else _pool(call, inner)),
        "type": kind,
    }
    fields.finish()
    shown = {name: value for name, value in properties.items() if value is not None}
    before = call.entity()
    body = resource(before.id if before else call.path, call.kind) | {"properties": shown}
    answer = written(call.azure.store.put(call.path, body), created=before is None)
    return replace(answer, body=backend_pins.visible(call, body))


def _single(call: Call, fields: Fields) -> Json:
    service = call.azure.store.get(service_of(call.path))
    url = fields.text("url", required=True, lengths=(1, 2000))
    _check_url(fields, "url", url)
    fields.only(pool=None)
    return {
        "url": url,
        "protocol": fields.text("protocol", required=True, choices=["http", "soap"]),
        "credentials": _credentials(call, fields),
        "tls": _tls(call, fields.part("tls")),
        "proxy": _proxy(fields),
        "circuitBreaker": circuit_breakers.read(fields, service.body["sku"]["name"] if service else ""),
    }


def _pool(call: Call, fields: Fields) -> Json:
    """What is connected to, and how, is said by the members; url and protocol are kept and mean nothing."""
    before = call.entity()
    if before and any(pools_with(call.azure.store, home_of(call.path), before)):
        fields.problem("type", "A backend that is in a pool cannot become a pool.")  # inferred
    return {
        "url": fields.text("url", lengths=(1, 2000)),
        "protocol": fields.text("protocol", choices=["http", "soap"]),
        "pool": backend_pools.read(fields, call.azure.store, home_of(call.path)),
    }


def _check_url(fields: Fields, name: str, url: str | None) -> None:
    if isinstance(url, str) and not url.startswith(("http://", "https://")):
        fields.problem(name, f"'{url}' is not a valid URL: it starts with http:// or https://.")


def _proxy(parent: Fields) -> Json | None:
    """The password comes back in a GET. source: REST 2024-05-01, Backend - Create, its example."""
    if parent.raw("proxy") is None:
        return None
    fields = parent.part("proxy")
    url = fields.text("url", required=True, lengths=(1, 2000))
    _check_url(fields, "url", url)
    given = {"url": url, "username": fields.text("username"), "password": fields.text("password")}
    return {name: value for name, value in given.items() if value is not None}


def _tls(call: Call, fields: Fields) -> Json:
    """Both flags are true when absent."""
    flags = ("validateCertificateChain", "validateCertificateName")
    return {name: fields.flag(name, default=True) for name in flags} | backend_pins.read(call, fields)


def _credentials(call: Call, parent: Fields) -> Json | None:
    if parent.raw("credentials") is None:
        return None
    fields = parent.part("credentials")
    known = call.azure.store.children(home_of(call.path), "certificates")
    names = {name_of(certificate.id).lower() for certificate in known}
    thumbprints = {certificate.body["properties"]["thumbprint"] for certificate in known}
    certificate_ids, certificates = fields.items("certificateIds"), fields.items("certificate")
    for certificate_id in certificate_ids or ():
        if name_of(str(certificate_id)).lower() not in names:
            parent.problem("credentials", f"Certificate with id '{certificate_id}' not found.")
    for thumbprint in certificates or ():
        if str(thumbprint).upper() not in thumbprints:
            parent.problem("credentials", f"Certificate with thumbprint '{thumbprint}' not found.")
    given = {
        "certificateIds": certificate_ids,
        "certificate": certificates and [str(thumbprint).upper() for thumbprint in certificates],
        "header": _values(fields, "header"),
        "query": _values(fields, "query"),
        "authorization": _authorization(fields),
    }
    return {name: value for name, value in given.items() if value is not None}


def _authorization(parent: Fields) -> Json | None:
    if parent.raw("authorization") is None:
        return None
    fields = parent.part("authorization")
    lengths = {"scheme": (1, 100), "parameter": (1, 300)}
    return {name: fields.text(name, required=True, lengths=length) for name, length in lengths.items()}


def _values(fields: Fields, name: str) -> Json | None:
    given = fields.mapping(name)
    if given and not all(isinstance(values, list) for values in given.values()):
        fields.problem(name, f"'{name}' must hold an array of values for each name.")
    return given


async def _delete(call: Call) -> Answer:
    """That a backend in use cannot be deleted is inferred from policy fragments."""
    entity = call.entity()
    if entity is None:
        return Answer(status=204)
    store, home_id = call.azure.store, home_of(call.path)
    users = [*policies_with(store, home_id, {"backend-id": name_of(entity.id)}), *pools_with(store, home_id, entity)]
    refuse_if_used("Backend", entity, users)
    store.delete(call.path)
    return Answer(status=200)


def _routes(path: str) -> list[Route]:
    return [
        *reading(path, "Backend", backend_pins.shown),
        Route(method="PUT", path=path, handler=_put),
        Route(method="PATCH", path=path, handler=_patch),
        Route(method="DELETE", path=path, handler=_delete),
    ]


ROUTES = [route for home in HOMES for route in _routes(f"{home}/backends/{{backend}}")]
