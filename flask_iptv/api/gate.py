"""The HTTP Basic login of the JSON API, which refuses in JSON."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from flask import Response

from .. import login as basic
from .errors import refusal

_auth = basic.basic_auth()


def _refuse(status: int) -> Response:
    message = "log in with HTTP Basic as IPTV_ADMIN_USERNAME: curl -u LOGIN:PASSWORD"
    return refusal(status, basic.CLOSED if basic.is_closed() else message)


_auth.error_handler(_refuse)


def login(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a view so that it asks for the login first."""
    return cast(Callable[..., Any], _auth.login_required(view))
