"""What a user is made of: as callers give it, and as it is checked."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, TypedDict

from pydantic import model_validator

from ..fields import (
    Comment,
    Email,
    Flag,
    Input,
    MaxSessions,
    Name,
    Names,
    Networks,
    NotBlank,
    Token,
    UTCTime,
)
from ..phrases import Phrase


class UserDetails(TypedDict, total=False):
    """The fields that a new user may do without."""

    email: str | None
    #: The viewer's token, of at least 8 characters; made when absent.
    key: str | None
    #: Devices that may watch at once; unlimited when absent.
    max_sessions: int | None
    #: Names of packages; an empty list is nothing to watch, ``None`` what
    #: ``IPTV_WITHOUT_PACKAGES`` says.
    packages: list[str] | None
    enabled: bool
    #: From when to when the user may watch; UTC where no zone is given.
    starts_at: datetime | None
    expires_at: datetime | None
    #: CIDR networks the viewer may watch from, such as ``192.0.2.0/24``; anywhere when empty.
    allowed_networks: list[str]
    comment: str | None


class NewUser(UserDetails):
    """The fields of :func:`users.create`.

    ``email``, ``key`` (the token; made when absent), ``max_sessions`` (devices at once; unlimited
    when absent), ``packages`` (names; an empty list is nothing to watch, ``None`` what
    ``IPTV_WITHOUT_PACKAGES`` says), ``enabled``, ``starts_at`` and ``expires_at`` (UTC where no
    zone is given), ``allowed_networks`` (such as ``192.0.2.0/24``; anywhere when empty) and
    ``comment`` may be absent.
    """

    name: str


class UserChanges(UserDetails, total=False):
    """The fields of :func:`users.update`: those of :class:`NewUser`, none of which is required."""

    name: str


class NewToken(Input):
    """A token that replaces another."""

    key: Token


class UserFields(Input):
    """What a user is made of."""

    name: Name
    email: Annotated[Email | None, NotBlank] = None
    key: Annotated[Token | None, NotBlank] = None
    max_sessions: Annotated[MaxSessions | None, NotBlank] = None
    packages: Names | None = None
    enabled: Flag = True
    starts_at: Annotated[UTCTime | None, NotBlank] = None
    expires_at: Annotated[UTCTime | None, NotBlank] = None
    allowed_networks: Networks = []
    comment: Annotated[Comment | None, NotBlank] = None

    @model_validator(mode="after")
    def _start_before_end(self) -> UserFields:
        if self.starts_at and self.expires_at and self.starts_at >= self.expires_at:
            raise ValueError(
                Phrase(
                    "expires_at (%(end)s UTC) must be after starts_at (%(start)s UTC)",
                    end=f"{self.expires_at:%Y-%m-%d %H:%M}",
                    start=f"{self.starts_at:%Y-%m-%d %H:%M}",
                )
            )
        return self
