"""SRS's HTTP API."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..phrases import Phrase
from . import answers
from .contract import CUT, HAD_LEFT, Finding, ManagementError, Stream, Watcher
from .remote import PAGE_BYTES, Remote, session_id

_NOBODY = Watcher("flask-iptv/check", "flask-iptv-check")

#: ERROR_RTMP_CLIENT_NOT_FOUND of SRS's source.
_NO_SUCH_CLIENT = 2049


class SRS:
    """An SRS, asked as its page "HTTP API" and the source of that say."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def streams(self) -> Iterator[Stream]:
        return answers.each_once(self._streams())

    def cut(self, watcher: Watcher) -> str:
        path = f"/api/v1/clients/{session_id(watcher, self._remote.program)}"
        answer = self._remote.ask("DELETE", path)
        if answer.status == 404 and answers.is_object(answer.body):
            return HAD_LEFT
        code = _code(answers.read_json(self._remote.expect(answer, path, 200)))
        if code == _NO_SUCH_CLIENT:
            return HAD_LEFT
        if code != 0:
            raise ManagementError(
                Phrase("SRS did not cut the viewer: its code is %(code)s", code=code)
            )
        return CUT

    def check(self) -> Iterator[Finding]:
        return self._remote.check(self.streams, self.cut, _NOBODY)

    def _streams(self) -> Iterator[Stream]:
        """Read page by page: without ``count`` SRS gives the first ten streams, or only one."""
        pages = answers.Pages()
        while True:
            query = {"start": str(len(pages.seen)), "count": str(answers.PAGE)}
            found = answers.read_json(self._remote.read("/api/v1/streams", query, PAGE_BYTES))
            if code := _code(found):
                raise ManagementError(
                    Phrase("SRS does not give its streams: its code is %(code)s", code=code)
                )
            items = answers.part(found, "streams", list)
            yield from map(_stream, items)
            ids = [str(answers.part(item, "id", str, int)) for item in items]
            # One that gives more than it was asked for does not do pages, and has no more.
            if len(items) != answers.PAGE:
                return
            # By their ids: streams of two virtual hosts may have the same name.
            pages.turn(ids)


def _code(answer: Any) -> int:
    code: int = answers.part(answer, "code", int)
    return code


def _stream(item: Any) -> Stream:
    name = f"{answers.part(item, 'app', str)}/{answers.part(item, 'name', str)}"
    publish = item.get("publish")
    alive = answers.flag(publish, "active") if isinstance(publish, dict) else None
    return Stream(answers.name_in(name), alive=alive)
