"""The HTTP Basic login of the JSON API and, unless the host has its own, of the admin pages."""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from threading import Lock

from flask_httpauth import HTTPBasicAuth
from werkzeug.exceptions import TooManyRequests
from werkzeug.security import check_password_hash

from . import config, forks, hashing, rate_limits
from .config import Settings
from .phrases import Phrase, mark

#: A site has few administrators; more than this would be somebody's attempt to fill memory.
MOST_REMEMBERED = 100

CLOSED = mark(
    "This is closed until the site's owner sets IPTV_ADMIN_PASSWORD_HASH, "
    "a hash made by werkzeug.security.generate_password_hash."
)
LIMITED = Phrase("There were too many wrong logins from this address or for this name.")
BUSY = Phrase("Other logins are being checked at this moment.")


def basic_auth() -> HTTPBasicAuth:
    """A login that asks for ``IPTV_ADMIN_USERNAME`` and its password."""
    auth = HTTPBasicAuth(realm="IPTV administration")
    auth.verify_password(_verify)
    return auth


def is_closed() -> bool:
    """Whether nobody can log in, because no password hash is configured."""
    return config.current().admin_password_hash is None


class TooManyLogins(TooManyRequests):
    """A login is not looked at now.

    :param why: a sentence.
    :param seconds: to wait.
    """

    def __init__(self, why: Phrase, seconds: int) -> None:
        super().__init__(f"{why} Try again in {seconds} s.", retry_after=seconds)
        self.why, self.seconds = why, seconds


class Memory:
    """Logins that were right, as digests that only this process can make.

    A password's hash is slow on purpose, a sixth of a second, which is no way to treat a billing
    script at each of its calls. And whoever logs in rightly is let in while others guess from the
    same address, or the same name: no hash is needed to know that one again. What was wrong is
    never remembered.
    """

    def __init__(self) -> None:
        self._secret = secrets.token_bytes(32)
        self._right: OrderedDict[bytes, None] = OrderedDict()
        self._lock = Lock()

    def has(self, *login: str) -> bool:
        """Whether this login was right before."""
        digest = self._digest(login)
        with self._lock:
            if digest not in self._right:
                return False
            self._right.move_to_end(digest)
            return True

    def add(self, *login: str) -> None:
        """Remember a login that was right."""
        with self._lock:
            self._right[self._digest(login)] = None
            if len(self._right) > MOST_REMEMBERED:
                self._right.popitem(last=False)

    def forget(self) -> None:
        """Begin anew with the lock in a process that was forked; what is known stays known."""
        self._lock = Lock()

    def _digest(self, login: tuple[str, ...]) -> bytes:
        return hmac.digest(self._secret, repr(login).encode("utf-8", "surrogatepass"), "sha256")


_memory = Memory()
forks.forget_in_children(_memory)
_turns = hashing.Turns()


def _verify(username: str, password: str) -> str | None:
    settings = config.current()
    if settings.admin_password_hash is None or not (username or password):
        # Who says nothing, as every browser does at first, guesses nothing.
        return None
    # With the hash in it, so that a new password is asked for at once.
    login = (settings.admin_username, settings.admin_password_hash, username, password)
    if _memory.has(*login):
        return username
    _refuse_guessers(username)
    try:
        with _turns.one():
            # Others of the same address may have been wrong meanwhile.
            _refuse_guessers(username)
            if _is_right(settings, username, password):
                _memory.add(*login)
                return username
            rate_limits.count("login_address")
            rate_limits.count("login_name", username)
    except hashing.Busy:
        raise TooManyLogins(BUSY, 1) from None
    return None


def _refuse_guessers(username: str) -> None:
    wait = rate_limits.look("login_address") or rate_limits.look("login_name", username)
    if wait:
        raise TooManyLogins(LIMITED, wait)


def _is_right(settings: Settings, username: str, password: str) -> bool:
    known = hmac.compare_digest(username.encode(), settings.admin_username.encode())
    # The hash is computed for a wrong name too: the time taken must not tell which was wrong.
    right = check_password_hash(settings.admin_password_hash or "", password)
    return known and right
