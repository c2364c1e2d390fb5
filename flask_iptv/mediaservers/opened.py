"""Sessions whose end is told without a word about the viewer."""

from __future__ import annotations

from threading import Lock

from ..authorization import Play

#: Sessions remembered; with more, those that came first are forgotten.
MOST = 100_000


class Opened:
    """The questions with which running sessions were opened, by the sessions' ids.

    A process knows only those that it was asked about; of the others the lease runs out.
    """

    def __init__(self) -> None:
        self._plays: dict[str, Play] = {}
        self._writing = Lock()

    def add(self, play: Play) -> None:
        """Remember a session that was opened."""
        if play.server_session is None:
            return
        if len(self._plays) >= MOST:
            with self._writing:
                for session in list(self._plays)[: MOST // 10]:
                    self._plays.pop(session, None)
        self._plays[play.server_session] = play

    def take(self, session: str) -> Play | None:
        """Forget a session that has ended, and give the question with which it was opened."""
        return self._plays.pop(session, None)
