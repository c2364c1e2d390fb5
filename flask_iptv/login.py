"""The HTTP Basic login of the JSON API and, unless the host has its own, of the admin pages."""

from __future__ import annotations

import hmac

from flask_httpauth import HTTPBasicAuth

from . import config
from .phrases import mark
from .rate_limits import check_password

CLOSED = mark(
    "This is closed until the site's owner sets IPTV_ADMIN_PASSWORD_HASH, "
    "a hash made by werkzeug.security.generate_password_hash."
)


def basic_auth() -> HTTPBasicAuth:
    """A login that asks for ``IPTV_ADMIN_USERNAME`` and its password."""
    auth = HTTPBasicAuth(realm="IPTV administration")
    auth.verify_password(_verify)
    return auth


def is_closed() -> bool:
    """Whether nobody can log in, because no password hash is configured."""
    return config.current().admin_password_hash is None


def _verify(username: str, password: str) -> str | None:
    settings = config.current()
    if settings.admin_password_hash is None or not (username or password):
        # Who says nothing, as every browser does at first, guesses nothing.
        return None
    known = hmac.compare_digest(username.encode(), settings.admin_username.encode())
    right = check_password(username, password, settings.admin_password_hash, exists=known)
    return username if right else None
