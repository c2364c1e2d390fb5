"""Checking passwords: guessers wait, before the slow hash, and who logged in rightly does not."""

from __future__ import annotations

import hmac
import secrets
from collections import OrderedDict
from threading import Lock

from werkzeug.security import check_password_hash

from .. import forks
from ..phrases import Phrase
from .asking import count, look
from .hashing import one_hash
from .refusals import TooMany

#: More would be somebody's attempt to fill memory.
MOST_REMEMBERED = 10_000

LIMITED = Phrase("There were too many wrong logins from this address or for this name.")


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
        self.forget()
        forks.forget_in_children(self)

    def forget(self) -> None:
        """Begin anew with the lock in a process that was forked; what is known stays known."""
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

    def _digest(self, login: tuple[str, ...]) -> bytes:
        return hmac.digest(self._secret, repr(login).encode("utf-8", "surrogatepass"), "sha256")


_memory = Memory()


def check_password(name: str, password: str, password_hash: str, *, exists: bool = True) -> bool:
    """Tell whether a login is right; a wrong one counts as a guess of its name and its address.

    :param password_hash: made by :func:`werkzeug.security.generate_password_hash`.
    :param exists: whether there is an account of this name. If there is none, the hash is computed
        all the same, of anything: the time taken must not tell.
    :raises TooMany: if it was not looked at: there were too many wrong ones, or others are being
        looked at. Who was right before, in this process, is let in all the same.
    """
    # With the hash in it, so that a new password is asked for at once.
    login = (name, password_hash, password)
    if exists and _memory.has(*login):
        return True
    _refuse_guessers(name)
    with one_hash():
        # Others of the same address may have been wrong meanwhile.
        _refuse_guessers(name)
        if check_password_hash(password_hash, password) and exists:
            _memory.add(*login)
            return True
        count("login_address")
        count("login_name", name)
    return False


def _refuse_guessers(name: str) -> None:
    wait = look("login_address") or look("login_name", name)
    if wait:
        raise TooMany(LIMITED, wait)
