"""Sessions whose end is told without a word about the viewer."""

from __future__ import annotations

from datetime import datetime

from ..authorization import Play
from ..recent import Recent
from .dialect import UNTIL_CLOSED

#: Sessions remembered; with more, those that came first are forgotten.
MOST = 100_000


class Opened:
    """The questions with which running sessions were opened, by the sessions' ids.

    A process knows only those that it was asked about; of the others the lease runs out.
    """

    def __init__(self) -> None:
        # Whose lease has run out has no slot to give back.
        self._plays: Recent[str, Play] = Recent(UNTIL_CLOSED, MOST)

    def add(self, play: Play, now: datetime) -> None:
        """Remember a session that was opened."""
        if play.server_session is not None:
            self._plays.put(play.server_session, play, now.timestamp())

    def tick(self, now: datetime) -> None:
        """Forget those whose lease has run out."""
        self._plays.age(now.timestamp())

    def take(self, session: str) -> Play | None:
        """Forget a session that has ended, and give the question with which it was opened."""
        return self._plays.pop(session)
