"""The HTTP Basic login of the JSON API, which refuses in JSON."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, cast

from flask import Response, request

from .. import crosssite, rate_limits
from .. import login as basic
from .errors import refusal

_auth = basic.basic_auth()


def _refuse(status: int) -> Response:
    message = "log in with HTTP Basic as IPTV_ADMIN_USERNAME: curl -u LOGIN:PASSWORD"
    return refusal(status, basic.CLOSED if basic.is_closed() else message)


_auth.error_handler(_refuse)


def login(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a view so that it asks for the login first, and lets an account write so often."""

    @wraps(view)
    def counted(*args: Any, **kwargs: Any) -> Any:
        if request.method not in crosssite.READING:
            _count(str(_auth.current_user()))
        return view(*args, **kwargs)

    return cast(Callable[..., Any], _auth.login_required(counted))


def _count(account: str) -> None:
    if wait := rate_limits.count("api_writes", account):
        raise rate_limits.TooMany("This account changes too much at once.", wait)
