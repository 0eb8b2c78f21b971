"""Puts local Azure together: what is in a new home, and what listens where."""

import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from aiohttp import web

from local import endpoints
from local.azure import arm, backends, gateway, identity, landing_zone, pki, vault
from local.azure.arm import self_hosted_gateways, services, vaults
from local.azure.arm.paths import all_of, name_of
from local.azure.context import Azure
from local.azure.listeners import TlsListeners
from local.azure.request_log import RequestLog
from local.azure.store import Store
from local.endpoints import SUBSCRIPTION_ID, TENANT_ID, Endpoints
from local.home import Home

LARGEST_REQUEST = 4 * 1024 * 1024
"""ARM's own limit."""


@asynccontextmanager
async def serving(home: Home, port: int | None, report: Callable[[str], None]) -> AsyncIterator[Azure]:
    """Local Azure, as long as the block runs. `report` gets a line per step."""
    server = _Server(home, port)
    try:
        await server.start(report)
        yield server.azure
    finally:
        await server.listeners.stop()
        server.azure.store.close()
        server.azure.log.close()


class _Server:
    def __init__(self, home: Home, port: int | None) -> None:
        self.home = home
        self.listeners = TlsListeners(home, port, self._make, self._save)
        store = Store(home.database)
        self.tokens = identity.SignedTokens(store)
        self.azure = Azure(
            home=home,
            store=store,
            log=RequestLog(home.request_log),
            listeners=self.listeners,
            tokens=self.tokens,
        )
        self._ready = False

    async def start(self, report: Callable[[str], None]) -> None:
        """Opens every listener that the home knows."""
        if not landing_zone.exists(self.azure):
            report("Making certificates and the landing zone (once) …")
        pki.seed(self.home)
        landing_zone.seed(self.azure, self.tokens.principal_id)
        report("Opening listeners …")
        await self.listeners.open("arm", "arm")
        for name in pki.BACKENDS:
            await self.listeners.open("backend", name)
        for entity in all_of(self.azure.store, vaults.TYPE):
            await self.listeners.open("vault", name_of(entity.id))
        for entity in all_of(self.azure.store, services.TYPE):
            await self.listeners.open("gateway", name_of(entity.id))
            await self_hosted_gateways.open_all(self.azure, entity.id)
        self._ready = True
        self._save()

    def _make(self, kind: str, name: str) -> tuple[web.Application, ssl.SSLContext]:
        if kind == "backend":
            return backends.application(self.azure, name), backends.tls_context(self.azure, name)
        if kind == "vault":
            return vault.application(self.azure, name), pki.endpoint_context(self.home)
        if kind == "gateway":
            service, _, own = name.partition("/")
            found = [s for s in all_of(self.azure.store, services.TYPE) if name_of(s.id).lower() == service.lower()]
            return gateway.application(self.azure, found[0].id, own), pki.endpoint_context(self.home)
        return self._resource_manager(), pki.endpoint_context(self.home)

    def _resource_manager(self) -> web.Application:
        async def handle(request: web.Request) -> web.Response:
            return await arm.answer(self.azure, request)

        application = web.Application(client_max_size=LARGEST_REQUEST)
        identity.add_routes(application, self.azure, self.tokens)
        application.router.add_route("*", "/{path:.*}", handle)
        return application

    def _save(self) -> None:
        if not self._ready:
            return
        address = self.listeners.address("arm", "arm") or ""
        found = Endpoints(
            arm=address,
            authority=address,
            tenant_id=TENANT_ID,
            subscription_id=SUBSCRIPTION_ID,
            client_id=self.tokens.client_id,
            client_secret=self.tokens.client_secret,
            ca=str(self.home.pki / "ca.pem"),
            vaults=self.listeners.addresses("vault"),
            gateways=self.listeners.addresses("gateway"),
            backends=self.listeners.addresses("backend"),
        )
        endpoints.save(self.home, found)
