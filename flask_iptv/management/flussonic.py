"""Flussonic's management API: version 3, and the one before it where that is missing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..fetching import Fetched
from ..phrases import Phrase, mark
from . import answers
from .contract import CUT, HAD_LEFT, CannotCut, Finding, ManagementError, Stream, Watcher
from .remote import PAGE_BYTES, Remote, session_id

_STREAMS = "/streamer/api/v3/streams"
_SESSIONS = "/streamer/api/v3/sessions"
_NOBODY = Watcher("flask-iptv-check", "00000000-0000-0000-0000-000000000000")

_CUT_FOR_NOW = mark("cut, but the server may let it in again until it next asks")
_HAD_LEFT_FOR_NOW = mark("had left already, but the server may let it in again until it next asks")


class Flussonic:
    """A Flussonic, asked as its API reference (v3) and "HTTP API to Flussonic" (older) say."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def streams(self) -> Iterator[Stream]:
        return answers.each_once(self._streams())

    def cut(self, watcher: Watcher) -> str:
        """End a session and have Flussonic forget that its viewer was allowed.

        A session without an id is ended by that alone: Flussonic asks again for every viewer of
        the stream, and this one is refused.
        """
        if not watcher.server_session:
            return self._ask_again(watcher)
        session = session_id(watcher, self._remote.program)
        deleted = self._remote.ask("DELETE", f"{_SESSIONS}/{session}")
        if deleted.status == 404 and not self._has_version_3():
            return self._close_as_before(session)
        self._remote.expect(deleted, _SESSIONS, 200, 204, 404)
        had_left = deleted.status == 404
        if self._reauth(watcher.stream):
            return HAD_LEFT if had_left else CUT
        return _HAD_LEFT_FOR_NOW if had_left else _CUT_FOR_NOW

    def check(self) -> Iterator[Finding]:
        return self._remote.check(self.streams, self.cut, _NOBODY)

    def _streams(self) -> Iterator[Stream]:
        query = {"limit": str(answers.PAGE)}
        pages = answers.Pages()
        while True:
            answer = self._remote.ask("GET", _STREAMS, query, most=PAGE_BYTES)
            if "cursor" not in query and _is_missing(answer):
                yield from self._streams_as_before()
                return
            page = answers.read_json(self._remote.expect(answer, _STREAMS, 200))
            streams = [_stream(item) for item in answers.part(page, "streams", list)]
            yield from streams
            cursor = page.get("next")
            if not cursor:
                return
            if not isinstance(cursor, str):
                raise ManagementError(
                    Phrase("the next page is %(value)s, no text", value=answers.shortened(cursor))
                )
            pages.turn(stream.name for stream in streams)
            query["cursor"] = cursor

    def _streams_as_before(self) -> Iterator[Stream]:
        """Read ``[{"entry": "stream", "value": {"name": …, "stats": {"alive": …}}}]``."""
        found = answers.read_json(self._remote.read("/flussonic/api/media"))
        if not isinstance(found, list):
            raise ManagementError(Phrase("the list of streams is no list"))
        for item in found:
            if isinstance(item, dict) and "entry" in item:
                if item["entry"] == "stream":
                    yield _stream(item.get("value"))
            else:
                yield _stream(item)

    def _has_version_3(self) -> bool:
        return not _is_missing(self._remote.ask("GET", _SESSIONS, {"limit": "1"}))

    def _close_as_before(self, session: str) -> str:
        """Close a session where it is not said whether it was still there."""
        path = "/flussonic/api/close_sessions"
        answer = self._remote.ask("POST", path, body=f"{session}\n".encode())
        self._remote.expect(answer, path, 200, 204)
        return CUT

    def _ask_again(self, watcher: Watcher) -> str:
        if not self._reauth(watcher.stream):
            raise CannotCut(Phrase("this Flussonic did not tell the session's id when it asked"))
        return mark("cut: the server asks again for every viewer of the stream")

    def _reauth(self, stream: str) -> bool:
        answer = self._remote.ask("POST", f"{_SESSIONS}/reauth", {"name": stream})
        return answer.status in (200, 204)


def _is_missing(answer: Fetched) -> bool:
    """Tell the answer of a server that does not know the path."""
    return answer.status == 404 or answer.body[:20].strip().lower().startswith(b"not found")


def _stream(item: Any) -> Stream:
    if not isinstance(item, dict):
        raise ManagementError(
            Phrase("a stream is %(value)s in the answer, no object", value=answers.shortened(item))
        )
    options = item.get("options")
    described = {**options, **item} if isinstance(options, dict) else item
    stats = item.get("stats")
    return Stream(
        answers.name_in(item.get("name")),
        title=answers.title_in(described.get("title")),
        number=answers.number_in(described.get("position")),
        enabled=not answers.flag(described, "disabled"),
        alive=answers.flag(stats, "alive") if isinstance(stats, dict) else None,
    )
