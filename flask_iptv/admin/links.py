"""The page that makes signed links."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from .. import channels
from ..errors import InvalidInput, NotFound, Problem
from ..fields import check
from ..links import LIFETIME, LinkFields, SignedLink, sign
from ..models import utcnow
from . import choices
from .door import routes
from .forms import Form, Value
from .pages import show

_BLANK: Mapping[str, Value] = {
    "channel": "",
    "ip": "",
    "lifetime": str(LIFETIME),
    "output": "hls",
}

#: Seconds, and how a person calls them.
LIFETIMES = {
    3600: "1 hour",
    10_800: "3 hours",
    43_200: "12 hours",
    86_400: "1 day",
    259_200: "3 days",
    604_800: "1 week",
    2_592_000: "30 days",
}


#: Channels that the field suggests; it takes the name of any other as well.
SUGGESTIONS = 500


@routes.add("/links", methods=["GET", "POST"])
def links() -> Response:
    form = Form({**_BLANK, "channel": request.args.get("channel", "")})
    link = None
    if request.method == "POST":
        form = Form.sent(_BLANK)
        link = form.save(lambda: _sign(form))
    return show(
        "links",
        form.status,
        form=form,
        link=link,
        channels=choices.channels(limit=SUGGESTIONS),
        lifetimes={str(seconds): words for seconds, words in LIFETIMES.items()},
    )


def _sign(form: Form) -> SignedLink:
    fields = check(LinkFields, form.values)
    try:
        channel = channels.get(fields.channel)
    except NotFound as error:
        raise InvalidInput([Problem("channel", fields.channel, error.message)]) from None
    return sign(channel, ip=fields.ip, lifetime=fields.lifetime, output=fields.output, now=utcnow())
