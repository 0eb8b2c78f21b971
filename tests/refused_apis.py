"""Programs that are refused because of a backend, a policy or an API, each with one mistake."""

from pathlib import Path

import pulumi
from backend_mtls import (
    ApiManagement,
    BackendCredentials,
    BackendProxy,
    BackendSettings,
    CircuitBreaker,
    MtlsBackend,
    MtlsBackendArgs,
    PolicyScope,
    PoolMember,
)
from certificates import make
from declared import api, backend, pfx_certificate, policy, pool, service, vault_certificate, workspace

SELF_SIGNED = make("appliance")
BOUND = """<policies><inbound><base />{}</inbound><backend><base /></backend><outbound><base /></outbound></policies>"""


def orders(sku: str = "Developer", **args: object) -> object:
    return api(vault_certificate(service(sku)), **args)


def calls(sku: str = "Developer", **settings: object) -> object:
    return backend(vault_certificate(service(sku)), **settings)


def breaks(sku: str = "Developer", **rule: object) -> object:
    return calls(sku, circuit_breaker=CircuitBreaker(**rule))


def document(text: str | Path, sku: str = "Developer", **args: object) -> object:
    certificate = vault_certificate(service(sku))
    return policy(certificate, backend=backend(certificate), document=text, **args)


def late_orders(**args: object) -> object:
    late = ApiManagement.from_existing(
        "late", resource_group_name=pulumi.Output.from_input("rg"), service_name=pulumi.Output.from_input("late")
    )
    return api(vault_certificate(late), **args)


