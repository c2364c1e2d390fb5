"""The page with the list of users."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response, request

from .. import sessions
from .. import users as verbs
from ..lineup import open_to
from ..models import User, utcnow
from ..users import Wanted
from . import choices, lists, notices
from .door import routes
from .pages import show

#: The state that is no property of a user but depends on who watches: all slots are taken.
FULL = "full"


@dataclass(frozen=True)
class Row:
    """A user in the list.

    :param refusal: why the user may not watch now, as a reason code.
    :param watching: sessions now open.
    """

    user: User
    refusal: str | None
    watching: int


@routes.add("/users")
def users() -> Response:
    return shown()


def shown(status: int = 200, complaint: str = "") -> Response:
    """The list that the address asks for.

    :param complaint: what is wrong with what was asked for on it.
    """
    sort = request.args.get("sort") or "name"
    page = verbs.part(
        wanted(), sort=sort, limit=lists.ROWS, cursor=request.args.get("cursor") or None
    )
    return show(
        "users",
        status,
        page=page,
        rows=rows(page.items, utcnow()),
        here=lists.here(),
        sort=sort,
        packages=choices.packages(),
        open_to=open_to,
        complaint=complaint,
        notice=notices.of_switch(),
    )


def wanted() -> Wanted:
    """Which users the address asks for."""
    state, full = request.args.get("state") or None, None
    if state == FULL:
        state, full = None, sessions.full_users(now=utcnow())
    return Wanted(
        search=lists.search(),
        package=request.args.get("package") or None,
        enabled=lists.enabled(),
        state=state,
        among=full,
    )


def rows(users: list[User], now: datetime) -> list[Row]:
    """Users with what a list shows of them."""
    watching = sessions.count_by_user([user.id for user in users], now=now)
    return [Row(user, verbs.refusal(user, now), watching.get(user.id, 0)) for user in users]
