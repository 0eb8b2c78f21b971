"""Backends of a service. source: REST 2024-05-01, Backend; azurerm#3929 (empty lists); azure-powershell#25799.

Not served, and refused: pools, circuit breakers, proxies, Service Fabric.
"""

from local.azure.arm.call import Answer, Call, Route, written
from local.azure.arm.certificates import NAME
from local.azure.arm.errors import not_found
from local.azure.arm.fields import Fields, check_name, patched
from local.azure.arm.paths import HOMES, home_of, name_of, resource
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
    answer = _write(call, patched(before.body, call.body))
    return Answer(status=200, body=answer.body, headers=answer.headers)


def _write(call: Call, asked: Json) -> Answer:
    fields = Fields(asked)
    fields.ignore("id", "name", "type")
    inner = fields.part("properties")
    properties = {
        "url": inner.text("url", required=True, lengths=(1, 2000)),
        "protocol": inner.text("protocol", required=True, choices=["http", "soap"]),
        "title": inner.text("title", lengths=(1, 300)),
        "description": inner.text("description", lengths=(1, 2000)),
        "resourceId": inner.text("resourceId", lengths=(1, 2000)),
        "credentials": _credentials(call, inner),
        "tls": _tls(inner.part("tls")),
        "type": "Single",
    }
    url = properties["url"]
    if isinstance(url, str) and not url.startswith(("http://", "https://")):
        inner.problem("url", f"'{url}' is not a valid URL: it starts with http:// or https://.")
    inner.only(type="Single")
    fields.finish()
    shown = {name: value for name, value in properties.items() if value is not None}
    before = call.entity()
    body = resource(before.id if before else call.path, call.kind) | {"properties": shown}
    return written(call.azure.store.put(call.path, body), created=before is None)


def _tls(fields: Fields) -> Json:
    """Both flags are true when absent."""
    return {name: fields.flag(name, default=True) for name in ("validateCertificateChain", "validateCertificateName")}


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
        "authorization": fields.mapping("authorization"),
    }
    return {name: value for name, value in given.items() if value is not None}


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
        *reading(path, "Backend"),
        Route(method="PUT", path=path, handler=_put),
        Route(method="PATCH", path=path, handler=_patch),
        Route(method="DELETE", path=path, handler=_delete),
    ]


ROUTES = [route for home in HOMES for route in _routes(f"{home}/backends/{{backend}}")]
