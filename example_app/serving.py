"""Where the site listens, and how it is served until somebody stops it."""

from __future__ import annotations

import errno
import os
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import TypeVar

import click
import waitress
from flask import Flask

T = TypeVar("T")

#: Enough for the media server's questions to be answered while playlists and pages are read.
THREADS = 16
CONNECTIONS = 200
#: Seconds until a browser's idle connection is closed.
IDLE_SECONDS = 30
#: The port of the site, and how many are tried from a port on.
PORT, PORTS = 8000, 20
LAST_PORT = 65_535


@contextmanager
def alone(folder: Path) -> Iterator[None]:
    """Keep a second site out of an instance folder; make the folder if there is none.

    :raises click.ClickException: another one runs there.
    :raises OSError: the folder can't be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    file = folder / "running.lock"
    file.touch()
    with closing(sqlite3.connect(file, timeout=0)) as lock:
        try:
            # SQLite locks files on every system, and the lock ends with the process.
            lock.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            raise click.ClickException(
                f"Harbour TV runs already with {folder} ({error}). Stop it where it runs, or set "
                "EXAMPLE_INSTANCE to another folder."
            ) from None
        yield


def site_listener() -> socket.socket:
    """Take the address that the environment names: ``HOST`` and ``PORT``.

    :raises click.ClickException: it can't be had.
    """
    host = os.environ.get("HOST") or "127.0.0.1"
    port = os.environ.get("PORT")
    if host in ("0.0.0.0", "::"):  # noqa: S104 - refused
        raise click.ClickException(
            f"HOST={host} is every address of this machine, but the playlists need the one that "
            "viewers reach it by, such as HOST=192.168.1.10"
        )
    try:
        return _listen(host, _number(port)) if port else _listen_near_default(host)
    except (OSError, ValueError) as error:
        raise click.ClickException(
            f"HOST={host} PORT={port or PORT} can't be used: {error}. Set both to an address of "
            "this machine and a free port; PORT=0 takes any."
        ) from None


def _listen_near_default(host: str) -> socket.socket:
    listener = on_free_port(PORT, partial(_listen, host))
    port = listener.getsockname()[1]
    if port != PORT:
        click.echo(f"Port {PORT} is taken, so the site is on port {port}.")
    return listener


def _number(port: str) -> int:
    if not port.isdecimal() or int(port) > LAST_PORT:
        raise ValueError(f"a port is a number from 0 to {LAST_PORT}")
    return int(port)


def _listen(host: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    return socket.create_server((host, port), family=family)


def on_free_port(first: int, opened: Callable[[int], T]) -> T:
    """Open something on a port, or on the next one that is free.

    :raises click.ClickException: none of :data:`PORTS` is free.
    """
    for port in range(first, min(first + PORTS, LAST_PORT + 1)):
        try:
            return opened(port)
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                raise
    raise click.ClickException(f"No port from {first} on is free; {PORTS} were tried.")


def url(listener: socket.socket) -> str:
    """The address of what listens, without a slash at its end."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def serve(app: Flask, listener: socket.socket) -> None:
    """Serve until a ``KeyboardInterrupt``."""
    server = waitress.create_server(
        app,
        sockets=[listener],
        threads=THREADS,
        connection_limit=CONNECTIONS,
        channel_timeout=IDLE_SECONDS,
        # A proxy such as Caddy tells the viewer's address in X-Forwarded-For.
        clear_untrusted_proxy_headers=False,
    )
    try:
        server.run()
    finally:
        server.close()
