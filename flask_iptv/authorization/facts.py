"""What the database knows of a question, read with one statement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from .. import database, stream_urls
from ..models import Channel, Server, User, package_channels, user_packages
from ..stream_urls import HLS_TEMPLATE, MPEGTS_TEMPLATE
from .play import Play

_USERS, _CHANNELS, _SERVERS = (cast(sa.Table, model.__table__) for model in (User, Channel, Server))
_U, _C, _S = _USERS.c, _CHANNELS.c, _SERVERS.c


@dataclass(frozen=True)
class Facts:
    """A user and a channel with its server, as rows; ``None`` where there is none."""

    user: Any
    channel: Any


def look_up(play: Play) -> Facts:
    """The user whose token was brought, and the channel that is asked for."""
    names = (play.stream,) if play.stream is not None else stream_urls.candidates(play.path or "")
    asked = {"token": play.token, "names": names}
    rows = database.current().connection().execute(_QUESTION, asked).all()
    covered = [row for row in rows if row.channel_id is not None and _covers(row, play)]
    user = rows[0] if rows[0].user_id is not None else None
    return Facts(user, max(covered, key=lambda row: len(row.channel), default=None))


def _question() -> sa.Select[Any]:
    in_package = (
        sa.exists()
        .where(user_packages.c.user_id == _U.id)
        .where(user_packages.c.package_id == package_channels.c.package_id)
        .where(package_channels.c.channel_id == _C.id)
    )
    one = sa.select(sa.literal(1).label("one")).subquery()
    return sa.select(
        _U.id.label("user_id"),
        _U.key,
        _U.max_sessions,
        _U.enabled.label("user_enabled"),
        _U.starts_at,
        _U.expires_at,
        _U.allowed_networks,
        _U.by_packages,
        _C.id.label("channel_id"),
        _C.name.label("channel"),
        _C.enabled.label("channel_enabled"),
        _S.url,
        _S.hls_template,
        _S.mpegts_template,
        _S.securetoken_keys,
        in_package.label("in_package"),
    ).select_from(
        one.outerjoin(_USERS, _U.key == sa.bindparam("token"))
        .outerjoin(_CHANNELS, _C.name.in_(sa.bindparam("names", expanding=True)))
        .outerjoin(_SERVERS, _S.id == _C.server_id)
    )


#: Made once: it takes longer to put it together than to run it.
_QUESTION = _question()


def _covers(row: Any, play: Play) -> bool:
    if play.path is None:
        # Some databases find "ort" for "ORT", which is another stream.
        return bool(row.channel == play.stream)
    base = stream_urls.split_base(row.url or "")
    templates = (row.hls_template or HLS_TEMPLATE, row.mpegts_template or MPEGTS_TEMPLATE)
    return any(
        stream_urls.covers(template, base_path=base, name=row.channel, path=play.path)
        for template in templates
    )