PROGRAMS = {
    "backend: http": lambda: calls(url="http://orders"),
    "backend: credentials in the URL": lambda: calls(url="https://me:secret@orders"),
    "backend: malformed port": lambda: calls(url="https://orders:99999"),
    "backend: query in the URL": lambda: calls(url="https://orders/?a=b"),
    "backend: no host": lambda: calls(url="https:///orders"),
    "backend: URL too long": lambda: calls(url=f"https://orders/{'x' * 60}" + "y" * 1940),
    "backend: unknown protocol": lambda: calls(protocol="https"),
    "backend: empty title": lambda: calls(title=""),
    "backend: title too long": lambda: calls(title="x" * 301),
    "backend: description too long": lambda: calls(
        description="x" * 1990, skip_chain_validation_reason="it has a private authority"
    ),
    "backend: chain validation off without a reason": lambda: calls(skip_chain_validation_reason=" "),
    "backend: name validation off without a reason": lambda: calls(skip_name_validation_reason=""),
    "backend: malformed id": lambda: calls(backend_id="a?b"),
    "backend: empty credentials": lambda: calls(credentials=BackendCredentials()),
    "backend: malformed header": lambda: calls(credentials=BackendCredentials(headers={"X Y": ["1"]})),
    "backend: header as a text": lambda: calls(credentials=BackendCredentials(headers={"X-Y": "1"})),
    "backend: query parameter without a value": lambda: calls(credentials=BackendCredentials(query={"a": []})),
    "backend: incomplete authorization": lambda: calls(credentials=BackendCredentials(authorization=("Basic", ""))),
    "backend: proxy with a password in its URL": lambda: calls(proxy=BackendProxy(url="http://me:secret@proxy")),
    "backend: value on two lines": lambda: calls(credentials=BackendCredentials(headers={"X": ["a\nX-Admin: yes"]})),
    "backend: empty id": lambda: calls(backend_id=""),
    "backend: proxy without scheme": lambda: calls(proxy=BackendProxy(url="proxy:3128")),
    "backend: circuit breaker on Consumption": lambda: breaks("Consumption"),
    "backend: no failures": lambda: breaks(failures=0),
    "backend: malformed interval": lambda: breaks(interval="1m"),
    "backend: malformed trip duration": lambda: breaks(trip_duration="P"),
    "backend: malformed status codes": lambda: breaks(status_codes=[(500, 400)]),
    "backend: no status codes": lambda: breaks(status_codes=[]),
    "backend: self-signed server certificate": lambda: calls(
        server_certificate=SELF_SIGNED.pem, skip_name_validation_reason="named after the appliance"
    ),
    "backend: server certificate for another name": lambda: calls(
        server_certificate=SELF_SIGNED.pem, skip_chain_validation_reason="signed by itself"
    ),
    "backend: server certificate that is none": lambda: calls(server_certificate=b"x"),
    "backend: twice the same id": lambda: (
        backend(certificate := vault_certificate(service()), "one"),
        backend(certificate, "two", backend_id="One"),
    ),
    "pool: empty": lambda: pool(on=service()),
    "pool: on Consumption": lambda: pool(
        PoolMember(backend=backend(vault_certificate(on := service("Consumption")))), on=on
    ),
    "pool: member twice": lambda: pool(
        PoolMember(backend=(one := backend(vault_certificate(on := service())))), PoolMember(backend=one), on=on
    ),
    "pool: weight": lambda: pool(PoolMember(backend=backend(vault_certificate(on := service())), weight=101), on=on),
    "pool: priority": lambda: pool(PoolMember(backend=backend(vault_certificate(on := service())), priority=-1), on=on),
    "pool: member of another service": lambda: pool(
        PoolMember(backend=backend(vault_certificate(service()))), on=service(name="other")
    ),
    "backend: notes a certificate of another service": lambda: MtlsBackend(
        "noted",
        MtlsBackendArgs(
            service=service(name="other"),
            certificate=vault_certificate(service()),
            settings=BackendSettings(url="https://orders"),
            record_certificate=True,
        ),
    ),
    "policy: no root": lambda: document("<fragment />"),
    "policy: unbalanced": lambda: document("<policies><inbound></policies>"),
    "policy: another certificate": lambda: document(BOUND.format('<authentication-certificate thumbprint="00" />')),
    "policy: another backend": lambda: document(BOUND.format('<set-backend-service backend-id="other" />')),
    "policy: file that is not there": lambda: document(Path("gone.xml")),
    "policy: file that is no text": lambda: document(Path(__file__).parent / "components/not-utf-8.xml"),
    "policy: too long": lambda: document(BOUND.format(f"<!-- {'x' * 262_144} -->")),
    "policy: too long for Consumption": lambda: document(BOUND.format(f"<!-- {'x' * 16_384} -->"), "Consumption"),
    "policy: certificate of another service": lambda: policy(
        vault_certificate(service()), service=service(name="other")
    ),
    "policy: certificate of a workspace": lambda: policy(
        pfx_certificate(on := service("Premium"), workspace=workspace(on)), scope=PolicyScope.api("orders")
    ),
    "policy: backend of another service": lambda: policy(
        vault_certificate(service()), backend=backend(vault_certificate(service(name="other")), "other")
    ),
    "policy: two for one scope": lambda: (
        policy(certificate := vault_certificate(service()), "one"),
        policy(certificate, "two"),
    ),
    "api: no path": lambda: orders(path=None),
    "api: slash before the path": lambda: orders(path="/orders"),
    "api: path too long": lambda: orders(path="x" * 401),
    "api: malformed id": lambda: orders(api_id="a+b"),
    "api: unknown protocol": lambda: orders(protocols=["ftp"]),
    "api: no protocol": lambda: orders(protocols=[]),
    "api: empty display name": lambda: orders(display_name=""),
    "api: malformed revision": lambda: orders(revision="v2"),
    "api: a version without a set": lambda: orders(version="v1"),
    "api: empty version": lambda: orders(version="", version_set="orders"),
    "api: malformed version set": lambda: orders(version="v1", version_set="a/b"),
    "api: a revision after the next": lambda: orders(revision="3"),
    "api: a revision of a service that is named later": lambda: late_orders(revision="2"),
    "api: malformed operation": lambda: orders(operations=["get /"]),
    "api: operations with the same id": lambda: orders(operations=["GET /a/b", "GET /a-b"]),
    "api: operations and OpenAPI": lambda: orders(operations=["GET /*"], openapi="{}"),
    "api: no backend": lambda: orders(backend=None),
    "api: two backends": lambda: api(
        certificate := vault_certificate(service()), shared_backend=backend(certificate, "shared")
    ),
    "api: path of an existing API": lambda: orders(existing_api=True),
    "api: existing, and not there": lambda: orders(existing_api=True, path=None, api_id="gone"),
    "api: existing and adopted": lambda: orders(existing_api=True, path=None, adopt=["api"]),
    "api: unknown part to adopt": lambda: orders(adopt=["operations"]),
    "api: shared backend adopted": lambda: api(
        certificate := vault_certificate(service()),
        backend=None,
        shared_backend=backend(certificate, "shared"),
        adopt=["backend"],
    ),
    "api: twice the same id": lambda: (
        api(certificate := vault_certificate(service()), "one"),
        api(certificate, "two", api_id="ONE", path="two", backend=None, shared_backend=backend(certificate, "other")),
    ),
    "api: twice the same path": lambda: (
        api(certificate := vault_certificate(service()), "one"),
        api(certificate, "two", path="Orders"),
    ),
    "api: twice the empty path": lambda: (
        api(certificate := vault_certificate(service()), "one", path=""),
        api(certificate, "two", path=""),
    ),
    "api: http and a reason without words": lambda: orders(
        backend=BackendSettings(url="http://orders", skip_name_validation_reason="")
    ),
}
