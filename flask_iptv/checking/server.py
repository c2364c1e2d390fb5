"""Asking a media server's management API what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator

from ..fetching import Fetcher
from ..management import KINDS, Access, Finding, manage
from ..models import Server
from ..phrases import Phrase


def check_server(server: Server, fetcher: Fetcher) -> Iterator[Finding]:
    """Ask a server's management API, if it has one.

    :param fetcher: asks it, where it may be asked.
    """
    if server.api_url is None and KINDS[server.kind].cuts_viewers:
        yield Finding(
            None,
            Phrase(
                "%(server)s has no address of its management API here: its streams can't be read, "
                "and a viewer who is cut goes on until the server asks again.",
                server=server.name,
            ),
        )
        return
    login = (server.api_username, server.api_password)
    yield from manage(Access(server.kind, server.api_url or "", *login), fetcher).check()
