"""The channels that a user may watch, as the entries of a playlist."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, cast

import sqlalchemy as sa

from . import config, database, stream_urls
from .authorization import may_watch
from .errors import InvalidInput, Problem
from .models import Channel, Package, Server, User, package_channels, user_packages
from .phrases import Phrase
from .playlists.entry import Entry

_CHANNELS, _PACKAGES, _SERVERS = (
    cast(sa.Table, model.__table__) for model in (Channel, Package, Server)
)
_C, _S = _CHANNELS.c, _SERVERS.c

_TEMPLATES = {"hls": _S.hls_template, "mpegts": _S.mpegts_template}

#: How a playlist's streams may be sent.
OUTPUTS = tuple(_TEMPLATES)

#: Rows held at a time while a playlist is read.
_ROWS = 500

#: Counts and last changes, one row for each table, and one for each package of a user.
_STATES = sa.union_all(
    *(
        sa.select(
            sa.literal(table.name),
            # On their own, each may be answered from an index.
            sa.select(sa.func.count()).select_from(table).scalar_subquery(),
            sa.select(sa.func.max(table.c.updated_at)).scalar_subquery(),
        )
        for table in (_CHANNELS, _PACKAGES, _SERVERS)
    ),
    sa.select(
        sa.literal(user_packages.name),
        user_packages.c.package_id,
        sa.cast(sa.null(), _C.updated_at.type),
    ).where(user_packages.c.user_id == sa.bindparam("user_id")),
)


def entries(user: User, output: str, token: str | None = None) -> Iterator[Entry]:
    """List the channels of a user, by number, then title; those without a number come last.

    The database is asked once, when the first entry is taken, and hands the rows on bit by bit:
    a list of any length needs the same memory. A channel without a server is left out.

    :param output: one of :data:`OUTPUTS`.
    :param token: what each URL ends with; the user's own key unless it is given.
    :raises InvalidInput: if the output is another.
    """
    return _read(_statement(user, _template(output)), user.key if token is None else token)


def state(user: User, output: str) -> str:
    """A text that changes whenever :func:`entries` may, but for the token; one statement.

    Users who see the same channels have the same.

    :param output: one of :data:`OUTPUTS`.
    :raises InvalidInput: if the output is another.
    """
    _template(output)
    rows = database.current().connection().execute(_STATES, {"user_id": user.id})
    sees_all = _sees_all(user)
    seen = sorted(tuple(row) for row in rows if not sees_all or row[0] != user_packages.name)
    return repr((seen, sees_all, output))


def fingerprint(user: User, state: str) -> str:
    """A text that changes whenever a user's :func:`entries` may.

    :param state: what :func:`state` says of this user.
    """
    facts = repr((state, user.id, user.key, user.updated_at))
    return hashlib.sha256(facts.encode()).hexdigest()[:32]


def _template(output: str) -> sa.Column[Any]:
    if output not in _TEMPLATES:
        message = Phrase(
            "%(problem)s (was %(value)s)",
            problem=Phrase("must be one of %(choices)s", choices=", ".join(OUTPUTS)),
            value=repr(output[:60]),
        )
        raise InvalidInput([Problem("output", output, message)])
    return _TEMPLATES[output]


def _sees_all(user: User) -> bool:
    return may_watch(config.current(), user.by_packages, in_package=False)


def _statement(user: User, template: sa.Column[Any]) -> sa.Select[Any]:
    columns = (_C.name, _C.title, _C.number, _C.group_title, _C.logo, _C.epg_id, _S.url)
    statement = (
        sa.select(*columns, template.label("template"))
        .join_from(_CHANNELS, _SERVERS, _S.id == _C.server_id)
        .where(_C.enabled)
        .order_by(_C.number.is_(None), _C.number, _C.title, _C.id)
    )
    if _sees_all(user):
        return statement
    members = package_channels.c
    in_packages = (
        sa.select(members.channel_id)
        .join_from(
            package_channels, user_packages, user_packages.c.package_id == members.package_id
        )
        .where(user_packages.c.user_id == user.id)
    )
    return statement.where(_C.id.in_(in_packages))


def _read(statement: sa.Select[Any], key: str) -> Iterator[Entry]:
    options = {"yield_per": _ROWS}
    rows = database.current().connection().execute(statement, execution_options=options)
    for row in rows:
        url = stream_urls.render(row.template, base=row.url, name=row.name)
        yield Entry(
            url=stream_urls.with_token(url, key),
            title=row.title,
            epg_id=row.epg_id,
            number=row.number,
            group=row.group_title,
            logo=row.logo,
        )
