"""``/api/servers``: the media servers, addressed by name."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import url_for
from pydantic import Field

from .. import holding, servers
from ..models import Server
from ..servers import ServerFields
from .answer import Created, RecordOut
from .listing import Listing
from .query import Search, page
from .resource import Resource


class ServerOut(RecordOut):
    """A media server."""

    id: int
    name: str
    title: str
    kind: str = Field(description="Which program it is.")
    url: str = Field(description="Public base URL.")
    hls_template: str
    mpegts_template: str
    securetoken_keys: list[str] = Field(
        description="The first signs, all verify; IPTV_SECURETOKEN_KEYS while empty."
    )
    api_url: str | None = Field(description="Base URL of its management API.")
    api_username: str | None
    created_at: datetime
    updated_at: datetime


class ServerList(Listing):
    """A part of the list of servers."""

    servers: list[ServerOut]


_READ_ONLY = ServerOut.model_fields.keys() - ServerFields.model_fields.keys()


def _hold(name: str) -> None:
    holding.hold_name(Server, name)


collection = Resource("/servers", "servers")
item = Resource("/servers/<name>", "server", hold=_hold)


@collection.on("GET", query=Search, answer=ServerList)
def list_servers(query: Search) -> ServerList:
    """List servers."""
    found = page(servers.page, query)
    shown = [_shown(server) for server in found.items]
    return ServerList(servers=shown, next=found.next, estimated_count=found.count)


@collection.on("POST", body=ServerFields, read_only=_READ_ONLY, answer=ServerOut, status=201)
def create_server(fields: dict[str, Any]) -> Created:
    """Create a server."""
    server = servers.create(**fields)
    return Created(_shown(server), url_for(".api_server", name=server.name))


@item.on("GET", answer=ServerOut)
def get_server(name: str) -> ServerOut:
    """Show a server."""
    return _shown(servers.get(name))


@item.on("PUT", body=ServerFields, partial=True, read_only=_READ_ONLY, answer=ServerOut)
def update_server(name: str, fields: dict[str, Any]) -> ServerOut:
    """Change the given fields of a server."""
    return _shown(servers.update(servers.get(name), **fields))


@item.on("DELETE", status=204)
def delete_server(name: str) -> None:
    """Delete a server that has no channels."""
    servers.delete(servers.get(name))


def _shown(server: Server) -> ServerOut:
    return ServerOut(
        id=server.id,
        name=server.name,
        title=server.title,
        kind=server.kind,
        url=server.url,
        hls_template=server.hls_template,
        mpegts_template=server.mpegts_template,
        securetoken_keys=server.securetoken_keys,
        api_url=server.api_url,
        api_username=server.api_username,
        created_at=server.created_at,
        updated_at=server.updated_at,
    )
