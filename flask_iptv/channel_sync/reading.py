"""Fetching what is to be synced: a server's own list of streams, or a playlist on the web."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from .. import servers
from ..fetching import Fetcher
from ..management import KINDS, Access, ManagementError, NotManageable, manage
from ..models import Server
from ..phrases import Phrase
from .sources import Told, from_streams


def can_be_read(server: Server) -> bool:
    """Whether the server's own API tells its streams."""
    kind = KINDS.get(server.kind)
    return server.api_url is not None and kind is not None and kind.reads_streams


def lists_only_live(server: Server) -> bool:
    """Whether the server's own API tells what is live, and not what is set up there."""
    kind = KINDS.get(server.kind)
    return kind is not None and kind.lists_only_live


def access(server: Server) -> Access:
    """What a server is asked for its streams with, also when the transaction is over.

    :raises NotManageable: if it has no API that tells its streams.
    """
    kind = KINDS.get(server.kind)
    if kind is not None and not kind.reads_streams:
        raise NotManageable(
            Phrase(
                "%(program)s can't be asked for its streams; give an m3u playlist instead",
                program=kind.program,
            )
        )
    if server.api_url is None:
        raise NotManageable(
            Phrase(
                "the server %(server)s has no address of its management API; enter it in the "
                "server's form, or give an m3u playlist",
                server=repr(server.name),
            )
        )
    return servers.access(server)


def read_streams(access: Access, fetcher: Fetcher) -> Iterator[Told]:
    """Ask a server for its streams, part by part.

    :raises FetchError: if it can't be reached.
    :raises ManagementError: if its answer can't be used.
    """
    return from_streams(manage(access, fetcher).streams())


def download(url: str, fetcher: Fetcher) -> bytes:
    """Fetch an m3u playlist.

    :raises FetchError: if it can't be fetched.
    :raises ManagementError: if something else than a playlist is answered.
    """
    answer = fetcher.fetch("GET", url)
    if answer.status != 200:
        host = urlsplit(url).netloc
        known = {"host": host, "status": answer.status}
        if 300 <= answer.status < 400:
            raise ManagementError(
                Phrase(
                    "%(host)s answers with %(status)s and no playlist; give the address that it "
                    "leads to",
                    **known,
                )
            )
        raise ManagementError(Phrase("%(host)s answers with %(status)s and no playlist", **known))
    return answer.body
