"""How a fetch fails: in words that hold no secret, whatever the server says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from ipaddress import ip_network
from typing import Any

import pytest

from flask_iptv.errors import IPTVError
from flask_iptv.fetching import Fetcher, FetchError

LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
SECRET = "geheim"


def failure(fetcher: Fetcher, url: str, **arguments: Any) -> str:
    """Give the words of a failure, which hold no secret."""
    with pytest.raises(FetchError) as raised:
        fetcher.fetch("GET", url, **arguments)
    assert isinstance(raised.value, IPTVError)
    assert SECRET not in str(raised.value)
    assert raised.value.__cause__ is None
    return str(raised.value)


@contextmanager
def saying(*pieces: bytes, for_ever: bytes | None = None) -> Iterator[str]:
    """Serve one connection with bytes, then with some more every few milliseconds."""
    stopped = threading.Event()

    def serve() -> None:
        with suppress(OSError), listening.accept()[0] as taken:
            taken.settimeout(10)
            taken.recv(65536)
            for piece in pieces:
                taken.sendall(piece)
            while for_ever is not None and not stopped.wait(0.005):
                taken.sendall(for_ever)

    with socket.create_server(("127.0.0.1", 0)) as listening:
        listening.settimeout(10)
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{listening.getsockname()[1]}/?token={SECRET}"
        finally:
            stopped.set()
            thread.join()
