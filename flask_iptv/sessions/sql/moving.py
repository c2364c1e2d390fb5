"""Sessions that move between the tables and the memory of a process that is alone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress

from ...lent import Lent
from ..slot import Slot
from . import statements as sql


def give_all(lent: Lent, take: Callable[[Sequence[Slot]], None]) -> None:
    """Give every session away, if there are any; all stay if who takes them raises."""
    if not sql.any_session(lent):
        return
    lent.begin()
    take(sql.every(lent))
    sql.delete_every(lent)
    lent.commit()


def take(lent: Lent, slots: Sequence[Slot], last_id: int) -> None:
    """Take slots that were counted somewhere else; without those whose user is gone.

    :param last_id: the highest id that was ever given there; none of them is given here.
    """
    given = sql.last_id(lent)
    if not slots and last_id <= given:
        return
    lent.begin()
    sql.leave_out_ids(lent, last_id)
    for slot in slots:
        with suppress(lent.integrity_error):
            sql.insert(lent, slot, keeps_id=slot.id > given)
    lent.commit()
