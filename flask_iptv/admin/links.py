"""The page that makes signed links."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from .. import channels
from ..errors import InvalidInput, NotFound, Problem
from ..fields import check
from ..links import LIFETIME, LinkFields, SignedLink, sign
from ..models import utcnow
from ..phrases import Phrase
from ..words import mark, said
from . import channel_titles, choices
from .door import routes
from .forms import Form, Value, given
from .pages import show

#: What the form has before anything is typed.
BLANK: Mapping[str, Value] = {
    "channel": "",
    "ip": "",
    "lifetime": str(LIFETIME),
    "output": "hls",
}

#: Seconds, and how a person calls them.
_LIFETIMES = {
    3600: mark("1 hour"),
    10_800: mark("3 hours"),
    43_200: mark("12 hours"),
    86_400: mark("1 day"),
    259_200: mark("3 days"),
    604_800: mark("1 week"),
    2_592_000: mark("30 days"),
}

#: Channels that the field suggests; it takes the name of any other as well.
SUGGESTIONS = 500


@routes.add("/links", methods=["GET", "POST"])
def links() -> Response:
    form = Form({**BLANK, "channel": request.args.get("channel", "")})
    link = None
    if request.method == "POST":
        form = Form.sent(BLANK)
        link = form.save(lambda: signed(form))
    return show(
        "links",
        form.status,
        form=form,
        link=link,
        channels=choices.channels(limit=SUGGESTIONS),
        addresses=[],
        lifetimes=lifetimes(),
    )


def lifetimes() -> dict[str, str]:
    """How long a link may be good for: seconds, and how a person calls them."""
    return {str(seconds): said(words) for seconds, words in _LIFETIMES.items()}


def signed(form: Form) -> SignedLink:
    """The link that a form asks for.

    :raises InvalidInput: if there can't be one.
    """
    fields = check(LinkFields, given(channel_titles.with_name(form.values)))
    form.values["channel"] = fields.channel
    try:
        channel = channels.get(fields.channel)
    except NotFound as error:
        message, near = error.message, channel_titles.near(fields.channel)
        if near:
            message = Phrase("%(problem)s; did you mean %(near)s?", problem=message, near=near)
        raise InvalidInput([Problem("channel", fields.channel, message)]) from None
    return sign(channel, ip=fields.ip, lifetime=fields.lifetime, output=fields.output, now=utcnow())
