"""The server that a playlist's channel is at, and the name of its stream there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import sqlalchemy as sa

from .. import database, servers, stream_urls
from ..errors import InvalidInput, Problem
from ..models import Server
from ..phrases import Phrase
from ..playlists.foreign_m3u import MAX_PROBLEMS, ImportedChannel, stream_name
from ..redaction import hides
from .address import origin, query_without_token, short, templates


class UnknownServers(InvalidInput):
    """Some channels of a playlist are where no server is.

    :param counts: how many there are at each address such as ``https://media.example:8080``.
    """

    def __init__(self, counts: dict[str, int]) -> None:
        self.counts = counts
        problems = [
            Problem("server", address, Phrase("there is none at %(address)s, where %(num)s "
                                              "channels are", address=address, num=count))
            for address, count in counts.items()
        ]  # fmt: skip
        super().__init__(problems)


@hides("query")
@dataclass(frozen=True)
class Home:
    """Where a channel's stream is.

    :param name: of the stream on its server.
    :param query: of the address, without the token.
    :param played: the address that players will get, if no template makes the playlist's.
    """

    server_id: int
    name: str
    query: str
    played: str | None


@hides("url", "path", "decoded_path")
@dataclass(frozen=True)
class _Place:
    """What is needed of a server for each of 10,000 addresses."""

    server_id: int
    url: str
    templates: tuple[str, str]
    origin: str | None
    path: str
    decoded_path: str


class Homes:
    """The servers that a playlist's channels may be at.

    :param known: the servers.
    :param only: whether there is one, which has every channel wherever the playlist says.
    :param created: names of those that were created for the playlist.
    """

    def __init__(
        self, known: Iterable[Server], *, only: bool = False, created: Sequence[str] = ()
    ) -> None:
        self.created = tuple(created)
        # Where servers share a host, the one whose path says most comes first.
        self._places = sorted(map(_place, known), key=lambda place: -len(place.path))
        self._only = only

    def has(self, url: str) -> bool:
        """Whether there is a server for this address."""
        return self._place(url) is not None

    def of(self, item: ImportedChannel) -> Home:
        """Find the server and the name of a channel.

        :raises InvalidInput: if its address is at no server, or suggests no name.
        """
        place = self._place(item.url)
        if place is None:
            message = Phrase("there is no server for %(address)s", address=short(item.url))
            raise InvalidInput([Problem("", item.url, message)])
        query = query_without_token(item.url)
        path = stream_urls.decode_path(urlsplit(item.url).path) or ""
        guess = _guess(item.url, place)
        for name in _likely(guess, path):
            if _plays(place, name, path, query):
                return Home(place.server_id, name, query, None)
        if not guess:
            message = Phrase("%(address)s tells no name of a stream", address=short(item.url))
            raise InvalidInput([Problem("", item.url, message)])
        played = stream_urls.render(place.templates[0], base=place.url, name=guess)
        return Home(place.server_id, guess, query, played)

    def _place(self, url: str) -> _Place | None:
        if self._only:
            return self._places[0]
        address, path = origin(url), urlsplit(url).path
        for place in self._places:
            if place.origin == address and (not place.path or path.startswith(f"{place.path}/")):
                return place
        return None


def find_homes(
    found: Sequence[ImportedChannel], *, server: str | None = None, create: bool = False
) -> Homes:
    """Find the servers of a playlist's channels, by scheme, host and path.

    :param server: name of the server that has them all; the addresses only tell their names then.
    :param create: whether to create a server for each address that has none.
    :raises NotFound: if there is no server of this name.
    :raises UnknownServers: if addresses have none, and none shall be created.
    :raises InvalidInput: if an address is not of HTTP, so it can't be looked for.
    """
    if server is not None:
        return Homes([servers.get(server)], only=True)
    _require_web(found)
    homes = Homes(_all_servers())
    homeless: dict[str, list[str]] = {}
    for item in found:
        if not homes.has(item.url):
            homeless.setdefault(origin(item.url) or "", []).append(item.url)
    if homeless and not create:
        raise UnknownServers({address: len(urls) for address, urls in homeless.items()})
    created = [
        servers.create(name=_free_name(address), url=address, **templates(urls)).name
        for address, urls in homeless.items()
    ]
    return Homes(_all_servers(), created=created)


def _require_web(found: Iterable[ImportedChannel]) -> None:
    problems = [
        Problem(
            Phrase("line %(line)s", line=item.line),
            item.url,
            Phrase("%(address)s is no web address, so it tells no server; say which server has "
                   "the channels", address=short(item.url)),
        )
        for item in found
        if origin(item.url) is None
    ]  # fmt: skip
    if problems:
        raise InvalidInput(problems[:MAX_PROBLEMS])


def _all_servers() -> Sequence[Server]:
    return database.session().scalars(sa.select(Server)).all()


def _free_name(address: str) -> str:
    scheme, _, host = address.partition("://")
    taken = database.session().scalar(sa.select(Server.id).where(Server.name == host))
    return host if taken is None else f"{host} ({scheme})"


def _place(server: Server) -> _Place:
    try:
        url, path = server.url, stream_urls.split_base(server.url)
    except ValueError:
        # Something else than our verbs has written it: no channel is played there.
        url = path = ""
    return _Place(
        server_id=server.id,
        url=url,
        templates=(server.hls_template, server.mpegts_template),
        origin=origin(url),
        path=urlsplit(url).path,
        decoded_path=path,
    )


def _guess(url: str, place: _Place) -> str:
    path = urlsplit(url).path
    if path.startswith(f"{place.path}/"):
        path = path.removeprefix(place.path)
    return stream_name(f"http://host{path}")


def _likely(guess: str, path: str) -> Iterator[str]:
    yield guess
    yield from stream_urls.candidates(path)


def _plays(place: _Place, name: str, path: str, query: str) -> bool:
    return any(
        stream_urls.covers(template, base_path=place.decoded_path, name=name, path=path)
        and query == query_without_token(template)
        for template in place.templates
    )
