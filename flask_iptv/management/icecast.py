"""Icecast's admin pages."""

from __future__ import annotations

from collections.abc import Iterator

from ..phrases import Phrase
from . import answers
from .contract import CUT, HAD_LEFT, Finding, ManagementError, Stream, Watcher
from .remote import Remote, session_id

_NOBODY = Watcher("flask-iptv-check", "0")

#: A mount is often called after its format: the channel "espn" is the mount "/espn.mp3". They are
#: those that :mod:`flask_iptv.mediaservers.icecast` leaves out of the channel's name.
FORMATS = frozenset({"mp3", "aac", "ogg", "oga", "opus", "flac", "webm"})


class Icecast:
    """An Icecast, asked as its "Admin Interface" documentation says.

    Its public ``/status-json.xsl`` is of no use: Icecast 2.4.4 leaves out of it the mounts whose
    listeners are asked about, and is then not even JSON.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def streams(self) -> Iterator[Stream]:
        names = (answers.name_in(mount[1:]) for mount in self._mounts())
        return answers.each_once(Stream(name, alive=True) for name in names)

    def cut(self, watcher: Watcher) -> str:
        """Kill the listener with the viewer's number, on any mount that may be the channel's."""
        session = session_id(watcher, self._remote.program, "[0-9]{1,19}")
        mount = f"/{watcher.stream}"
        if self._kill(mount, session):
            return CUT
        with_format = {f"{mount}.{extension}" for extension in FORMATS}
        for other in sorted(with_format.intersection(self._mounts())):
            if self._kill(other, session):
                return CUT
        return HAD_LEFT

    def check(self) -> Iterator[Finding]:
        return self._remote.check(self.streams, self.cut, _NOBODY)

    def _kill(self, mount: str, session: str) -> bool:
        path = "/admin/killclient"
        answer = self._remote.ask("GET", path, {"mount": mount, "id": session})
        # The mount is not there, so neither are listeners of it.
        if answer.status in (400, 404) and b"does not exist" in answer.body:
            return False
        document = answers.read_xml(self._remote.expect(answer, path, 200))
        outcome = document.findtext("return")
        if document.tag != "iceresponse" or outcome not in ("0", "1"):
            raise ManagementError(
                Phrase("%(path)s did not say whether the viewer was cut", path=path)
            )
        return outcome == "1"

    def _mounts(self) -> Iterator[str]:
        path = "/admin/listmounts"
        document = answers.read_xml(self._remote.read(path))
        if document.tag != "icestats":
            raise ManagementError(
                Phrase("%(path)s does not answer with Icecast's list of mounts", path=path)
            )
        for source in document.iterfind("source"):
            mount = source.get("mount")
            if mount is None or not mount.startswith("/"):
                raise ManagementError(
                    Phrase(
                        "a mount is %(value)s, which has no slash in front",
                        value=answers.shortened(mount),
                    )
                )
            yield mount
