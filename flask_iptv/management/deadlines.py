"""Giving up on a media server in time, however many questions it takes to do a thing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..fetching import Fetcher, FetchError
from ..phrases import Phrase, mark
from .contract import Access, Finding, Management, Stream, Watcher
from .remote import Remote

#: Seconds for a whole list of streams, and for a check, which reads one.
LIST_SECONDS = 60
#: Seconds for cutting a viewer.
CUT_SECONDS = 20

_LATE_LIST = mark("%(program)s took longer than %(seconds)s seconds to tell all its streams")
_LATE_CUT = mark("%(program)s took longer than %(seconds)s seconds to cut a viewer")
_LATE_CHECK = mark(
    "%(program)s took longer than %(seconds)s seconds to answer what was asked of it"
)


@dataclass(frozen=True)
class Timed:
    """A server of which each thing that is asked has a time; after it no question is begun.

    :param program: what the server is, as messages name it.
    :param speaks: makes what speaks its API.
    :param clock: seconds of a clock that is never set.
    """

    program: str
    speaks: Callable[[Remote], Management]
    access: Access
    fetcher: Fetcher
    clock: Callable[[], float] = time.monotonic

    def streams(self) -> Iterator[Stream]:
        return self._within(LIST_SECONDS, _LATE_LIST).streams()

    def cut(self, watcher: Watcher) -> str:
        return self._within(CUT_SECONDS, _LATE_CUT).cut(watcher)

    def check(self) -> Iterator[Finding]:
        return self._within(LIST_SECONDS, _LATE_CHECK).check()

    def _within(self, seconds: float, late: str) -> Management:
        end = self.clock() + seconds

        def keep_time() -> None:
            if self.clock() >= end:
                raise FetchError(Phrase(late, program=self.program, seconds=f"{seconds:g}"))

        return self.speaks(Remote(self.access, self.fetcher, self.program, keep_time))
