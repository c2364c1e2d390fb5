"""The verbs on media servers."""

from __future__ import annotations

from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

import sqlalchemy as sa

from . import database, records
from .errors import InUse
from .fields import (
    BaseURL,
    EmptyIsNone,
    Input,
    Login,
    Name,
    SigningKeys,
    Template,
    Title,
    check,
)
from .models import Channel, Server, utcnow
from .records import Page
from .stream_urls import HLS_TEMPLATE, MPEGTS_TEMPLATE

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


class ServerFields(Input):
    """What a server is made of."""

    name: Name
    #: The name, unless something else is given.
    title: Annotated[Title | None, EmptyIsNone] = None
    #: Which program it is.
    kind: ServerKind = "flussonic"
    #: Public base URL.
    url: BaseURL
    #: How the URL of a stream is made of ``{base}`` and ``{name}``; Flussonic's way by default.
    hls_template: Annotated[Template | None, EmptyIsNone] = None
    mpegts_template: Annotated[Template | None, EmptyIsNone] = None
    #: Keys of signed links: the first signs, all verify.
    securetoken_keys: SigningKeys = []
    #: Base URL of its management API, through which it is told to cut a viewer.
    api_url: Annotated[BaseURL | None, EmptyIsNone] = None
    #: The API's login, if it has one.
    api_username: Annotated[Login | None, EmptyIsNone] = None
    api_password: Annotated[Login | None, EmptyIsNone] = None


def create(**fields: Any) -> Server:
    """Create a server; the fields are those of :class:`ServerFields`.

    :raises InvalidInput: if a field can't be used.
    """
    checked = check(ServerFields, fields)
    records.require_unique("server", Server.name, checked.name)
    server = Server()
    _apply(server, checked)
    database.session().add(server)
    database.flush()
    return server


def update(server: Server, /, **fields: Any) -> Server:
    """Change the given fields of a server.

    The API's password is forgotten when the API is at another host or another program from now on,
    unless it is given as well: it belongs to where it was entered for.

    :raises InvalidInput: if a field can't be used; nothing is changed then.
    """
    before = {name: getattr(server, name) for name in ServerFields.model_fields}
    checked = check(ServerFields, before | fields)
    records.require_unique("server", Server.name, checked.name, server.id)
    if "api_password" not in fields and _has_moved(server, checked):
        checked.api_password = None
    _apply(server, checked)
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


def page(*, search: str = "", **paging: Any) -> Page[Server]:
    """Read a part of the list; the paging is that of :func:`records.page`."""
    statement = sa.select(Server)
    if search:
        statement = statement.where(records.contains(search, Server.name, Server.title))
    return records.page(statement, Server, {"id": Server.id, "name": Server.name}, **paging)


def count_channels(server_ids: list[int]) -> dict[int, int]:
    """How many channels each of these servers has."""
    column = Channel.server_id
    statement = sa.select(column, sa.func.count()).where(column.in_(server_ids)).group_by(column)
    rows = database.session().execute(statement)
    return {row[0]: row[1] for row in rows if row[0] is not None}
