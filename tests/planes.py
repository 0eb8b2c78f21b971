"""Local Azure's data planes in this process, without ARM: tests write the entities that ARM would write."""

import asyncio
import base64
import json
import ssl
import threading
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

from aiohttp import web

from local.azure import backends, gateway, pki, request_log, vault, x509
from local.azure.context import Azure
from local.azure.identity import SignedTokens
from local.azure.listeners import TlsListeners
from local.azure.request_log import RequestLog
from local.azure.store import Json, Store
from local.azure.vault import certificates
from local.endpoints import SUBSCRIPTION_ID
from local.home import Home

T = TypeVar("T")

GROUP = f"/subscriptions/{SUBSCRIPTION_ID}/resourceGroups/rg-platform"
VAULT = f"{GROUP}/providers/Microsoft.KeyVault/vaults/kv-local"
ADMINISTRATOR = "00482a5a-887f-4fb3-b363-3b7fe8e74483"
_numbers = count(1)


@dataclass(frozen=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def body(self) -> Any:
        return json.loads(self.content)


class Planes:
    """The vault `kv-local`, both backends, and a gateway for every service asked for."""

    def __init__(self, root: Path) -> None:
        self.home = Home(root=root)
        self.home.create()
        self.loop = asyncio.new_event_loop()
        self.azure: Azure
        self.tokens: SignedTokens

    @contextmanager
    def running(self) -> Iterator["Planes"]:
        thread = threading.Thread(target=self.loop.run_forever)
        thread.start()
        try:
            self.do(self._start)
            for kind, name in (("vault", "kv-local"), ("backend", "orders"), ("backend", "legacy")):
                self.open(kind, name)
            yield self
        finally:
            asyncio.run_coroutine_threadsafe(self._stop(), self.loop).result(20)
            self.loop.call_soon_threadsafe(self.loop.stop)
            thread.join(20)
            self.loop.close()

    def do(self, action: Callable[..., T], *arguments: Any) -> T:
        """Runs where the store may be used."""

        async def run() -> T:
            return action(*arguments)

        return asyncio.run_coroutine_threadsafe(run(), self.loop).result(20)

    def open(self, kind: str, name: str) -> str:
        opening = self.azure.listeners.open(kind, name)
        return asyncio.run_coroutine_threadsafe(opening, self.loop).result(20)

    def put(self, entity_id: str, properties: Json, private: Json | None = None, **more: Any) -> str:
        self.do(self.azure.store.put, entity_id, {"properties": properties, **more}, private or {})
        return entity_id

    def assign(self, role: str, principal: str, scope: str = VAULT) -> None:
        assignment = f"{scope}/providers/Microsoft.Authorization/roleAssignments/{next(_numbers)}"
        definition = f"/subscriptions/x/providers/Microsoft.Authorization/roleDefinitions/{role}"
        self.put(assignment, {"roleDefinitionId": definition, "principalId": principal})

    @cached_property
    def tls(self) -> ssl.SSLContext:
        return ssl.create_default_context(cafile=str(self.home.pki / "ca.pem"))

    def service(self) -> "Service":
        name = f"service-{next(_numbers)}"
        service_id = f"{GROUP}/providers/Microsoft.ApiManagement/service/{name}"
        self.put(service_id, {}, {"certificates": []}, sku={"name": "Developer"})
        return Service(self, service_id, self.open("gateway", service_id))

    def _start(self) -> None:
        pki.seed(self.home)
        store = Store(self.home.database)
        listeners = TlsListeners(self.home, 0, self._make, lambda: None)
        self.tokens = SignedTokens(store)
        log = RequestLog(self.home.request_log)
        self.azure = Azure(home=self.home, store=store, log=log, listeners=listeners, tokens=self.tokens)
        store.put(GROUP, {"location": "westeurope"})
        store.put(VAULT, {"location": "westeurope", "properties": {"enableRbacAuthorization": True}})
        request = {"policy": certificates.client_policy("CN=orders-client")}
        certificates.create(store, "kv-local", "orders-client", request)

    def _make(self, kind: str, name: str) -> tuple[web.Application, ssl.SSLContext]:
        if kind == "backend":
            return backends.application(self.azure, name), backends.tls_context(self.azure, name)
        if kind == "gateway":  # a service's id, for a self-hosted one followed by // and its name
            service_id, _, own = name.partition("//")
            return gateway.application(self.azure, service_id, own), pki.endpoint_context(self.home)
        return vault.application(self.azure, name), pki.endpoint_context(self.home)

    async def _stop(self) -> None:
        await self.azure.listeners.stop()  # type: ignore[attr-defined]  # only the implementation has it
        self.azure.store.close()
        self.azure.log.close()


@dataclass(frozen=True)
class Service:
    """One API Management service and its gateway."""

    planes: Planes
    id: str
    url: str

    def trust(self, *pems: bytes) -> None:
        """The service's CA certificates."""
        known = [{"storeName": "Root", "pem": pem.decode()} for pem in pems]
        self.planes.put(self.id, {}, {"certificates": known})

    def certificate(self, name: str, pair: x509.Pair) -> None:
        pfx = base64.b64encode(x509.pkcs12_of(pair)).decode()
        self.planes.put(
            f"{self.id}/certificates/{name}", {"thumbprint": x509.thumbprint(pair.certificate)}, {"pfx": pfx}
        )

    def backend(self, name: str, url: str, chain: bool = True, check_name: bool = True, **more: Any) -> None:
        tls = {"validateCertificateChain": chain, "validateCertificateName": check_name}
        self.planes.put(f"{self.id}/backends/{name}", {"url": url, "protocol": "http", "tls": tls, **more})

    def api(self, name: str, policy: str | None = None, **properties: Any) -> None:
        api = self.planes.put(f"{self.id}/apis/{name}", {"path": name, "subscriptionRequired": False} | properties)
        self.planes.put(f"{api}/operations/get", {"method": "GET", "urlTemplate": "/*"})
        if policy is not None:
            self.policy(policy, f"/apis/{name}")

    def policy(self, document: str, scope: str = "") -> None:
        self.planes.put(f"{self.id}{scope}/policies/policy", {"value": "ignored"}, {"rawxml": document})

    def call(self, path: str, method: str = "GET", data: bytes | None = None, **headers: str) -> Answer:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        request = urllib.request.Request(self.url + path, method=method, data=data, headers=sent)  # noqa: S310  https
        try:
            response = urllib.request.urlopen(request, context=self.planes.tls, timeout=20)  # noqa: S310  https
        except urllib.error.HTTPError as error:
            response = error
        with response:
            return Answer(response.status, response.headers, response.read())

    def log(self) -> list[dict[str, Any]]:
        """What the gateway logged, oldest first."""
        name = self.id.rsplit("/", 1)[-1]
        return [entry for entry in request_log.read(self.planes.home.request_log) if entry.get("service") == name]
