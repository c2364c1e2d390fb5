"""Requests recorded from real media servers, ready to be sent again."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

_FOLDER = Path(__file__).parent / "captures"

#: Where the recorded servers were told to ask, by the name that they have behind ``/tv/auth/``.
_RECORDED_AT = {
    "rtmp": "nginx-rtmp",
    "srs": "srs",
    "mediamtx": "mediamtx",
    "icecast": "icecast",
    "nms": "node-media-server",
}


@dataclass(frozen=True)
class Captured:
    """One recorded request.

    :param status: what the recording backend answered.
    """

    name: str
    status: int
    method: str
    target: str
    headers: list[tuple[str, str]]
    body: str

    def replay(self, client: FlaskClient) -> TestResponse:
        """Send it to a test client as it was."""
        return client.open(self.target, method=self.method, headers=self.headers, data=self.body)


def captured(server: str) -> list[Captured]:
    """The requests of one server that were sent to ``/tv/auth``, or to an address of its own."""
    text = (_FOLDER / f"{server}.txt").read_text()
    parts = re.split(r"^#### request (\d+) -> (\d+) .*\n", text, flags=re.MULTILINE)[1:]
    triples = zip(parts[0::3], parts[1::3], parts[2::3], strict=True)
    requests = [_parse(f"{server}-{number}", int(status), raw) for number, status, raw in triples]
    return [request for request in requests if request.target.startswith("/tv/auth")]


def _parse(name: str, status: int, raw: str) -> Captured:
    head, _, body = raw.partition("\n\n")
    first, *lines = head.splitlines()
    method, target, _ = first.split(" ")
    headers = [(key, value) for key, _, value in (line.partition(": ") for line in lines)]
    kept = [(key, value) for key, value in headers if key.lower() != "content-length"]
    server = _RECORDED_AT.get(target.split("/")[1])
    target = target if server is None else f"/tv/auth/{server}"
    return Captured(name, status, method, target, kept, body.strip())
