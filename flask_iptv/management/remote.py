"""A media server at the other end of its management address."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from urllib.parse import quote, urlencode, urlsplit

from ..fetching import MAX_BYTES, Fetched, Fetcher, FetchError
from ..phrases import Phrase, Sentence
from .contract import (
    Access,
    CannotCut,
    Finding,
    LoginRefused,
    ManagementError,
    Stream,
    Watcher,
)

PAGE_BYTES = 4 * 1024 * 1024
"""Largest answer that is read where a list comes in pages."""

_SESSION_ID = r"[A-Za-z0-9_-][A-Za-z0-9_.:~-]{0,127}"


class Remote:
    """Puts questions to one server.

    :param program: what the server is, as messages name it.
    :param keep_time: called before each question; raises FetchError when it is too late for one.
    """

    def __init__(
        self, access: Access, fetcher: Fetcher, program: str, keep_time: Callable[[], None]
    ) -> None:
        self.program = program
        self.access = access
        self.fetcher = fetcher
        self._keep_time = keep_time
        self._base = access.url.rstrip("/")
        self._has_login = bool(access.username)
        self._login = (access.username or "", access.password or "")

    def ask(
        self,
        method: str,
        path: str,
        query: dict[str, str] | None = None,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        most: int = MAX_BYTES,
    ) -> Fetched:
        """Ask, and give back any answer that is not about the login and not a redirect.

        :param path: percent-encoded, behind the management address.
        :param headers: sent in place of the login.
        :raises FetchError: if the server can't be reached, or takes too long for all of it.
        :raises ManagementError: if it refuses the login or sends us elsewhere.
        """
        if "?" in self._base or "#" in self._base:
            raise ManagementError(Phrase("the management address must end before any '?' or '#'"))
        self._keep_time()
        url = self._base + path + (f"?{urlencode(query, quote_via=quote)}" if query else "")
        login = self._login if self._has_login and headers is None else None
        answer = self.fetcher.fetch(
            method, url, body=body, headers=headers or {}, login=login, most=most
        )
        if answer.status == 401:
            raise LoginRefused(
                Phrase(
                    "%(program)s refuses the management login (401); correct name and password",
                    program=self.program,
                )
                if self._has_login
                else Phrase(
                    "%(program)s asks for a management login (401); enter name and password",
                    program=self.program,
                )
            )
        if answer.status == 403:
            raise LoginRefused(
                Phrase(
                    "%(program)s forbids this (403); give the login more rights there, or "
                    "let this host's address in",
                    program=self.program,
                )
            )
        if 300 <= answer.status < 400:
            raise ManagementError(
                Phrase(
                    "%(program)s redirects (%(status)s) to another address; enter that one "
                    "as the management address",
                    program=self.program,
                    status=answer.status,
                )
            )
        return answer

    def read(self, path: str, query: dict[str, str] | None = None, most: int = MAX_BYTES) -> bytes:
        """Give the body of an answer that must be there.

        :raises FetchError: if the server can't be reached.
        :raises ManagementError: if it does not answer with 200.
        """
        return self.expect(self.ask("GET", path, query, most=most), path, 200)

    def expect(self, answer: Fetched, path: str, *statuses: int) -> bytes:
        """Give an answer's body if it has one of the statuses.

        :raises ManagementError: if it has another.
        """
        if answer.status not in statuses:
            known = {"program": self.program, "path": path, "status": answer.status}
            if answer.status == 404:
                raise ManagementError(
                    Phrase(
                        "%(program)s answers %(path)s with %(status)s; is it %(program)s there?",
                        **known,
                    )
                )
            raise ManagementError(Phrase("%(program)s answers %(path)s with %(status)s", **known))
        return answer.body

    def check(
        self,
        streams: Callable[[], Iterator[Stream]],
        cut: Callable[[Watcher], str],
        nobody: Watcher,
    ) -> Iterator[Finding]:
        """Find out whether the server can be asked and told.

        :param nobody: a viewer there can't be; being told that it had left shows that others
            can be cut.
        """
        try:
            found = list(streams())
        except (FetchError, ManagementError) as error:
            yield Finding(False, Sentence(error.message))
            return
        yield Finding(
            True,
            Phrase(
                "%(program)s answers at %(place)s.",
                program=self.program,
                place=urlsplit(self._base).netloc,
            ),
        )
        if self._has_login:
            yield Finding(True, Phrase("The management login is accepted."))
        else:
            yield Finding(True, Phrase("It can be asked without a login."))
        alive = sum(stream.alive is True for stream in found)
        silent = all(stream.alive is None for stream in found)
        if found and silent:
            text = Phrase("It has %(num)s streams, whether they play is not said.", num=len(found))
            yield Finding(True, text)
        elif found:
            text = Phrase(
                "It has %(num)s streams, %(alive)s of them alive.", num=len(found), alive=alive
            )
            yield Finding(True, text)
        else:
            yield Finding(False, Phrase("It has no streams; start one there and check again."))
        try:
            cut(nobody)
        except (FetchError, ManagementError, CannotCut) as error:
            yield Finding(False, Phrase("Viewers can't be cut: %(why)s.", why=error.message))
        else:
            yield Finding(True, Phrase("Viewers can be cut."))


def session_id(watcher: Watcher, program: str, pattern: str = _SESSION_ID) -> str:
    """Give the server's id of a session, which goes into a URL.

    :raises CannotCut: if there is none, or one that this program does not give.
    """
    if not watcher.server_session:
        raise CannotCut(
            Phrase("%(program)s did not tell the session's id when it asked", program=program)
        )
    if not re.fullmatch(pattern, watcher.server_session):
        raise CannotCut(
            Phrase("the session's id is not one that %(program)s gives", program=program)
        )
    return watcher.server_session
