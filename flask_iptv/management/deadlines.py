"""Giving up on a media server in time, however many questions it takes to do a thing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from ..fetching import Fetcher, FetchError
from .contract import Access, Finding, Management, Stream, Watcher
from .remote import Remote

#: Seconds for a whole list of streams, and for a check, which reads one.
LIST_SECONDS = 60
#: Seconds for cutting a viewer.
CUT_SECONDS = 20


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
        return self._within(LIST_SECONDS, "to tell all its streams").streams()

    def cut(self, watcher: Watcher) -> str:
        return self._within(CUT_SECONDS, "to cut a viewer").cut(watcher)

    def check(self) -> Iterator[Finding]:
        return self._within(LIST_SECONDS, "to answer what was asked of it").check()

    def _within(self, seconds: float, doing: str) -> Management:
        end = self.clock() + seconds

        def keep_time() -> None:
            if self.clock() >= end:
                raise FetchError(f"{self.program} took longer than {seconds:g} seconds {doing}")

        return self.speaks(Remote(self.access, self.fetcher, self.program, keep_time))
