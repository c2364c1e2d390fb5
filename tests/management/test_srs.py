"""SRS: streams in parts of a hundred, and a client deleted only when the code says so."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from flask_iptv.management import CannotCut, Management, ManagementError, Stream, Watcher
from tests.management.web_server import Answer, Asked, WebServer, as_json

STREAMS = "/api/v1/streams"
CLIENT = "DELETE /api/v1/clients/3k7w91"
WATCHER = Watcher("live/espn", "3k7w91")


@pytest.fixture
def srs(managed: Callable[[str], Management]) -> Management:
    return managed("srs")


def test_streams_are_read_to_the_last(server: WebServer, srs: Management) -> None:
    have = [
        {"id": f"vid-{i}", "app": "live", "name": f"s{i}", "publish": {"active": i % 2 == 0}}
        for i in range(201)
    ]

    def answer(asked: Asked) -> Answer:
        start, count = (int(asked.query[key]) for key in ("start", "count"))
        return as_json({"code": 0, "streams": have[start : start + count]})

    server.answer = answer
    found = list(srs.streams())
    assert found[:2] == [Stream("live/s0", alive=True), Stream("live/s1", alive=False)]
    assert len(found) == 201
    assert len(server.asked) == 3


def test_a_server_that_does_no_pages_has_told_all(server: WebServer, srs: Management) -> None:
    same = [{"id": number, "app": "live", "name": f"s{number}"} for number in range(150)]
    server.answer = lambda asked: as_json({"code": 0, "streams": same})
    assert len(list(srs.streams())) == 150
    assert len(server.asked) == 1


def test_a_page_with_nothing_new_is_an_error(server: WebServer, srs: Management) -> None:
    same = [{"id": number, "app": "live", "name": f"s{number}"} for number in range(100)]
    server.answer = lambda asked: as_json({"code": 0, "streams": same})
    with pytest.raises(ManagementError, match="has nothing new on it"):
        list(srs.streams())
    assert len(server.asked) == 2


def test_streams_of_two_virtual_hosts_may_share_a_name(server: WebServer, srs: Management) -> None:
    have = [{"id": number, "app": "live", "name": f"s{number % 100}"} for number in range(200)]

    def answer(asked: Asked) -> Answer:
        start = int(asked.query["start"])
        return as_json({"code": 0, "streams": have[start : start + 100]})

    server.answer = answer
    assert len(list(srs.streams())) == 100
    assert len(server.asked) == 3


@pytest.mark.parametrize("item", [7, None, {"app": "live", "name": "a"}, {"id": 1, "name": "a"}])
def test_a_stream_that_is_none_is_an_error(
    server: WebServer, srs: Management, item: object
) -> None:
    server.answers({f"GET {STREAMS}": as_json({"code": 0, "streams": [item]})})
    with pytest.raises(ManagementError, match="of the right type"):
        list(srs.streams())


def test_200_with_a_code_is_a_failure(server: WebServer, srs: Management) -> None:
    server.answers({f"GET {STREAMS}": as_json({"code": 100}), CLIENT: as_json({"code": 2048})})
    with pytest.raises(ManagementError, match="does not give its streams: its code is 100"):
        list(srs.streams())
    with pytest.raises(ManagementError, match="did not cut the viewer: its code is 2048"):
        srs.cut(WATCHER)


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (as_json({"code": 0}), "cut"),
        (as_json({"code": 2049}), "had left already"),
        (as_json({"code": 2049}, 404), "had left already"),
    ],
)
def test_a_client_is_deleted(
    server: WebServer, srs: Management, answer: Answer, outcome: str
) -> None:
    server.answers({CLIENT: answer})
    assert srs.cut(WATCHER) == outcome


@pytest.mark.parametrize("code", [False, "0", None, [], 0.0])
def test_a_code_that_is_no_number_is_no_success(
    server: WebServer, srs: Management, code: object
) -> None:
    server.answers({CLIENT: as_json({"code": code})})
    with pytest.raises(ManagementError, match="no 'code' of the right type"):
        srs.cut(WATCHER)


def test_a_server_that_is_no_srs_has_cut_nobody(server: WebServer, srs: Management) -> None:
    for body in (b"<html>", b"[1]", b"404"):
        server.answers({CLIENT: Answer(404, body)})
        with pytest.raises(ManagementError, match="with 404; is it SRS there"):
            srs.cut(WATCHER)


def test_all_clients_are_never_deleted(server: WebServer, srs: Management) -> None:
    for session in (None, "", "/", ".."):
        with pytest.raises(CannotCut):
            srs.cut(Watcher("live/espn", session))
    assert server.asked == []
