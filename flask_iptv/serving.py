"""Serving a site with waitress, with the settings that media servers' many connections need."""

from __future__ import annotations

import logging
import signal
import socket
import sys
from typing import TYPE_CHECKING, Any

from flask import Flask

from .errors import IPTVError

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: Requests that are worked on at once. More make no question quicker, but while pages and
#: playlists are read by slow statements there is a thread left for the questions.
THREADS = 8
#: Connections at once: media servers and proxies keep theirs open, and waitress leaves whoever
#: comes after the last one without any answer.
CONNECTIONS = 2000
#: Files that the process may have open: those connections, and large answers on their way.
FILES = 4096
#: Files that are no connections: the database's, each thread's.
OTHER_FILES = 124
#: Seconds until an idle connection is closed. The proxies in front close theirs earlier (nginx:
#: 60), so none of them sends a question into one that is just being closed.
IDLE_SECONDS = 120


class CannotServe(IPTVError):
    """The site can't be served; the message says why and what to do."""


def listen(host: str, port: int) -> socket.socket:
    """Take an address of this machine.

    :param port: 0 takes any that is free.
    :raises OSError: it can't be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def url(listener: socket.socket) -> str:
    """The address of what listens, without a slash at its end."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def end_on_signals() -> None:
    """Make SIGTERM end the process as Ctrl+C does, and Ctrl+C also one in the background."""
    for ending in (signal.SIGINT, signal.SIGTERM):
        signal.signal(ending, signal.default_int_handler)


def serve(app: Flask, listener: socket.socket, *, threads: int = THREADS) -> None:
    """Serve an app until a ``KeyboardInterrupt``, then close what it has open.

    :raises CannotServe: waitress is not installed.
    """
    server = make_server(app, listener, threads=threads)
    state = app.extensions["iptv"]
    try:
        state.serve_alone()
        server.run()
    finally:
        server.close()
        state.close()


def make_server(
    application: WSGIApplication, listener: socket.socket, *, threads: int = THREADS
) -> Any:
    """A server of waitress for any WSGI application, not yet running.

    :raises CannotServe: waitress is not installed.
    """
    try:
        import waitress

        from .holding import HoldingChannel
    except ImportError:
        raise CannotServe(
            "this needs waitress; install it with: pip install 'flask-iptv[serve]'"
        ) from None
    # It warns whenever a request waits for a thread, which under load is at each of them.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    server = waitress.create_server(
        application,
        sockets=[listener],
        threads=threads,
        connection_limit=_connections(),
        # select() takes no file above number 1023.
        asyncore_use_poll=True,
        channel_timeout=IDLE_SECONDS,
        # A proxy such as Caddy tells the viewer's address in X-Forwarded-For.
        clear_untrusted_proxy_headers=False,
    )
    server.channel_class = HoldingChannel
    return server


def _connections() -> int:
    """As many as we want, or fewer if the system gives us fewer files."""
    if sys.platform == "win32":
        return CONNECTIONS
    import resource

    files, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    if files != resource.RLIM_INFINITY and files < FILES:
        files = FILES if most == resource.RLIM_INFINITY else min(FILES, most)
        resource.setrlimit(resource.RLIMIT_NOFILE, (files, most))
    return CONNECTIONS if files == resource.RLIM_INFINITY else min(CONNECTIONS, files - OTHER_FILES)
