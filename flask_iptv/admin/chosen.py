"""Which rows of a list something is to be done to: those that were ticked, or all that match."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import request

from . import lists


@dataclass(frozen=True)
class Chosen:
    """The rows that something is to be done to.

    :param ids: of those that are there, in the order of the list.
    :param gone: how many of the ticked ones are not there any more.
    :param is_all: whether they are all that match the filter, rather than ticked ones.
    """

    ids: list[int]
    gone: int
    is_all: bool

    @property
    def digest(self) -> str:
        """Tells them from any others, in a field."""
        return hashlib.sha256(repr(self.ids).encode()).hexdigest()

    def beyond(self, id: int) -> Chosen:
        """Those of them with higher ids."""
        return replace(self, ids=[one for one in self.ids if one > id])


def chosen(
    field: str, match: Callable[[], list[int]], among: Callable[[frozenset[int]], list[int]]
) -> Chosen:
    """Read from the form which rows were chosen.

    :param field: what the ticks are called.
    :param match: gives the ids of all that match the filter.
    :param among: gives those of these ids that there are.
    """
    if "all" in request.form:
        return Chosen(match(), gone=0, is_all=True)
    ticked = {one for sent in request.form.getlist(field) for one in sent.split(",") if one}
    ids = among(lists.ids(field))
    return Chosen(ids, gone=len(ticked) - len(ids), is_all=False)
