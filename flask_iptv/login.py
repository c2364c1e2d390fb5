"""The HTTP Basic login of the JSON API and, unless the host has its own, of the admin pages."""

from __future__ import annotations

import hmac

from flask_httpauth import HTTPBasicAuth
from werkzeug.security import check_password_hash

from . import config

CLOSED = (
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
    if settings.admin_password_hash is None:
        return None
    known = hmac.compare_digest(username.encode(), settings.admin_username.encode())
    # The hash is computed for a wrong name too: the time taken must not tell which was wrong.
    right = check_password_hash(settings.admin_password_hash, password)
    return username if known and right else None
