"""What the database knows of a question, read with one statement."""

from __future__ import annotations

from datetime import datetime
from typing import Any, NamedTuple, cast

import sqlalchemy as sa

from .. import stream_urls
from ..lent import Lent
from ..models import Channel, Server, User, package_channels, user_packages
from ..prepared import Row
from ..redaction import hides
from ..stream_urls import HLS_TEMPLATE, MPEGTS_TEMPLATE
from .play import Play

_USERS, _CHANNELS, _SERVERS = (cast(sa.Table, model.__table__) for model in (User, Channel, Server))
_U, _C, _S = _USERS.c, _CHANNELS.c, _SERVERS.c


@hides("key")
class UserFacts(NamedTuple):
    """The user whose token was brought."""

    id: int
    name: str
    key: str
    max_sessions: int | None
    enabled: bool
    starts_at: datetime | None
    expires_at: datetime | None
    allowed_networks: list[str]
    by_packages: bool


@hides("securetoken_keys")
class ChannelFacts(NamedTuple):
    """The channel that is asked for, with its server."""

    id: int
    name: str
    enabled: bool
    url: str | None
    hls_template: str | None
    mpegts_template: str | None
    securetoken_keys: list[str] | None
    #: Whether it is in one of the user's packages.
    in_package: bool

    def covers(self, play: Play) -> bool:
        """Whether it is the channel that is asked for."""
        if play.path is None:
            # Some databases find "ort" for "ORT", which is another stream.
            return self.name in (play.stream, play.short_name)
        try:
            base = stream_urls.split_base(self.url or "")
        except ValueError:
            # Nothing is played at an address that is none.
            return False
        templates = (self.hls_template or HLS_TEMPLATE, self.mpegts_template or MPEGTS_TEMPLATE)
        return any(
            stream_urls.covers(template, base_path=base, name=self.name, path=play.path)
            for template in templates
        )


class Facts(NamedTuple):
    """A user and a channel; ``None`` where there is none."""

    user: UserFacts | None
    channel: ChannelFacts | None


_USER_COLUMNS = len(UserFacts._fields)

#: How many names a statement asks for: few sizes, since each is a statement of its own.
_SIZES = (1, 6, stream_urls.MAX_CANDIDATES)


def look_up(lent: Lent, play: Play) -> Facts:
    """Look up the user whose token was brought, and the channel that is asked for."""
    if play.stream is not None:
        names: tuple[str, ...] = (play.stream,)
        if play.short_name is not None:
            names += (play.short_name,)
    else:
        names = stream_urls.candidates(play.path or "") or ("",)
    size = next(size for size in _SIZES if size >= len(names))
    values: dict[str, Any] = {"token": play.token}
    for number in range(size):
        values[f"name_{number}"] = names[min(number, len(names) - 1)]
    statement = lent.prepared(("facts", size), lambda: _question(size))
    return _facts(statement.rows(lent.cursor, values), play)


def _facts(rows: list[Row], play: Play) -> Facts:
    first = rows[0]
    user = None if first[0] is None else UserFacts._make(first[:_USER_COLUMNS])
    channel = None
    for row in rows:
        if row[_USER_COLUMNS] is None:
            continue
        found = ChannelFacts._make(row[_USER_COLUMNS:])
        # The longest name wins: "sport/hd" has its own folder below that of "sport".
        if (channel is None or len(found.name) > len(channel.name)) and found.covers(play):
            channel = found
    return Facts(user, channel)


def _question(size: int) -> sa.Select[Any]:
    in_package = (
        sa.exists()
        .where(user_packages.c.user_id == _U.id)
        .where(user_packages.c.package_id == package_channels.c.package_id)
        .where(package_channels.c.channel_id == _C.id)
    )
    names = [sa.bindparam(f"name_{number}", type_=_C.name.type) for number in range(size)]
    one = sa.select(sa.literal_column("1").label("one")).subquery()
    return sa.select(
        *(_U.id, _U.name, _U.key, _U.max_sessions, _U.enabled, _U.starts_at, _U.expires_at),
        *(_U.allowed_networks, _U.by_packages),
        *(_C.id, _C.name, _C.enabled),
        *(_S.url, _S.hls_template, _S.mpegts_template, _S.securetoken_keys),
        in_package,
    ).select_from(
        one.outerjoin(_USERS, _U.key == sa.bindparam("token", type_=_U.key.type))
        .outerjoin(_CHANNELS, _C.name.in_(names))
        .outerjoin(_SERVERS, _S.id == _C.server_id)
    )
