"""Loopback ports for programs that can't be asked to choose one themselves."""

from __future__ import annotations

import socket

LOOPBACK = "127.0.0.1"


def reserved_port() -> int:
    """Give a free TCP port that the system hands to nobody else for the next minute.

    A connection is made on it and closed from the server's side, which leaves the port in
    TIME_WAIT: no other program is given it at random, and one that asks for it by number (with
    SO_REUSEADDR, as every server does) gets it.
    """
    with socket.create_server((LOOPBACK, 0)) as server:
        port: int = server.getsockname()[1]
        with socket.create_connection((LOOPBACK, port)):
            server.accept()[0].close()
    return port


def answers(port: int) -> bool:
    """Say whether something accepts connections on a loopback port.

    :param port: the TCP port to try.
    """
    try:
        with socket.create_connection((LOOPBACK, port), timeout=1):
            return True
    except OSError:
        return False
