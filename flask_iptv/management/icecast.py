"""Icecast's admin pages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from . import answers
from .contract import Finding, ManagementError, Stream, Watcher
from .remote import Remote, session_id

_NOBODY = Watcher("flask-iptv-check", "0")


class Icecast:
    """An Icecast, asked as its "Admin Interface" documentation says.

    Its public ``/status-json.xsl`` is of no use: Icecast 2.4.4 leaves out of it the mounts whose
    listeners are asked about, and is then not even JSON.
    """

    def __init__(self, remote: Remote) -> None:
        self._remote = remote

    def streams(self) -> Iterator[Stream]:
        return answers.each_once(self._mounts())

    def cut(self, watcher: Watcher) -> str:
        session = session_id(watcher, self._remote.program, "[0-9]{1,19}")
        query = {"mount": f"/{watcher.stream}", "id": session}
        path = "/admin/killclient"
        answer = self._remote.ask("GET", path, query)
        # The mount is gone, and its listeners with it.
        if answer.status in (400, 404) and b"does not exist" in answer.body:
            return "had left already"
        document = answers.read_xml(self._remote.expect(answer, path, 200))
        outcome = document.findtext("return")
        if document.tag != "iceresponse" or outcome not in ("0", "1"):
            raise ManagementError(f"{path} did not say whether the viewer was cut")
        return "cut" if outcome == "1" else "had left already"

    def check(self) -> Iterator[Finding]:
        return self._remote.check(self.streams, self.cut, _NOBODY)

    def _mounts(self) -> Iterator[Stream]:
        path = "/admin/listmounts"
        document = answers.read_xml(self._remote.read(path))
        if document.tag != "icestats":
            raise ManagementError(f"{path} does not answer with Icecast's list of mounts")
        for source in document.iterfind("source"):
            yield Stream(_name(source.get("mount")), alive=True)


def _name(mount: Any) -> str:
    if not isinstance(mount, str) or not mount.startswith("/"):
        raise ManagementError(f"a mount is {answers.shortened(mount)}, which has no slash in front")
    return answers.name_in(mount[1:])
