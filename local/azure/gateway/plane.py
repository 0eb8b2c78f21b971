"""What listens at a service's gateway address: finds the API, checks the key, runs the policies, answers.

Every answer is in the request log, with the reason that the caller does not see.
"""

import uuid
from collections.abc import AsyncIterator

from aiohttp import web
from multidict import CIMultiDict

from local.azure.context import Azure
from local.azure.gateway import containers, pipeline
from local.azure.gateway.effective import scopes
from local.azure.gateway.exchange import Exchange, refusal
from local.azure.gateway.failures import CallError
from local.azure.gateway.forward import DEBUG_HEADER, Forwarder
from local.azure.gateway.model import Api, Model, Operation
from local.azure.traces import Trace


def application(azure: Azure, service_id: str, gateway_id: str = "") -> web.Application:
    """The managed gateway of one service, or a self-hosted one."""
    app = web.Application(client_max_size=0)
    gateway = Gateway(azure, service_id, gateway_id)
    app.router.add_route("*", "/{path:.*}", gateway.answer)
    app.cleanup_ctx.append(gateway.running)
    return app


class Gateway:
    """Answers calls; reads the service anew after any change in the store."""

    def __init__(self, azure: Azure, service_id: str, gateway_id: str) -> None:
        self._azure = azure
        self._service_id = service_id
        self._gateway_id = gateway_id
        self._name = service_id.rsplit("/", 1)[-1]
        self._known = Model(azure.store, service_id, gateway_id)
        self._forwarder: Forwarder
        self._running: containers.Gateway

    async def running(self, _: web.Application) -> AsyncIterator[None]:
        """Has connections to backends as long as the application runs."""
        self._forwarder = Forwarder(self._azure, self._service_id, self._gateway_id)
        self._running = containers.Gateway(forward=self._forwarder.forward)
        yield
        await self._forwarder.close()

    async def answer(self, request: web.Request) -> web.Response:
        """One call."""
        activity_id, trace = str(uuid.uuid4()), Trace(self._name)
        api: Api | None = None
        reason: str | None
        try:
            api, operation, rest = self._model().route(
                request.method, request.rel_url.raw_path, request.headers, request.query
            )
            exchange = await self._admitted(request, api, operation, rest, activity_id=activity_id, trace=trace)
            message, reason = await pipeline.run(exchange, self._running)
        except CallError as error:
            message, reason = refusal(error, activity_id), error.reason
        self._azure.log.write(
            "gateway",
            request.method,
            request.path,
            message.status,
            service=self._name,
            api=api.name if api else None,
            activity_id=activity_id,
            reason=reason,
        )
        if self._azure.traces.accepts(request.headers.get(DEBUG_HEADER, ""), self._service_id):
            self._azure.traces.save(trace.id, trace.body)
            message.headers["Apim-Trace-Id"] = trace.id
        message.headers.popall("Content-Length", None)
        return web.Response(status=message.status, reason=message.reason, headers=message.headers, body=message.body)

    async def _admitted(
        self, request: web.Request, api: Api, operation: Operation, rest: str, *, activity_id: str, trace: Trace
    ) -> Exchange:
        key = request.headers.get(api.key_names["header"]) or request.query.get(api.key_names["query"])
        product_id, subscription_id = self._model().admit(api, key)
        return Exchange(
            store=self._azure.store,
            scopes=scopes(self._service_id, api, operation, product_id),
            api=api,
            operation=operation,
            method=request.method,
            rest=rest,
            query=request.rel_url.raw_query_string,
            headers=CIMultiDict(request.headers),
            body=await request.read(),
            activity_id=activity_id,
            trace=trace,
            base_url=api.properties.get("serviceUrl") or "",
            remote=request.remote or "",
            product_id=product_id,
            subscription_id=subscription_id,
            matched=operation.matched(rest, request.query),
        )

    def _model(self) -> Model:
        if self._known.revision != self._azure.store.revision:
            self._known = Model(self._azure.store, self._service_id, self._gateway_id)
        return self._known
