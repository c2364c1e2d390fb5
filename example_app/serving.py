"""Where the site listens; it is served as ``flask iptv serve`` serves any site."""

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

from flask_iptv.serving import CannotServe, end_on_signals, listen, run, server_of, url

# This is not public: a site of its own types "flask iptv serve", or takes any WSGI server.

__all__ = [
    "CannotServe",
    "alone",
    "end_on_signals",
    "on_free_port",
    "run",
    "server_of",
    "site_listener",
    "url",
]

T = TypeVar("T")

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
    if not file.is_file():
        raise OSError(f"{file} is no file, so it can't be locked: delete it")
    if file.stat().st_size:
        # Nothing is ever written into it; renamed, it would still be the lock of who has it.
        os.truncate(file, 0)
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
        return listen(host, _number(port)) if port else _listen_near_default(host)
    except (OSError, ValueError) as error:
        raise click.ClickException(
            f"HOST={host} PORT={port or PORT} can't be used: {error}. Set both to an address of "
            "this machine and a free port; PORT=0 takes any."
        ) from None


def _listen_near_default(host: str) -> socket.socket:
    listener = on_free_port(PORT, partial(listen, host))
    port = listener.getsockname()[1]
    if port != PORT:
        click.echo(f"Port {PORT} is taken, so the site is on port {port}.")
    return listener


def _number(port: str) -> int:
    if not port.isdecimal() or int(port) > LAST_PORT:
        raise ValueError(f"a port is a number from 0 to {LAST_PORT}")
    return int(port)


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
