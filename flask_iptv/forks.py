"""What a process made by ``fork`` must not share with its parent."""

from __future__ import annotations

import os
from typing import Protocol
from weakref import WeakSet


class Forgetful(Protocol):
    """Something with files or connections that only one process may use."""

    def forget(self) -> None:
        """Begin anew in the child, without a word to whom the parent is connected with."""


_THINGS: WeakSet[Forgetful] = WeakSet()


def forget_in_children(thing: Forgetful) -> None:
    """Call :meth:`Forgetful.forget` in every process that is forked from now on."""
    _THINGS.add(thing)


def _forget() -> None:
    for thing in list(_THINGS):
        thing.forget()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_forget)
