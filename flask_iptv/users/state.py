"""Whether a user may watch at all at some time, and if not, why."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa

from ..models import User
from ..models.times import in_utc
from ..unreadable import Unreadable

#: Why a user is refused whose rules can't be read, until somebody mends them.
UNREADABLE = "rule_unreadable"

#: What a user can be; but for the first, the reason code of the refusal.
STATES = ("active", "disabled", "expired", "not_started")


def refusal(user: User, now: datetime) -> str | None:
    """Why the user may not watch anything at this time, as a reason code; ``None`` if allowed.

    :param now: UTC where it has no time zone.
    """
    if isinstance(user.allowed_networks, Unreadable):
        return UNREADABLE
    return refusal_by(user.enabled, user.starts_at, user.expires_at, user.max_sessions, in_utc(now))


def refusal_by(
    enabled: bool,
    starts_at: datetime | None,
    expires_at: datetime | None,
    max_sessions: int | None,
    now: datetime,
) -> str | None:
    """The rule of :func:`refusal` on bare values."""
    if not enabled:
        return _because_of(enabled, "disabled")
    if starts_at is not None and now < starts_at:
        return _because_of(starts_at, "not_started")
    if expires_at is not None and now >= expires_at:
        return _because_of(expires_at, "expired")
    # No limit is written as none, so this is a host's own idea of it.
    return UNREADABLE if max_sessions is not None and max_sessions < 1 else None


def _because_of(value: object, reason: str) -> str:
    # What can't be read is of the value that refuses.
    return UNREADABLE if isinstance(value, Unreadable) else reason


def is_in(state: str, now: datetime) -> sa.ColumnElement[bool]:
    """The same rule as a filter: only users in this one of :data:`STATES`."""
    early = User.starts_at > now
    over = User.expires_at <= now
    not_early = sa.or_(User.starts_at.is_(None), User.starts_at <= now)
    not_over = sa.or_(User.expires_at.is_(None), User.expires_at > now)
    conditions = {
        "active": sa.and_(User.enabled, not_early, not_over),
        "disabled": sa.not_(User.enabled),
        "not_started": sa.and_(User.enabled, early),
        "expired": sa.and_(User.enabled, not_early, over),
    }
    return conditions[state]
