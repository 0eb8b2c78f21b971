"""Servers of a test's own on loopback: a backend that asks for a client certificate, and a proxy in front of one."""

import hashlib
import json
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

Server = TypeVar("Server", bound=ThreadingHTTPServer)


class Backend(ThreadingHTTPServer):
    """Answers with who called it; a caller without a certificate gets 403, one with another than `client` no TLS."""

    daemon_threads = True

    def __init__(self, identity: Path, client: bytes) -> None:
        super().__init__(("127.0.0.1", 0), _Caller)
        self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.tls.load_cert_chain(identity)
        self.tls.load_verify_locations(cadata=client.decode())
        self.tls.verify_mode = ssl.CERT_OPTIONAL
        self.tls.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN
        self.status = 200
        """What a caller with a certificate gets."""
        self.calls: list[str | None] = []
        """Thumbprint of each caller, None without a certificate."""
        self.paths: list[str] = []
        """What each of them asked for."""
        self.arrived = threading.Semaphore(0)
        """Released once for each call."""
        self._open = threading.Event()
        self._open.set()

    @property
    def url(self) -> str:
        return f"https://localhost:{self.server_port}"

    def hold(self) -> None:
        """Answers nobody until `release`."""
        self._open.clear()

    def release(self) -> None:
        """Answers again."""
        self._open.set()

    def wait(self) -> None:
        """Says that a call is here, and waits until it may be answered."""
        self.arrived.release()
        self._open.wait(20)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """In the connection's own thread: a handshake that hangs must not keep others out."""
        try:
            with self.tls.wrap_socket(request, server_side=True) as connection:
                super().finish_request(connection, client_address)
        except OSError:  # the gateway does not trust us, or hung up
            return


class _Caller(BaseHTTPRequestHandler):
    server: Backend
    connection: Any
    timeout = 20

    def do_GET(self) -> None:
        der = self.connection.getpeercert(binary_form=True)
        thumbprint = hashlib.sha1(der).hexdigest().upper() if der else None  # noqa: S324 -- a thumbprint is SHA-1
        self.server.calls.append(thumbprint)
        self.server.paths.append(self.path)
        self.server.wait()
        body = json.dumps({"thumbprint": thumbprint, "path": self.path}).encode()
        self.send_response(self.server.status if der else 403)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_arguments: object) -> None:
        """Nothing: `calls` says it."""


class Proxy(ThreadingHTTPServer):
    """An HTTP proxy that only knows CONNECT."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Tunnel)
        self.asked: list[tuple[str, str | None]] = []
        """(host:port, Proxy-Authorization) of each tunnel."""

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Tunnel(BaseHTTPRequestHandler):
    server: Proxy

    def do_CONNECT(self) -> None:
        self.server.asked.append((self.path, self.headers.get("Proxy-Authorization")))
        with socket.create_connection(("127.0.0.1", int(self.path.rpartition(":")[2]))) as inner:
            self.send_response(200)
            self.end_headers()
            back = threading.Thread(target=_pipe, args=(inner, self.connection), daemon=True)
            back.start()
            _pipe(self.connection, inner)
            back.join()

    def log_message(self, *_arguments: object) -> None:
        """Nothing: `asked` says it."""


def _pipe(source: socket.socket, target: socket.socket) -> None:
    try:
        while data := source.recv(65536):
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)
    except OSError:  # the other direction ended first
        return


@contextmanager
def serving(server: Server) -> Iterator[Server]:
    """The server, answering until the end of the block."""
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
