"""What hosts guard their forms with: each asks for a token of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from flask import Flask, request
from flask_seasurf import SeaSurf
from flask_wtf import CSRFProtect

#: SeaSurf makes its cookies with ``datetime.utcnow()``.
ignore_utcnow = pytest.mark.filterwarnings(
    "ignore:datetime.datetime.utcnow:DeprecationWarning:flask_seasurf"
)


@dataclass(frozen=True)
class Guard:
    """A way to guard an app.

    :param field: the field of forms in which it looks for its token.
    :param refusal: the status that it answers without one.
    """

    name: str
    put_on: Callable[[Flask], object]
    field: str
    refusal: int


def _flask_wtf_renamed(app: Flask) -> None:
    app.config["WTF_CSRF_FIELD_NAME"] = "_guard"
    CSRFProtect(app)


def _flask_wtf_by_hand(app: Flask) -> None:
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False
    guard = CSRFProtect(app)

    @app.before_request
    def protect() -> None:
        # As our documentation says.
        if request.blueprint != "iptv":
            guard.protect()


def _seasurf(app: Flask) -> None:
    # It is off in tests unless one says so.
    app.config.setdefault("CSRF_DISABLE", False)
    SeaSurf(app)


def _seasurf_renamed(app: Flask) -> None:
    app.config["CSRF_COOKIE_NAME"] = "_guard"
    _seasurf(app)


FLASK_WTF = Guard("flask-wtf", CSRFProtect, "csrf_token", 400)
FLASK_WTF_RENAMED = Guard("flask-wtf-renamed", _flask_wtf_renamed, "_guard", 400)
FLASK_WTF_BY_HAND = Guard("flask-wtf-by-hand", _flask_wtf_by_hand, "csrf_token", 400)
SEASURF = Guard("seasurf", _seasurf, "_csrf_token", 403)
SEASURF_RENAMED = Guard("seasurf-renamed", _seasurf_renamed, "_guard", 403)
