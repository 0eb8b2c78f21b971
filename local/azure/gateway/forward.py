"""`forward-request`: the call to the backend, over real TLS.

source: the trace of an untrusted chain in facts/apim.md (reason and texts), REST 2024-05-01 BackendContract
(credentials); what the v2 tiers say of such a chain: blog.genicot.eu
(apim-v2-internal-ca-backend-trust-serverx509names). That a refused or broken connection is a
BackendConnectionFailure as well is inferred.
"""

import ssl
from collections.abc import Callable
from functools import lru_cache
from typing import Any
from urllib.parse import urlencode, urlsplit

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult
from multidict import CIMultiDict
from yarl import URL

from local.azure import pkcs12
from local.azure.context import Azure, Listeners
from local.azure.gateway import pins, tls, trust
from local.azure.gateway.circuit_breakers import CircuitBreakers
from local.azure.gateway.exchange import Backend, Exchange, Message
from local.azure.gateway.failures import PipelineError
from local.azure.gateway.pools import Pools
from local.azure.store import Json

PRIVATE_ZONE = ".backend.internal"
DEBUG_HEADER = "Apim-Debug-Authorization"

_HOP_BY_HOP = {"connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"}
_NOT_FORWARDED = _HOP_BY_HOP | {"host", "content-length", "expect", DEBUG_HEADER.lower()}
_NO_TRUST = (
    "The underlying connection was closed: Could not establish trust relationship for the SSL/TLS secure channel."
    " The remote certificate is invalid according to the validation procedure."
)

_NO_TRUST_ON_V2 = "The remote certificate was rejected by the provided RemoteCertificateValidationCallback."


class Resolver(AbstractResolver):
    """The private DNS zone: `<name>.backend.internal` is the listener of a backend of local Azure."""

    def __init__(self, listeners: Listeners) -> None:
        self._listeners = listeners
        self._system = aiohttp.ThreadedResolver()

    async def resolve(self, host: str, port: int = 0, family: Any = 0) -> list[ResolveResult]:
        """The zone answers with the listener's port, too; every other name is the system's business."""
        address = self._listeners.address("backend", host.removesuffix(PRIVATE_ZONE))
        if not host.endswith(PRIVATE_ZONE) or port != 443 or address is None:
            return await self._system.resolve(host, port, family)
        found = await self._system.resolve("127.0.0.1", urlsplit(address).port or 443, family)
        return [ResolveResult(**{**result, "hostname": host}) for result in found]

    async def close(self) -> None:
        """Ends the system's resolver."""
        await self._system.close()


class Forwarder:
    """Calls backends; connections are pooled per TLS context."""

    def __init__(self, azure: Azure, service_id: str, gateway_id: str = "") -> None:
        self._azure = azure
        self._service_id = service_id
        self._gateway_id = gateway_id
        self._breakers = CircuitBreakers()
        self._pools = Pools(self._breakers.is_open)
        connector = aiohttp.TCPConnector(resolver=Resolver(azure.listeners), use_dns_cache=False)
        self._session = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), auto_decompress=False
        )

    async def close(self) -> None:
        """Closes all connections."""
        await self._session.close()

    async def forward(self, exchange: Exchange, timeout: float) -> Message:  # noqa: ASYNC109  a policy's attribute
        """The backend's response; raises PipelineError when there is none."""
        exchange = self._pools.routed(exchange)
        url, presented = _url(exchange), _presented(exchange.client_certificate)
        context = tls.context(self._settings(exchange))
        try:
            async with self._session.request(
                exchange.method,
                url,
                headers=_request_headers(exchange),
                data=exchange.body or None,
                ssl=context,
                **_proxy(exchange.backend),
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=timeout, sock_read=timeout),
                skip_auto_headers=("User-Agent", "Accept", "Accept-Encoding", "Content-Type"),
            ) as answer:
                body = await answer.read()
        except (aiohttp.ClientError, TimeoutError, OSError, ValueError) as error:
            failure = _failure(error, url, self._tier)
            if exchange.backend:
                self._breakers.failed(exchange.backend)
            exchange.trace.add("backend", "forward-request", failure.reason, clientCertificate=presented)
            raise failure from error
        if exchange.backend:
            self._breakers.answered(exchange.backend, answer.status, answer.headers.get("Retry-After"))
        exchange.trace.add(
            "backend",
            "forward-request",
            f"Request was forwarded to the backend service '{url.origin()}': {answer.status}.",
            validation=context.validated.get(url.host or "") if url.scheme == "https" else "off (no TLS)",
            clientCertificate=presented,
        )
        headers = [(name, value) for name, value in answer.headers.items() if name.lower() not in _HOP_BY_HOP]
        return Message(status=answer.status, headers=CIMultiDict(headers), body=body, reason=answer.reason)

    def _settings(self, exchange: Exchange) -> tls.TlsSettings:
        backend = exchange.backend
        return tls.TlsSettings(
            pfx=exchange.client_certificate,
            chain=backend.validates("validateCertificateChain") if backend else True,
            name=backend.validates("validateCertificateName") if backend else True,
            authorities=trust.authorities(self._azure.store, self._service_id, self._gateway_id),
            pins=pins.of(backend.properties, self._tier) if backend and not self._gateway_id else None,
        )

    def _tier(self) -> str:
        service = self._azure.store.get(self._service_id)
        return str((service.body.get("sku") or {}).get("name", "")) if service else ""


