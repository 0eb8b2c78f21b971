"""The plugin process: `python -m local.provider` prints its port and serves until SIGTERM or its parent's end."""

import signal
import threading

from local.provider import stubs
from local.provider.lifetime import Parent


def main() -> None:
    """Serves until SIGTERM, or until the parent is gone."""
    parent = Parent()
    stubs.register()
    from local.provider.provider import Provider  # noqa: PLC0415 - imports the stubs, to be registered first
    from local.provider.server import serve  # noqa: PLC0415 - likewise

    stopped = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    server, port = serve(Provider)
    print(port, flush=True)
    parent.watch(stopped)
    server.stop(grace=None).wait()


if __name__ == "__main__":
    main()
