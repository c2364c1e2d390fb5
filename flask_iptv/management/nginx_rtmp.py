"""nginx-rtmp's pages for statistics and control."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from ..phrases import Phrase
from . import answers
from .contract import CUT, HAD_LEFT, Finding, ManagementError, Stream, Watcher
from .remote import Remote, session_id

_NOBODY = Watcher("flask-iptv/check", "0")

#: The module compares arguments as they were sent, so what has to be encoded can't be named.
_SENT_AS_IT_IS = re.compile(r"[A-Za-z0-9_.~/-]+")

#: Most ``server`` blocks that are looked through; the module controls the first one by itself.
_MAX_SERVERS = 16

_MAX_DIGITS = 9


class NginxRTMP:
    """An nginx-rtmp with ``rtmp_stat`` at ``/stat`` and ``rtmp_control`` at ``/control``.

    Both speak for the one worker process that answers, as the module's source shows.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def streams(self) -> Iterator[Stream]:
        return answers.each_once(self._streams())

    def cut(self, watcher: Watcher) -> str:
        """Drop the connection with the viewer's number; without one all would be dropped."""
        number = session_id(watcher, self._remote.program, "[0-9]{1,19}")
        for named in _arguments(watcher.stream):
            if self._drop({**named, "clientid": number}):
                return CUT
        return HAD_LEFT

    def check(self) -> Iterator[Finding]:
        return self._remote.check(self.streams, self.cut, _NOBODY)

    def _drop(self, query: dict[str, str]) -> bool:
        path = "/control/drop/client"
        for server in range(_MAX_SERVERS):
            answer = self._remote.ask("GET", path, {"srv": str(server), **query})
            if server > 0 and answer.status == 500:
                break
            body = self._remote.expect(answer, path, 200).strip()
            if not body.isdigit() or len(body) > _MAX_DIGITS:
                raise ManagementError(
                    Phrase("%(path)s did not answer with the number of viewers dropped", path=path)
                )
            if int(body) > 0:
                return True
        return False

    def _streams(self) -> Iterator[Stream]:
        document = answers.read_xml(self._remote.read("/stat"))
        if document.tag != "rtmp":
            raise ManagementError(Phrase("/stat does not answer with nginx-rtmp's statistics"))
        for application in document.iterfind("server/application"):
            for stream in application.iterfind("live/stream"):
                name = f"{_text(application)}/{_text(stream)}"
                alive = stream.find("publishing") is not None
                yield Stream(answers.name_in(name), alive=alive)


def _arguments(stream: str) -> Iterator[dict[str, str]]:
    """Say which stream is meant: the one of an application, then one of that name in any.

    A channel's name without a slash says nothing of the application, so the number alone counts.
    """
    app, slash, name = stream.partition("/")
    meant = [{"app": app, "name": name}, {"name": stream}] if slash else [{}]
    for arguments in meant:
        yield {key: text for key, text in arguments.items() if _SENT_AS_IT_IS.fullmatch(text)}


def _text(named: Element) -> str:
    return named.findtext("name") or ""
