"""What real servers sent, sent again in the same order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from flask_iptv import sessions
from flask_iptv.models import utcnow
from tests.mediaservers.asking import allows
from tests.mediaservers.captured import Captured, captured
from tests.mediaservers.conftest import broadcast

RECORDED = {
    "nginx-rtmp": ("nginx_rtmp", ["live/espn", "espn"]),
    "srs": ("srs", ["live/espn", "espn"]),
    "mediamtx": ("mediamtx_auth_manager", ["live/espn"]),
    "icecast": ("icecast", ["espn.mp3", "espn"]),
    "node-media-server": ("node-media-server", ["live/espn", "espn"]),
}

#: Answered otherwise than by the backend that recorded them.
OTHERWISE = {
    # The recording backend looked for a token everywhere; that something has ended or begun is
    # only told, and thanked for.
    "srs-24": True,
    "srs-27": True,
    "icecast-60": True,
}


def recorded(server: str) -> list[Captured]:
    return captured(RECORDED[server][0])


@pytest.mark.parametrize(
    ("server", "channel"), [(s, name) for s, (_, names) in RECORDED.items() for name in names]
)
def test_recorded_requests_are_answered_as_recorded(
    make_app: Callable[..., Flask], server: str, channel: str
) -> None:
    # MediaMTX's recording has one session of two players.
    app = broadcast(make_app(), channel, limit=None)
    requests = recorded(server)
    assert len(requests) >= 6
    for request in requests:
        expected = OTHERWISE.get(request.name, request.status == 200)
        assert allows(server, request.replay(app.test_client())) == expected, request.name
    with app.app_context():
        # All others tell the end.
        left = {"mediamtx": 2}.get(server, 0)
        assert sessions.count_by_user([1], now=utcnow()).get(1, 0) == left


def test_a_recorded_publisher_without_a_key_on_our_side_is_refused(app: Flask) -> None:
    for server, words in {
        "nginx-rtmp": "call=publish&",
        "srs": '"on_publish"',
        "mediamtx": '"publish"',
        "node-media-server": '"prePublish"',
    }.items():
        (request,) = (r for r in recorded(server) if words in r.body)
        assert not allows(server, request.replay(app.test_client())), server
