"""node-media-server's management API."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any
from weakref import WeakKeyDictionary

from ..fetching import Fetched, Fetcher
from ..phrases import Phrase
from . import answers
from .contract import CUT, HAD_LEFT, Access, Finding, LoginRefused, ManagementError, Stream, Watcher
from .remote import Remote, session_id

_API = "/api/v1"
_NOBODY = Watcher("flask-iptv/check", "flask-iptv-check")
_TOKEN = re.compile(r"[A-Za-z0-9_.~+/=-]{1,4096}")

#: The server lets an address log in ten times a minute, so one login serves until it is refused.
_TOKENS: WeakKeyDictionary[Fetcher, dict[Access, str]] = WeakKeyDictionary()


class NodeMediaServer:
    """A node-media-server with users in ``auth.jwt``, asked as the source of 4.4.3 says."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote
        self._access = remote.access
        self._tokens = _TOKENS.setdefault(remote.fetcher, {})

    def streams(self) -> Iterator[Stream]:
        return answers.each_once(self._streams())

    def cut(self, watcher: Watcher) -> str:
        path = f"{_API}/sessions/{session_id(watcher, self._remote.program)}"
        answer = self._ask("DELETE", path)
        gone = answer.status == 404 and answers.is_object(answer.body)
        body = answer.body if gone else self._remote.expect(answer, path, 200)
        done = answers.part(answers.read_json(body), "success", bool)
        if done is gone:
            raise ManagementError(
                Phrase("%(path)s did not say whether the viewer was cut", path=path)
            )
        return HAD_LEFT if gone else CUT

    def check(self) -> Iterator[Finding]:
        return self._remote.check(self.streams, self.cut, _NOBODY)

    def _streams(self) -> Iterator[Stream]:
        path = f"{_API}/streams"
        found = answers.read_json(self._remote.expect(self._ask("GET", path), path, 200))
        for item in answers.part(answers.part(found, "data", dict), "streams", list):
            yield _stream(item)

    def _ask(self, method: str, path: str) -> Fetched:
        token = self._tokens.get(self._access)
        if token is not None:
            try:
                return self._remote.ask(method, path, headers=_bearer(token))
            except LoginRefused:
                # A token ends after a day, or when the server gets another secret.
                self._tokens.pop(self._access, None)
        token = self._log_in()
        answer = self._remote.ask(method, path, headers=_bearer(token))
        self._tokens[self._access] = token
        return answer

    def _log_in(self) -> str:
        program, path = self._remote.program, f"{_API}/login"
        login = {"username": self._access.username, "password": self._access.password}
        if not all(login.values()):
            raise LoginRefused(
                Phrase(
                    "%(program)s asks for a management login; enter name and password",
                    program=program,
                )
            )
        headers = {"Content-Type": "application/json"}
        answer = self._remote.ask("POST", path, headers=headers, body=json.dumps(login).encode())
        if answer.status == 404:
            raise ManagementError(
                Phrase(
                    "%(program)s has no management API there (404); its config.json needs a "
                    "user in 'auth.jwt'",
                    program=program,
                )
            )
        if answer.status == 429:
            raise ManagementError(
                Phrase(
                    "%(program)s takes no more logins for now (429): ten a minute are too "
                    "many, and after five with a wrong password there is a pause of 15 "
                    "minutes",
                    program=program,
                )
            )
        given = answers.read_json(self._remote.expect(answer, path, 200))
        token: str = answers.part(answers.part(given, "data", dict), "token", str)
        if not _TOKEN.fullmatch(token):
            raise ManagementError(Phrase("%(path)s gave no token that can be used", path=path))
        return token


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _stream(item: Any) -> Stream:
    name = f"{answers.part(item, 'app', str)}/{answers.part(item, 'name', str)}"
    alive = answers.part(item, "status", str) == "publishing"
    return Stream(answers.name_in(name), alive=alive)
