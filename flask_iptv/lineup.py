"""The channels that a user may watch, as the entries of a playlist."""

from __future__ import annotations

import hashlib
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, cast

import sqlalchemy as sa

from . import config, database, stream_urls
from .authorization import may_watch
from .connections import Connections
from .errors import InvalidInput, Problem
from .models import Channel, Package, Server, User, package_channels, user_packages
from .phrases import Phrase
from .playlists.entry import Entry

_CHANNELS, _PACKAGES, _SERVERS = (
    cast(sa.Table, model.__table__) for model in (Channel, Package, Server)
)
_C, _S = _CHANNELS.c, _SERVERS.c

_COLUMNS = (_C.id, _C.name, _C.title, _C.number, _C.group_title, _C.logo, _C.epg_id, _S.url)

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


class Entries(Iterator[Entry]):
    """The entries of one list, read while they are taken.

    :param statement: gives them.
    :param template: of their addresses.
    :param key: what each address ends with.
    """

    def __init__(self, statement: sa.Select[Any], template: sa.Column[Any], key: str) -> None:
        self._rows = _read(statement)
        self._template = template
        self._key = key

    def __next__(self) -> Entry:
        _, name, title, number, group, logo, epg_id, base, template = next(self._rows)
        url = stream_urls.render(template, base=base, name=name)
        return Entry(
            url=stream_urls.with_token(url, self._key),
            title=title,
            epg_id=epg_id,
            number=number,
            group=group,
            logo=logo,
        )

    def let_go(self, connections: Connections) -> None:
        """Have done with the transaction, for whoever takes the rest at a pace of his own.

        Which channels they are is read at once, eight bytes each. What they are is read part by
        part, and nothing is held while the next part is waited for.

        :param connections: by which the rest is read.
        """
        rest = array("q", (row[0] for row in self._rows))
        self._rows = _read_parts(rest, self._template, connections)


def entries(user: User, output: str, token: str | None = None) -> Entries:
    """List the channels of a user, by number, then title; those without a number come last.

    The database is asked once, when the first entry is taken, and hands the rows on bit by bit:
    a list of any length needs the same memory. A channel without a server is left out.

    :param output: one of :data:`OUTPUTS`.
    :param token: what each URL ends with; the user's own key unless it is given.
    :raises InvalidInput: if the output is another.
    """
    template = _template(output)
    return Entries(_statement(user, template), template, user.key if token is None else token)


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


def open_to(user: User) -> str:
    """What a user may watch: ``packages``, or without any ``all`` or ``none``."""
    if user.packages:
        return "packages"
    return "all" if _sees_all(user) else "none"


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
    statement = (
        _listed(template)
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


def _listed(template: sa.Column[Any]) -> sa.Select[Any]:
    columns = (*_COLUMNS, template.label("template"))
    return sa.select(*columns).join_from(_CHANNELS, _SERVERS, _S.id == _C.server_id)


def _read(statement: sa.Select[Any]) -> Iterator[Sequence[Any]]:
    options = {"yield_per": _ROWS}
    yield from database.current().connection().execute(statement, execution_options=options)


def _read_parts(
    ids: array[int], template: sa.Column[Any], connections: Connections
) -> Iterator[Sequence[Any]]:
    names = [f"id_{number}" for number in range(_ROWS)]
    among = [sa.bindparam(name, type_=_C.id.type) for name in names]
    statement = _listed(template).where(_C.id.in_(among))
    for start in range(0, len(ids), _ROWS):
        part = ids[start : start + _ROWS]
        # The statement has as many places at the end of the list.
        given = dict(zip(names, [*part, *[0] * (_ROWS - len(part))], strict=True))
        rows = connections.ask(
            lambda lent, given=given: lent.prepared(  # type: ignore[misc]
                ("lineup", template.name), lambda: statement
            ).rows(lent.cursor, given)
        )
        found = {row[0]: row for row in rows}
        yield from (found[id] for id in part if id in found)
