"""Refusing writes that another site's page sends with an administrator's cookies or login."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar
from urllib.parse import urlsplit

from flask import request
from werkzeug.exceptions import Forbidden

from . import config
from .phrases import Phrase

P = ParamSpec("P")
T = TypeVar("T")

#: Methods that change nothing.
READING = frozenset({"GET", "HEAD", "OPTIONS"})


def refuse(view: Callable[P, T]) -> Callable[P, T]:
    """Decorate a view so that a browser can't be made to write from another site's page.

    Browsers tell in ``Sec-Fetch-Site`` where a request comes from, older ones in ``Origin``;
    scripts tell neither and have no cookies to be abused. No token, session or secret key is
    needed for that.
    """

    @wraps(view)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        if request.method not in READING and is_foreign():
            raise Forbidden(
                Phrase(
                    "This was sent from a page of another site, so nothing was changed. "
                    "If that site may do it, add it to IPTV_TRUSTED_ORIGINS."
                )
            )
        return view(*args, **kwargs)

    return guarded


def is_foreign() -> bool:
    """Whether a browser says that the request comes from another site's page."""
    origin = request.headers.get("Origin")
    if origin is not None and origin in config.current().trusted_origins:
        return False
    fetch_site = request.headers.get("Sec-Fetch-Site")
    if fetch_site is not None:
        return fetch_site not in ("same-origin", "none")
    return origin is not None and _host(origin) != request.host


def _host(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc
    except ValueError:
        return None
