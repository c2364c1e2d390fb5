"""Servers that can't be told anything, which they say of themselves."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

from ..phrases import Phrase
from .contract import CannotCut, Finding, NotManageable, Stream, Watcher


class Unmanaged:
    """A server without a management API, or with one that nobody here speaks.

    :param program: what the server is, as messages name it.
    """

    def __init__(self, program: str) -> None:
        self._program = program

    def streams(self) -> Iterator[Stream]:
        raise NotManageable(
            Phrase("%(program)s can't be asked for its streams", program=self._program)
        )

    def cut(self, watcher: Watcher) -> NoReturn:
        raise CannotCut(Phrase("%(program)s can't be told to cut a viewer", program=self._program))

    def check(self) -> Iterator[Finding]:
        yield Finding(
            None,
            Phrase(
                "There is nothing to check: %(program)s can't be asked for its streams nor told to "
                "cut a viewer; enter its channels by hand; viewers are refused when it next asks.",
                program=self._program,
            ),
        )
