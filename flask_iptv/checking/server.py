"""Asking a media server's management API what can be done with it."""

from __future__ import annotations

from collections.abc import Iterator

from ..fetching import Fetcher
from ..management import Access, Finding, NotManageable, kind_of, manage
from ..phrases import Phrase, Sentence


def check_server(name: str, access: Access, fetcher: Fetcher) -> Iterator[Finding]:
    """Ask a server's management API, if it has one.

    :param name: of the server.
    :param fetcher: asks it, where it may be asked.
    """
    if not access.url and kind_of(access.kind).cuts_viewers:
        yield Finding(
            None,
            Phrase(
                "%(server)s has no address of its management API here: its streams can't be read, "
                "and a viewer who is cut goes on until the server asks again.",
                server=name,
            ),
        )
        return
    try:
        yield from manage(access, fetcher).check()
    except NotManageable as error:
        yield Finding(False, Sentence(error.message))
