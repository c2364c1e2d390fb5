"""Serving a site with waitress, with the settings that media servers' many connections need."""

from __future__ import annotations

import logging
import signal
import socket
from typing import TYPE_CHECKING, Any

from flask import Flask

from .files import CannotServe, connections

__all__ = [
    "BODY",
    "THREADS",
    "CannotServe",
    "end_on_signals",
    "listen",
    "make_server",
    "run",
    "serve",
    "server_of",
    "url",
]

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

#: Requests that are worked on at once. More make no question quicker, but while pages and
#: playlists are read by slow statements there is a thread left for the questions.
THREADS = 8
#: Seconds between two looks for clients who keep the server waiting.
_CLEANUP_SECONDS = 5
#: Bytes that a request may have: the longest playlist that is imported, and the form around it.
BODY = 33 * 1024 * 1024
#: Bytes that the addresses and headers of a request may have.
_HEADER = 64 * 1024


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

    :raises CannotServe: waitress is not installed, or the process may have too few files open.
    """
    run(app, server_of(app, listener, threads=threads))


def server_of(app: Flask, listener: socket.socket, *, threads: int = THREADS) -> Any:
    """The server of an app, for :func:`run`.

    A body may have :data:`BODY` bytes, or as many as the app's ``MAX_CONTENT_LENGTH`` says.

    :raises CannotServe: waitress is not installed, or the process may have too few files open.
    """
    body = app.config.get("MAX_CONTENT_LENGTH") or BODY
    return make_server(app, listener, threads=threads, body=body)


def run(app: Flask, server: Any) -> None:
    """Serve until a ``KeyboardInterrupt``, then close what is open."""
    state = app.extensions["iptv"]
    try:
        state.serve_alone()
        server.run()
    finally:
        server.close()
        state.close()


def make_server(
    application: WSGIApplication,
    listener: socket.socket,
    *,
    threads: int = THREADS,
    body: int = BODY,
) -> Any:
    """A server of waitress for any WSGI application, not yet running.

    :param body: bytes that the body of a request may have.
    :raises CannotServe: waitress is not installed, or the process may have too few files open.
    """
    most = connections(threads)
    try:
        import waitress

        from .server import Server
    except ImportError:
        raise CannotServe(
            "this needs waitress; install it with: pip install 'flask-iptv[serve]'"
        ) from None
    # It warns whenever a request waits for a thread, which under load is at each of them.
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)
    adjustments = waitress.adjustments.Adjustments(
        sockets=[listener],
        threads=threads,
        # More than there ever are: it would leave whoever comes after the last one unanswered.
        connection_limit=2 * most,
        cleanup_interval=_CLEANUP_SECONDS,
        max_request_header_size=_HEADER,
        # The first number that is too large.
        max_request_body_size=body + 1,
        # select() takes no file above number 1023.
        asyncore_use_poll=True,
        # A proxy such as Caddy tells the viewer's address in X-Forwarded-For.
        clear_untrusted_proxy_headers=False,
    )
    dispatcher = waitress.task.ThreadedTaskDispatcher()
    dispatcher.set_thread_count(threads)
    place = (listener.family, listener.type, listener.proto, listener.getsockname())
    return Server(
        application,
        {},
        _sock=listener,
        dispatcher=dispatcher,
        adj=adjustments,
        sockinfo=place,
        bind_socket=False,
        most=most,
    )
