"""MediaMTX's control API."""

from __future__ import annotations

import itertools
from collections.abc import Iterator
from typing import Any

from ..phrases import Phrase
from . import answers
from .contract import CUT, HAD_LEFT, CannotCut, Finding, ManagementError, Stream, Watcher
from .remote import PAGE_BYTES, Remote, session_id

_NOBODY = Watcher("flask-iptv-check", "00000000-0000-0000-0000-000000000000", "hls")

#: Where the sessions of a protocol are; what is over TLS has lists of its own, but says the same
#: protocol when it asks.
_LISTS = {
    "hls": ("hlssessions",),
    "rtmp": ("rtmpconns", "rtmpsconns"),
    "rtmps": ("rtmpsconns",),
    "rtsp": ("rtspsessions", "rtspssessions"),
    "rtsps": ("rtspssessions",),
    "srt": ("srtconns",),
    "webrtc": ("webrtcsessions",),
}


class MediaMTX:
    """A MediaMTX, asked as its OpenAPI document (v3) says."""

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def streams(self) -> Iterator[Stream]:
        return answers.each_once(self._streams())

    def cut(self, watcher: Watcher) -> str:
        session = session_id(watcher, self._remote.program)
        protocol = (watcher.protocol or "").lower()
        if protocol not in _LISTS:
            raise CannotCut(
                Phrase(
                    "MediaMTX has no sessions of the protocol %(protocol)s", protocol=repr(protocol)
                )
            )
        known = False
        for sessions in _LISTS[protocol]:
            path = f"/v3/{sessions}/kick/{session}"
            answer = self._remote.ask("POST", path)
            if answer.status != 404:
                self._remote.expect(answer, path, 200, 204)
                return CUT
            # The 404 for a list it does not know has no JSON in it.
            known = known or answers.is_object(answer.body)
        if known:
            return HAD_LEFT
        raise CannotCut(
            Phrase(
                "this MediaMTX has no list of %(protocol)s sessions; update it", protocol=protocol
            )
        )

    def check(self) -> Iterator[Finding]:
        return self._remote.check(self.streams, self.cut, _NOBODY)

    def _streams(self) -> Iterator[Stream]:
        path = "/v3/paths/list"
        pages = answers.Pages()
        for page in itertools.count():
            query = {"page": str(page), "itemsPerPage": str(answers.PAGE)}
            found = answers.read_json(self._remote.read(path, query, PAGE_BYTES))
            count = answers.part(found, "pageCount", int)
            if count > answers.MAX_PAGES:
                raise ManagementError(
                    Phrase("the list of streams has %(count)s pages, that is too many", count=count)
                )
            streams = [_stream(item) for item in answers.part(found, "items", list)]
            yield from streams
            if page + 1 >= count:
                return
            pages.turn(stream.name for stream in streams)


def _stream(item: Any) -> Stream:
    name = answers.name_in(answers.part(item, "name", str))
    return Stream(name, alive=answers.flag(item, "ready"))
