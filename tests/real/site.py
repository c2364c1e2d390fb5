"""Any WSGI app served by waitress in a thread of the test, and surely closed."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from waitress import create_server, wasyncore

from tests.patience import LIMIT
from tests.real.ports import LOOPBACK

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication


@contextmanager
def serve(app: WSGIApplication, *, threads: int = 8) -> Iterator[str]:
    """Serve an app on a random loopback port and give its base URL, without a final slash.

    :param app: the app, such as a Flask app.
    :param threads: how many requests it works on at the same time.
    :raises RuntimeError: at the end of the block, when a request is still being worked on.
    """
    server = create_server(
        app,
        host=LOOPBACK,
        port=0,
        threads=threads,
        # As docs/mediaservers/caddy.md says: the viewer's address is in X-Forwarded-For.
        clear_untrusted_proxy_headers=False,
    )
    with running(server):
        yield f"http://{LOOPBACK}:{server.effective_port}"


@contextmanager
def running(server: Any) -> Iterator[None]:
    """Run a server of waitress, and end it; errors are those of :func:`serve`."""
    loop = threading.Thread(target=server.run, name="site", daemon=True)
    loop.start()
    try:
        yield
    finally:
        _close(server, loop)


def _close(server: Any, loop: threading.Thread) -> None:
    # The loop's own thread must close its sockets (another thread's close would break its poll),
    # and the trigger comes last: every worker thread that ends a request pulls it once more, and
    # the pull that ends the loop writes to it until after the loop has seen it.
    hung_up = threading.Event()
    server.trigger.pull_trigger(lambda: _hang_up(server, hung_up))
    hung_up.wait(LIMIT)
    server.task_dispatcher.shutdown(timeout=LIMIT)
    server.trigger.pull_trigger(server.trigger.del_channel)
    loop.join(LIMIT)
    server.close()
    busy = len(server.task_dispatcher.threads)
    if busy or loop.is_alive():
        raise RuntimeError(f"the site can't be closed: {busy} of its threads are still at work")


def _hang_up(server: Any, hung_up: threading.Event) -> None:
    for channel in list(server.active_channels.values()):
        channel.handle_close()
    wasyncore.dispatcher.close(server)
    hung_up.set()
