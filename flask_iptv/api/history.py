"""``/api/history`` and ``/api/usage``: what was watched, and how much of it on each day."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from .. import history
from ..errors import InvalidInput, NotFound, Problem
from ..fields import Input, told
from ..models import PastSession, utcnow
from .answer import Out
from .listing import Listing
from .query import NotBlank, Paging, Sort, Text, page
from .resource import Resource

#: Days that are told when none are asked for, the last one among them.
_DAYS = 30
_MAX_DAYS = 366


class HistoryQuery(Paging):
    """Which part of the list of past sessions is wanted."""

    sort: Annotated[Sort, told.sorts("id")] = Field(
        "-id", description="`id` for those first that ended first, `-id` for the last ones first."
    )
    user: Text = Field(None, description="Only sessions of the user of this name.")
    channel: Text = Field(None, description="Only sessions of the channel of this name.")


class PastSessionOut(Out):
    """A device that has watched a channel."""

    id: int
    user: str | None = Field(description="Name of the user; `null` if it was deleted since.")
    user_id: int | None = Field(description="`null` for a viewer with a signed link.")
    channel: str | None = Field(description="Name of the channel; `null` if it was deleted since.")
    channel_id: int
    address: str | None
    user_agent: str | None
    protocol: str | None
    opened_at: datetime
    ended_at: datetime = Field(
        description="When it was told to have ended, or was last heard of if it fell silent."
    )
    seconds: int = Field(description="How long it lasted.")
    bytes: int | None = Field(description="Sent to the viewer; `null` if nobody tells.")
    ending: str = Field(
        description="`closed` by the viewer, `silent` if nothing more was heard of it, `zapped` to "
        "another channel, `cut` for another device or by an administrator, `dismissed` when the "
        "user was deleted or got another token."
    )


class HistoryList(Listing):
    """A part of the list of past sessions."""

    history: list[PastSessionOut]


def _day(value: object) -> object:
    # Of a bare number pydantic makes a day in 1970, and Python reads 20270131 as a day too.
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value.strip()):
        try:
            return date.fromisoformat(value.strip())
        except ValueError:
            pass
    elif value is None:
        return None
    raise ValueError("must be a day such as '2026-01-31'")


_Day = Annotated[date | None, BeforeValidator(_day), NotBlank]


class UsageQuery(Input):
    """Which days are wanted, and of whom."""

    model_config = ConfigDict(defer_build=True)

    since: _Day = Field(None, description=f"The first day, UTC; {_DAYS} days when left out.")
    until: _Day = Field(None, description="The last day, UTC; today when left out.")
    user: Text = Field(None, description="Only what the user of this name watched.")
    channel: Text = Field(None, description="Only the channel of this name.")

    @model_validator(mode="after")
    def _first_before_last(self) -> UsageQuery:
        since, until = self.days()
        if since > until:
            raise ValueError(f"since ({since}) must not be after until ({until})")
        if (until - since).days >= _MAX_DAYS:
            raise ValueError(
                f"from since ({since}) to until ({until}) there may be at most {_MAX_DAYS} days"
            )
        return self

    def days(self) -> tuple[date, date]:
        """The first and the last day."""
        until = self.until or utcnow().date()
        first = max(until.toordinal() - _DAYS + 1, date.min.toordinal())
        return self.since or date.fromordinal(first), until


class DayOut(Out):
    """What was watched on a day."""

    day: date
    sessions: int = Field(description="How many were opened.")
    seconds: int = Field(description="Of all sessions together.")
    bytes: int = Field(description="Sent, as far as media servers tell.")


class UsageList(Out):
    """What was watched on each day; a session counts once it has ended."""

    usage: list[DayOut]


past = Resource("/history", "history")
daily = Resource("/usage", "usage")


@past.on("GET", query=HistoryQuery, answer=HistoryList)
def list_history(query: HistoryQuery) -> HistoryList:
    """List past sessions, those first that ended last."""
    found = page(history.page, query)
    shown = [_shown(session) for session in found.items]
    return HistoryList(history=shown, next=found.next, estimated_count=found.count)


@daily.on("GET", query=UsageQuery, answer=UsageList)
def list_usage(query: UsageQuery) -> UsageList:
    """Add up what was watched on each day."""
    since, until = query.days()
    try:
        totals = history.totals(since=since, until=until, user=query.user, channel=query.channel)
    except NotFound as error:
        raise InvalidInput([Problem(error.noun, error.key, str(error))]) from None
    return UsageList(usage=[DayOut(**vars(total)) for total in totals])


def _shown(session: PastSession) -> PastSessionOut:
    return PastSessionOut(
        id=session.id,
        user=session.user.name if session.user else None,
        user_id=session.user_id,
        channel=session.channel.name if session.channel else None,
        channel_id=session.channel_id,
        address=session.address,
        user_agent=session.user_agent,
        protocol=session.protocol,
        opened_at=session.opened_at,
        ended_at=session.ended_at,
        seconds=max(0, round((session.ended_at - session.opened_at).total_seconds())),
        bytes=session.bytes,
        ending=session.ending,
    )
