"""The two backends that demand a client certificate and tell what they saw.

A caller without a certificate gets 403. One with a certificate that is not trusted is refused by TLS itself (the alert
"unknown ca"): Python's ssl verifies whatever certificate it is given. Which certificates are trusted is looked up anew
for each connection, so that a rotated one is accepted without a restart. Connections are TLS 1.2 at most: there the
refusal reaches the client within its handshake.
"""

import ssl
from datetime import UTC
from functools import lru_cache

from aiohttp import web
from cryptography import x509 as certificates

from local.azure import distinguished_name, pki, x509
from local.azure.context import Azure
from local.azure.store import Json
from local.azure.vault.certificates import versions

VAULT = "kv-local"
ORDERS_CLIENT = "orders-client"
"""Every enabled version of this certificate in the vault may call the backend `orders`."""


def application(azure: Azure, name: str) -> web.Application:
    """What the backend `name` answers."""

    async def answer(request: web.Request) -> web.Response:
        client = _client(request)
        body: Json = {"error": "client certificate required"}
        if client:
            await request.read()
            headers = {key.lower(): value for key, value in request.headers.items()}
            body = {"backend": name, "method": request.method, "path": request.path_qs, "headers": headers}
            body["client"] = client
        status = 200 if client else 403
        azure.log.write("backend", request.method, request.path, status, backend=name, client=client)
        return web.json_response(body, status=status)

    app = web.Application(client_max_size=0)
    app.router.add_route("*", "/{path:.*}", answer)
    return app


def tls_context(azure: Azure, name: str) -> ssl.SSLContext:
    """The backend's own certificate, and its demand for one of the trusted clients' certificates."""
    context = pki.backend_context(azure.home, name)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_OPTIONAL
    context.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN

    @lru_cache(maxsize=4)
    def trusting(bundle: str) -> ssl.SSLContext:
        renewed = pki.backend_context(azure.home, name)
        if bundle:
            renewed.load_verify_locations(cadata=bundle)
        return renewed

    def renew(connection: ssl.SSLObject, _host: str | None, _context: ssl.SSLContext) -> None:
        connection.context = trusting(_accepted(azure, name))

    context.sni_callback = renew  # called for every handshake, whether the client names a host or not
    return context


def _accepted(azure: Azure, name: str) -> str:
    known = versions(azure.store, VAULT, ORDERS_CLIENT) if name == "orders" else ()
    files = sorted(pki.clients(azure.home, name).glob("*.pem"))
    return "".join([version.pair.pem.decode() for version in known if version.enabled] + [f.read_text() for f in files])


def _client(request: web.Request) -> Json | None:
    connection = request.get_extra_info("ssl_object")
    der = connection.getpeercert(binary_form=True) if connection else None
    if der is None:
        return None
    certificate = certificates.load_der_x509_certificate(der)
    return {
        "subject": distinguished_name.subject_of(certificate),
        "thumbprint": x509.thumbprint(certificate),
        "not_after": certificate.not_valid_after_utc.astimezone(UTC).isoformat(),
    }
