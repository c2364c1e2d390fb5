"""The order of channels: one takes a number, and its neighbours make room for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

import sqlalchemy as sa

from . import database
from .errors import InvalidInput, NotFound, Problem
from .models import Channel, utcnow
from .phrases import Phrase

S = TypeVar("S", bound=sa.sql.expression.GenerativeSelect)

#: The highest number that a channel may have.
MAX_NUMBER = 1_000_000
#: "iptv", as a number.
_POSTGRESQL_LOCK = 0x69707476 + 1


def place(channel: Channel, number: int) -> int:
    """Give a channel a number; whoever has it, and those next to them, make room.

    They move on by one, towards the number that the channel had, and only as far as the next one
    that is free. It takes the same few statements for any number of channels.

    :param number: from 0 to :data:`MAX_NUMBER`.
    :return: how many other channels have another number now.
    :raises InvalidInput: if the number can't be used, or none above it is free.
    """
    if not 0 <= number <= MAX_NUMBER:
        message = Phrase("must be from 0 to %(most)s", most=MAX_NUMBER)
        raise InvalidInput([Problem("number", number, message)])
    wait_for_others(channel)
    return _place(channel, number)


def _place(channel: Channel, number: int) -> int:
    if not 0 <= number <= MAX_NUMBER:
        raise _full(number)
    if channel.number is not None and channel.number < number:
        free = _first_free(channel, range(number, -1, -1))
        if free is not None:
            return _take(channel, number, range(free + 1, number + 1), -1)
    free = _first_free(channel, range(number, MAX_NUMBER + 1))
    if free is None:
        raise _full(number)
    return _take(channel, number, range(number, free), +1)


def _full(number: int) -> InvalidInput:
    return InvalidInput([Problem("number", number, Phrase("no number above it is free"))])


def put_before(channel: Channel, neighbour: Channel) -> int:
    """Move a channel to right before another; those that share a number with either part first.

    :return: how many other channels have another number now.
    :raises InvalidInput: if there is no number for it.
    :raises NotFound: if one of them was deleted a moment ago.
    """
    wait_for_others(channel, neighbour)
    if neighbour.number is None:
        # Those without a number come last and have no order of their own.
        return _place(channel, _behind_all(channel))
    parted = _part(channel, neighbour)
    comes_from_before = channel.number is not None and channel.number < neighbour.number
    return parted + _place(channel, neighbour.number - 1 if comes_from_before else neighbour.number)


def put_after(channel: Channel, neighbour: Channel) -> int:
    """Move a channel to right after another; see :func:`put_before`."""
    wait_for_others(channel, neighbour)
    if neighbour.number is None:
        return _place(channel, _behind_all(channel))
    parted = _part(channel, neighbour)
    comes_from_before = channel.number is not None and channel.number < neighbour.number
    return parted + _place(channel, neighbour.number if comes_from_before else neighbour.number + 1)


def wait_for_others(*channels: Channel) -> None:
    """Let one transaction at a time number channels, and forget what was read before.

    :raises NotFound: if one of these was deleted a moment ago.
    """
    session, ids = database.session(), [channel.id for channel in channels]
    connection = session.connection(bind_arguments={"mapper": Channel})
    if connection.dialect.name == "postgresql":
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_POSTGRESQL_LOCK)))
    elif connection.dialect.name in ("mysql", "mariadb"):
        # Whichever is moved, all wait for the same row.
        connection.execute(sa.select(Channel.id).order_by(Channel.id).limit(1).with_for_update())
    else:
        # To write is to hold the lock: on SQLite that of the database.
        as_it_is = {"number": Channel.number, "updated_at": Channel.updated_at}
        connection.execute(sa.update(Channel).where(Channel.id == ids[0]).values(as_it_is))
    renewed = _as_it_is_now(sa.select(Channel).where(Channel.id.in_(ids)))
    found = session.scalars(renewed, execution_options={"populate_existing": True}).all()
    for id in set(ids) - {channel.id for channel in found}:
        raise NotFound("channel", id)


def _shows_the_past() -> bool:
    # MySQL and MariaDB show what was there when the transaction began, except to who locks it.
    return database.session().get_bind(Channel).dialect.name in ("mysql", "mariadb")


def _as_it_is_now(statement: S) -> S:
    return statement.with_for_update() if _shows_the_past() else statement


def _part(channel: Channel, neighbour: Channel) -> int:
    """Give those that share a number with one of two channels numbers of their own."""
    moved = 0
    while (shared := _shared(channel, neighbour)) is not None:
        moved += _spread(shared)
        for one in (channel, neighbour):
            database.session().refresh(one, ["number"], with_for_update=_shows_the_past())
    return moved


def _shared(channel: Channel, neighbour: Channel) -> int | None:
    numbers = {channel.number, neighbour.number} - {None}
    statement = (
        sa.select(Channel.number)
        .where(Channel.number.in_(numbers))
        .group_by(Channel.number)
        .having(sa.func.count() > 1)
        .limit(1)
    )
    return database.session().scalar(_as_it_is_now(statement))


def _spread(number: int) -> int:
    """Let those of a number follow each other, and those behind them make room."""
    behind = sa.select(Channel.id, sa.type_coerce(Channel.number, sa.Integer)).where(
        Channel.number >= number
    )
    ordered = _as_it_is_now(behind.order_by(Channel.number, Channel.id))
    rows = database.session().execute(ordered).all()
    last, moving, now = number - 1, [], utcnow()
    for id, old in rows:
        last = max(old, last + 1)
        if last == old > number:
            break
        if last != old:
            moving.append({"id": id, "number": last, "updated_at": now})
    if last > MAX_NUMBER:
        raise _full(number)
    if moving:
        database.session().execute(sa.update(Channel), moving)
    return len(moving)


def _take(channel: Channel, number: int, moving: range, step: int) -> int:
    moved = 0
    if moving:
        statement = (
            sa.update(Channel)
            .where(Channel.number.between(moving[0], moving[-1]), Channel.id != channel.id)
            .values(number=Channel.number + step, updated_at=utcnow())
        )
        options = {"synchronize_session": False}
        connection = database.session().connection(bind_arguments={"mapper": Channel})
        moved = connection.execute(statement, execution_options=options).rowcount
    if channel.number != number:
        channel.number, channel.updated_at = number, utcnow()
    database.flush()
    database.session().expire_all()
    return moved


def _first_free(channel: Channel, numbers: range) -> int | None:
    """The first of these numbers that no other channel has."""
    ends = (min(numbers[0], numbers[-1]), max(numbers[0], numbers[-1]))
    taken = (
        sa.select(Channel.number)
        .where(Channel.number.between(*ends), Channel.id != channel.id)
        .distinct()
        .order_by(Channel.number if numbers.step > 0 else Channel.number.desc())
    )
    for number, other in _pairs(numbers, database.session().scalars(_as_it_is_now(taken))):
        if number != other:
            return number
    return None


def _pairs(numbers: range, taken: Iterable[int | None]) -> Iterable[tuple[int, int | None]]:
    others = iter(taken)
    for number in numbers:
        yield number, next(others, None)


def _behind_all(channel: Channel) -> int:
    last = sa.select(sa.func.max(Channel.number)).where(Channel.id != channel.id)
    highest = database.session().scalar(_as_it_is_now(last))
    return 1 if highest is None else highest + 1
