"""Whatever kind of server lists its streams: each once, all with names, and not without an end."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flask_iptv.fetching import FetchError
from flask_iptv.management import KINDS, Management, ManagementError
from flask_iptv.management.remote import PAGE_BYTES
from tests.management.web_server import Answer, WebServer, as_json


def listed(*names: str) -> dict[str, dict[str, Answer]]:
    """Give what each kind answers when it has streams of these names in ``live``."""
    named = [{"app": "live", "name": name, "id": i} for i, name in enumerate(names)]
    slashed = [{"name": f"live/{name}"} for name in names]
    rtmp = "".join(f"<stream><name>{name}</name></stream>" for name in names)
    mounts = "".join(f'<source mount="/live/{name}"/>' for name in names)
    idle = [{**stream, "status": "idle"} for stream in named]
    return {
        "flussonic": {"GET /streamer/api/v3/streams": as_json({"streams": slashed})},
        "nginx-rtmp": {
            "GET /stat": Answer(
                body="<rtmp><server><application><name>live</name>"
                f"<live>{rtmp}</live></application></server></rtmp>".encode()
            )
        },
        "srs": {"GET /api/v1/streams": as_json({"code": 0, "streams": named})},
        "mediamtx": {"GET /v3/paths/list": as_json({"pageCount": 1, "items": slashed})},
        "icecast": {
            "GET /admin/listmounts": Answer(body=f"<icestats>{mounts}</icestats>".encode())
        },
        "node-media-server": {
            "POST /api/v1/login": as_json({"data": {"token": "t"}}),
            "GET /api/v1/streams": as_json({"data": {"streams": idle}}),
        },
    }


ABLE = [name for name, kind in KINDS.items() if kind.reads_streams]


@pytest.mark.parametrize("kind", ABLE)
def test_a_stream_that_is_listed_twice_is_one(
    server: WebServer, managed: Callable[[str], Management], kind: str
) -> None:
    server.answers(listed("espn", "film", "espn")[kind])
    assert [stream.name for stream in managed(kind).streams()] == ["live/espn", "live/film"]


@pytest.mark.parametrize("kind", ABLE)
@pytest.mark.parametrize(
    ("name", "words"),
    [("x" * 256, "more than 255"), ("..", "empty part, '.'"), ("a ", "no channel")],
)
def test_a_name_no_channel_can_have_is_an_error(
    server: WebServer, managed: Callable[[str], Management], kind: str, name: str, words: str
) -> None:
    server.answers(listed("espn", name)[kind])
    with pytest.raises(ManagementError, match=words):
        list(managed(kind).streams())


@pytest.mark.parametrize("kind", ["flussonic", "srs", "mediamtx"])
def test_a_page_that_is_too_large_is_not_read(
    server: WebServer, managed: Callable[[str], Management], kind: str
) -> None:
    server.answer = lambda asked: Answer(body=b" " * (PAGE_BYTES + 1))
    with pytest.raises(FetchError, match=f"larger than {PAGE_BYTES} bytes"):
        list(managed(kind).streams())
