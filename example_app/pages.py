"""The site's own pages."""

from __future__ import annotations

from flask import Blueprint, Response, render_template
from flask_login import current_user, login_required
from werkzeug.exceptions import (
    BadRequest,
    Forbidden,
    HTTPException,
    NotFound,
    TooManyRequests,
)

from flask_iptv import channels, users
from flask_iptv.models import Channel, utcnow

blueprint = Blueprint("pages", __name__)


@blueprint.get("/")
def front() -> str:
    """What the club is, and what one can watch."""
    groups: dict[str, list[Channel]] = {}
    for channel in channels.page(enabled=True, sort="number").items:
        groups.setdefault(channel.group or "More", []).append(channel)
    return render_template("front.html", groups=groups)


@blueprint.get("/my-tv")
@login_required  # type: ignore[untyped-decorator]
def my_tv() -> str:
    """The playlists of a member: the links hold the token of the account's IPTV user."""
    user = current_user.user
    reason = users.refusal(user, utcnow()) if user else None
    return render_template("my_tv.html", user=user, reason=reason)


@blueprint.after_app_request
def _keep_from_caches(response: Response) -> Response:
    """Every page is of one visitor: a form's token is in it, or a member's name and playlists."""
    if not response.cache_control:
        response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.app_errorhandler(BadRequest)
@blueprint.app_errorhandler(Forbidden)
@blueprint.app_errorhandler(NotFound)
@blueprint.app_errorhandler(TooManyRequests)
def _error(error: HTTPException) -> Response:
    page = Response(render_template("error.html", error=error), error.code)
    if isinstance(error, TooManyRequests) and error.retry_after is not None:
        page.headers["Retry-After"] = str(error.retry_after)
    return page
