"""The HTTP Basic login of the JSON API and, unless the host has its own, of the admin pages."""

from __future__ import annotations

import hmac
import secrets
import time
from collections.abc import Callable

from flask_httpauth import HTTPBasicAuth
from werkzeug.security import check_password_hash

from . import config
from .phrases import mark

#: How long a login that was right is not hashed again.
REMEMBERED_SECONDS = 60
#: A site has few administrators; more than this would be somebody's attempt to fill memory.
MOST_REMEMBERED = 100

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


class Memory:
    """Logins that were right a short while ago, as digests that only this process can make.

    A password's hash is slow on purpose, a sixth of a second, which is no way to treat a billing
    script at each of its calls. What was wrong is never remembered.

    :param clock: seconds that only ever grow.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._secret = secrets.token_bytes(32)
        self._until: dict[bytes, float] = {}

    def has(self, *login: str) -> bool:
        """Whether this login was right within the last :data:`REMEMBERED_SECONDS`."""
        return self._until.get(self._digest(login), 0) > self._clock()

    def add(self, *login: str) -> None:
        """Remember a login that was right."""
        if len(self._until) >= MOST_REMEMBERED:
            self._until.clear()
        self._until[self._digest(login)] = self._clock() + REMEMBERED_SECONDS

    def _digest(self, login: tuple[str, ...]) -> bytes:
        return hmac.digest(self._secret, repr(login).encode("utf-8", "surrogatepass"), "sha256")


_memory = Memory()


def _verify(username: str, password: str) -> str | None:
    settings = config.current()
    if settings.admin_password_hash is None:
        return None
    # With the hash in it, so that a new password is asked for at once.
    login = (settings.admin_username, settings.admin_password_hash, username, password)
    if _memory.has(*login):
        return username
    known = hmac.compare_digest(username.encode(), settings.admin_username.encode())
    # The hash is computed for a wrong name too: the time taken must not tell which was wrong.
    right = check_password_hash(settings.admin_password_hash, password)
    if not (known and right):
        return None
    _memory.add(*login)
    return username
