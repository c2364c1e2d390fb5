"""Decisions in numbers: for how long, and whose."""

from __future__ import annotations

from datetime import datetime
from math import ceil

from ..config import Settings
from .play import Decision
from .rules import Viewer


class Answers:
    """Makes the decisions of one app."""

    def __init__(self, settings: Settings) -> None:
        self._allow, self._deny = settings.auth_duration, settings.deny_duration

    def allow(self, viewer: Viewer, now: datetime) -> Decision:
        """A viewer of ours may watch."""
        user, duration = viewer.user, self._allow
        # An answer that outlived the right to watch would let the stream run on after its end.
        for end in (viewer.link_ends_at, user.expires_at if user is not None else None):
            if end is not None:
                duration = max(1, min(duration, ceil((end - now).total_seconds())))
        if user is None:
            return Decision(None, duration)
        return Decision(None, duration, user.id, user.max_sessions)

    def allow_anybody(self) -> Decision:
        """A viewer may watch who is nobody's user and takes no slot."""
        return Decision(None, self._allow)

    def deny(self, reason: str, viewer: Viewer | None = None) -> Decision:
        """A viewer may not watch."""
        user = viewer.user if viewer is not None else None
        return Decision(reason, self._deny, user.id if user is not None else None)
