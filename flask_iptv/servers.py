"""The verbs on media servers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, TypedDict
from urllib.parse import urlsplit

import sqlalchemy as sa

from . import database, records
from .errors import InUse
from .fields import (
    BaseURL,
    Input,
    Login,
    Name,
    NotBlank,
    SigningKeys,
    Template,
    Title,
    check,
    check_changes,
)
from .management import Access
from .models import Channel, Server, utcnow
from .records import LIMIT, Page
from .stream_urls import HLS_TEMPLATE, MPEGTS_TEMPLATE

if TYPE_CHECKING:
    from typing_extensions import Unpack

__all__ = [
    "NewServer",
    "Page",
    "ServerChanges",
    "ServerKind",
    "access",
    "count_channels",
    "create",
    "delete",
    "get",
    "page",
    "update",
]

#: The programs that a server may be; "proxy" is whatever asks with nginx's or Caddy's headers.
ServerKind = Literal[
    "flussonic",
    "nginx-rtmp",
    "srs",
    "mediamtx",
    "icecast",
    "node-media-server",
    "alta",
    "astra",
    "ovenmediaengine",
    "mistserver",
    "proxy",
]


class ServerDetails(TypedDict, total=False):
    """The fields that a new server may do without."""

    #: The name, unless something else is given.
    title: str | None
    #: Which program it is.
    kind: ServerKind
    #: How the URL of a stream is made of ``{base}`` and ``{name}``; Flussonic's way by default.
    hls_template: str | None
    mpegts_template: str | None
    #: Keys of signed links: the first signs, all verify.
    securetoken_keys: list[str]
    #: Base URL of its management API, through which it is told to cut a viewer.
    api_url: str | None
    #: The API's login, if it has one.
    api_username: str | None
    api_password: str | None


class NewServer(ServerDetails):
    """The fields of :func:`create`; all but the name and the public base URL may be absent.

    ``title``, ``kind`` (which program it is), ``hls_template`` and ``mpegts_template`` (how the URL
    of a stream is made of ``{base}`` and ``{name}``), ``securetoken_keys`` (of signed links: the
    first signs, all verify), and ``api_url``, ``api_username`` and ``api_password`` of its
    management API.
    """

    name: str
    url: str


class ServerChanges(ServerDetails, total=False):
    """The fields of :func:`update`: those of :class:`NewServer`, none of which is required."""

    name: str
    url: str


class ServerFields(Input):
    """What a server is made of."""

    name: Name
    title: Annotated[Title | None, NotBlank] = None
    kind: ServerKind = "flussonic"
    url: BaseURL
    hls_template: Annotated[Template | None, NotBlank] = None
    mpegts_template: Annotated[Template | None, NotBlank] = None
    securetoken_keys: SigningKeys = []
    api_url: Annotated[BaseURL | None, NotBlank] = None
    api_username: Annotated[Login | None, NotBlank] = None
    api_password: Annotated[Login | None, NotBlank] = None


def create(**fields: Unpack[NewServer]) -> Server:
    """Create a server.

    :param fields: those of :class:`NewServer`; ``name`` and ``url`` are required.
    :raises InvalidInput: if a field can't be used or is unknown.
    """
    checked = check(ServerFields, fields)
    records.require_unique("server", Server.name, checked.name)
    server = Server()
    _apply(server, checked)
    database.session().add(server)
    database.flush()
    return server


def update(server: Server, /, **fields: Unpack[ServerChanges]) -> Server:
    """Change the given fields of a server; what is so already is no change.

    The API's password is forgotten when the API is at another host or another program from now on,
    unless it is given as well: it belongs to where it was entered for.

    :param fields: those of :class:`ServerChanges`.
    :raises InvalidInput: if a field can't be used or is unknown; nothing is changed then.
    """
    before = {name: getattr(server, name) for name in ServerFields.model_fields}
    checked = check_changes(ServerFields, before, fields)
    records.require_unique("server", Server.name, checked.name, server.id)
    if "api_password" not in fields and _has_moved(server, checked):
        checked.api_password = None
    _apply(server, checked)
    if database.session().is_modified(server):
        server.updated_at = utcnow()
        database.flush()
    return server


def _has_moved(server: Server, checked: ServerFields) -> bool:
    """Whether the API's password would go to somebody whom it was not entered for."""
    if server.api_url is None:
        return False
    before, after = urlsplit(server.api_url), urlsplit(checked.api_url or "")
    return (server.kind, *before[:2]) != (checked.kind, *after[:2])


def _apply(server: Server, checked: ServerFields) -> None:
    server.name, server.title = checked.name, checked.title or checked.name
    server.url, server.kind = checked.url, checked.kind
    server.hls_template = checked.hls_template or HLS_TEMPLATE
    server.mpegts_template = checked.mpegts_template or MPEGTS_TEMPLATE
    server.securetoken_keys = checked.securetoken_keys
    server.api_url = checked.api_url
    server.api_username, server.api_password = checked.api_username, checked.api_password


def delete(server: Server) -> None:
    """Delete a server that has no channels.

    :raises InUse: if it has some; they would have nowhere to be played from.
    """
    channels = count_channels([server.id]).get(server.id, 0)
    if channels:
        raise InUse(
            f"the server {server.name!r} has {channels} channels: move them to another server or "
            "delete them first"
        )
    database.session().delete(server)
    database.flush()


def get(name: str) -> Server:
    """Look up a server.

    :raises NotFound: if there is none of this name.
    """
    return records.by_name(Server, "server", name)


def access(server: Server) -> Access:
    """What its management API is asked with, also when the transaction is over."""
    login = (server.api_username, server.api_password)
    return Access(server.kind, server.api_url or "", *login)


def page(
    *, search: str = "", sort: str = "id", limit: int = LIMIT, cursor: str | None = None
) -> Page[Server]:
    """Read a part of the list.

    :param search: a text in the name or the title.
    :param sort: ``"id"`` or ``"name"``; ``"-name"`` is the reverse order.
    :param limit: rows, from 1 to 1000.
    :param cursor: :attr:`Page.next` of the part before, with the same sort.
    :raises InvalidInput: if sort, limit or cursor can't be used.
    """
    statement = sa.select(Server)
    if search:
        statement = statement.where(records.contains(search, Server.name, Server.title))
    sorts = {"id": Server.id, "name": Server.name}
    return records.page(statement, Server, sorts, sort=sort, limit=limit, cursor=cursor)


def count_channels(server_ids: list[int]) -> dict[int, int]:
    """How many channels each of these servers has."""
    column = Channel.server_id
    statement = sa.select(column, sa.func.count()).where(column.in_(server_ids)).group_by(column)
    rows = database.session().execute(statement)
    return {row[0]: row[1] for row in rows if row[0] is not None}
