"""The order of channels: one takes a number, and its neighbours make room for it."""

from __future__ import annotations

from collections.abc import Iterable

import sqlalchemy as sa

from . import database
from .errors import InvalidInput, Problem
from .models import Channel, utcnow
from .phrases import Phrase

#: The highest number that a channel may have.
MAX_NUMBER = 1_000_000


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
    if channel.number is not None and channel.number < number:
        free = _first_free(channel, range(number, -1, -1))
        if free is not None:
            return _take(channel, number, range(free + 1, number + 1), -1)
    free = _first_free(channel, range(number, MAX_NUMBER + 1))
    if free is None:
        raise InvalidInput([Problem("number", number, Phrase("no number above it is free"))])
    return _take(channel, number, range(number, free), +1)


def put_before(channel: Channel, neighbour: Channel) -> int:
    """Move a channel to right before another.

    :return: how many other channels have another number now.
    :raises InvalidInput: if there is no number for it.
    """
    if neighbour.number is None:
        # Those without a number come last and have no order of their own.
        return place(channel, _behind_all(channel))
    comes_from_before = channel.number is not None and channel.number < neighbour.number
    return place(channel, neighbour.number - 1 if comes_from_before else neighbour.number)


def put_after(channel: Channel, neighbour: Channel) -> int:
    """Move a channel to right after another.

    :return: how many other channels have another number now.
    :raises InvalidInput: if there is no number for it.
    """
    if neighbour.number is None:
        return place(channel, _behind_all(channel))
    comes_from_before = channel.number is not None and channel.number < neighbour.number
    return place(channel, neighbour.number if comes_from_before else neighbour.number + 1)


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
    for number, other in _pairs(numbers, database.session().scalars(taken)):
        if number != other:
            return number
    return None


def _pairs(numbers: range, taken: Iterable[int | None]) -> Iterable[tuple[int, int | None]]:
    others = iter(taken)
    for number in numbers:
        yield number, next(others, None)


def _behind_all(channel: Channel) -> int:
    last = sa.select(sa.func.max(Channel.number)).where(Channel.id != channel.id)
    highest = database.session().scalar(last)
    return 1 if highest is None else highest + 1