def _url(exchange: Exchange) -> URL:
    if not exchange.base_url:
        text = "The API has no serviceUrl, and no policy set a backend."
        raise PipelineError("forward-request", "BackendUrlMissing", text)  # inferred
    query = [exchange.query]
    if exchange.backend:
        extra = exchange.backend.credentials.get("query") or {}
        query.append(urlencode([(name, value) for name, values in extra.items() for value in values]))
    joined = "&".join(part for part in query if part)
    address = exchange.base_url.rstrip("/") + exchange.rest + (f"?{joined}" if joined else "")
    try:
        return URL(address, encoded=True)
    except ValueError as error:
        raise PipelineError("forward-request", "BackendUrlInvalid", f"'{exchange.base_url}': {error}") from error


def _proxy(backend: Backend | None) -> dict[str, Any]:
    """Through which proxy the backend is called: it gets CONNECT, and resolves the backend's name itself."""
    proxy = backend.properties.get("proxy") if backend else None
    if not proxy:
        return {}
    user = proxy.get("username")
    credentials = {"Authorization": aiohttp.encode_basic_auth(user, proxy.get("password") or "")} if user else {}
    return {"proxy": proxy["url"], "proxy_headers": credentials}


def _request_headers(exchange: Exchange) -> CIMultiDict[str]:
    named = {name.strip().lower() for name in exchange.headers.get("Connection", "").split(",")}
    dropped = _NOT_FORWARDED | named
    headers = CIMultiDict((name, value) for name, value in exchange.headers.items() if name.lower() not in dropped)
    credentials = exchange.backend.credentials if exchange.backend else {}
    for name, values in (credentials.get("header") or {}).items():
        headers.popall(name, None)
        headers.extend((name, value) for value in values)
    if authorization := credentials.get("authorization"):
        headers["Authorization"] = f"{authorization['scheme']} {authorization['parameter']}"
    return headers


@lru_cache(maxsize=64)
def _presented(pfx: bytes | None) -> Json | None:
    if pfx is None:
        return None
    uploaded = pkcs12.read(pfx)
    return {"subject": uploaded.subject, "thumbprint": uploaded.thumbprint}


def _failure(error: Exception, url: URL, tier: Callable[[], str]) -> PipelineError:
    cause = error.os_error if isinstance(error, aiohttp.ClientConnectorError) else error
    if isinstance(error, aiohttp.ClientConnectorCertificateError):
        text = f"{_NO_TRUST_ON_V2 if tier() in pins.TIERS else _NO_TRUST} ({error.certificate_error})"
    elif isinstance(cause, ssl.SSLError | ConnectionResetError):
        text = (
            f"The underlying connection was closed: {url.origin()} broke off the TLS connection; it may not accept the"
            f" client certificate. ({str(cause) or type(cause).__name__})"
        )
    elif isinstance(error, TimeoutError):
        text = f"{url.origin()} did not answer in time."
    else:
        text = f"Unable to connect to {url.origin()}. ({str(cause) or type(cause).__name__})"
    return PipelineError("forward-request", "BackendConnectionFailure", text)
