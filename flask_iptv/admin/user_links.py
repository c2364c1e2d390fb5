"""The tab that makes signed links for a user, who needs no token for them."""

from __future__ import annotations

from flask import Response, request

from .. import sessions
from .. import users as verbs
from ..models import utcnow
from . import choices
from .door import routes
from .forms import Form
from .links import BLANK, SUGGESTIONS, lifetimes, signed
from .user import show_tab

#: Addresses that are offered, of the devices that watch now.
_ADDRESSES = 10


@routes.add("/users/<int:user_id>/links", methods=["GET", "POST"])
def user_links(user_id: int) -> Response:
    user = verbs.get(user_id)
    form, link = Form(BLANK), None
    if request.method == "POST":
        form = Form.sent(BLANK)
        link = form.save(lambda: signed(form))
    now = sessions.page(now=utcnow(), user=user.name, sort="-opened_at", limit=_ADDRESSES)
    return show_tab(
        "user_links",
        user,
        form.status,
        form=form,
        link=link,
        channels=choices.channels(limit=SUGGESTIONS),
        addresses=list(dict.fromkeys(one.address for one in now.items if one.address)),
        lifetimes=lifetimes(),
    )
