"""What viewers can write into each server's questions, and what the servers make of answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from flask_iptv import sessions
from flask_iptv.authorization import Play, Publish
from flask_iptv.mediaservers import DIALECTS
from flask_iptv.mediaservers.dialect import Notice, Unreadable
from flask_iptv.mediaservers.node_media_server import without_port
from flask_iptv.mediaservers.ovenmediaengine import split
from flask_iptv.mediaservers.question import Question
from flask_iptv.models import utcnow
from tests.mediaservers.asking import SECRET, Asked, ask, ovenmediaengine
from tests.mediaservers.conftest import broadcast


@pytest.fixture
def client(make_app: Callable[..., Flask]) -> FlaskClient:
    """A media server that needs no secret."""
    return broadcast(make_app()).test_client()


def play(server: str, body: str = "", **environ: str) -> Play:
    asked = DIALECTS[server].parse(Question(environ, body.encode()))
    assert isinstance(asked, Play)
    return asked


def refused(server: str, body: str, **environ: str) -> str:
    with pytest.raises(Unreadable) as raised:
        DIALECTS[server].parse(Question(environ, body.encode()))
    return raised.value.why


RTMP = "app=live&flashver=x&swfurl=&tcurl=rtmp://h/live&pageurl=&addr=127.0.0.1&clientid=4"


def test_nginx_rtmp_appends_what_the_viewer_wrote_after_its_own() -> None:
    forged = "&token=good&addr=9.9.9.9&name=free&call=done&clientid=1&app=x&token=other"
    asked = play("nginx-rtmp", f"{RTMP}&call=play&name=espn{forged}")
    assert (asked.stream, asked.short_name) == ("live/espn", "espn")
    assert (asked.address, asked.server_session, asked.token) == ("127.0.0.1", "4", "good")


def test_nginx_rtmp_escapes_what_stands_before_its_own() -> None:
    body = RTMP.replace("flashver=x", "flashver=x%26addr=9.9.9.9%26call=done") + "&call=play&name=a"
    asked = play("nginx-rtmp", body)
    assert (asked.address, asked.stream) == ("127.0.0.1", "live/a")


def test_nginx_rtmp_may_ask_with_get() -> None:
    asked = play("nginx-rtmp", QUERY_STRING=f"secret=x&{RTMP}&call=play&name=espn&token=good")
    assert (asked.stream, asked.token) == ("live/espn", "good")


def test_nginx_rtmp_news_and_unknown_calls() -> None:
    for call in ("connect", "disconnect", "done", "publish_done", "record_done"):
        asked = DIALECTS["nginx-rtmp"].parse(Question({}, f"{RTMP}&call={call}".encode()))
        assert asked == Notice()
    assert "call" in refused("nginx-rtmp", f"{RTMP}&call=update&name=espn")
    assert "name" in refused("nginx-rtmp", f"{RTMP}&call=play")


def test_nginx_rtmp_asks_again_about_publishers() -> None:
    body = f"{RTMP}&call=update_publish&time=3&name=espn&token=k".encode()
    asked = DIALECTS["nginx-rtmp"].parse(Question({}, body))
    assert asked == Publish("live/espn", "k", "espn", "127.0.0.1")


def srs(**changes: Any) -> str:
    given = {"action": "on_play", "app": "live", "stream": "espn", "param": "?token=good"}
    return json.dumps(given | changes)


def test_srs_takes_only_a_code_of_0_and_hears_another_when_refused(client: FlaskClient) -> None:
    response = client.post("/tv/auth/srs", data=srs())
    assert (response.status_code, response.text) == (200, "0")
    response = client.post("/tv/auth/srs", data=srs(param="?token=bad"))
    assert (response.status_code, response.json) == (403, {"code": 1, "reason": "unknown_token"})


def test_srs_asks_about_a_playlist_by_its_file() -> None:
    assert play("srs", srs(stream="espn.m3u8")).stream == "live/espn"
    asked = DIALECTS["srs"].parse(Question({}, srs(action="on_publish", stream="a.m3u8").encode()))
    assert isinstance(asked, Publish)
    assert asked.stream == "live/a.m3u8"


def test_srs_forwards_nothing_on_our_word() -> None:
    assert "action" in refused("srs", srs(action="on_forward"))


def mediamtx(**changes: Any) -> str:
    given = {"ip": "10.1.2.3", "user": "", "password": "", "token": "", "action": "read"}
    return json.dumps(given | {"path": "espn", "protocol": "rtsp", "query": ""} | changes)


@pytest.mark.parametrize("action", ["api", "metrics", "pprof", "", None, 1])
def test_no_token_opens_the_control_of_mediamtx(client: FlaskClient, action: object) -> None:
    data = mediamtx(action=action, path="live/espn", token="good", protocol="")
    assert client.post("/tv/auth/mediamtx", data=data).status_code == 403


@pytest.mark.parametrize("action", ["read", "publish"])
def test_mediamtx_asks_rtsp_players_for_credentials(client: FlaskClient, action: str) -> None:
    def status(**changes: str) -> int:
        data = mediamtx(action=action, path="live/espn", **changes)
        return client.post("/tv/auth/mediamtx", data=data).status_code

    assert status() == 401
    assert status(protocol="rtsps") == 401
    assert status(protocol="hls") == 403
    assert status(password="bad") == 403
    assert status(user="bad") == 403
    assert status(query="token=bad") == 403
    assert status(user="u1", password="good") == 200
    assert status(user="good") == 200
    assert status(query="token=good&token=bad", password="bad") == 200


def test_mediamtx_names_a_stream_by_its_whole_path(client: FlaskClient) -> None:
    for path, expected in (("live/espn", 200), ("espn", 403), ("x/live/espn", 403)):
        data = mediamtx(path=path, token="good", action="playback")
        assert client.post("/tv/auth/mediamtx", data=data).status_code == expected


def icecast(mount: str, action: str = "listener_add", more: str = "") -> str:
    return f"action={action}&client=1&mount={mount}&user=&pass=&ip=127.0.0.1&agent=x{more}"


def test_icecast_hears_its_header_on_an_allow_only(client: FlaskClient) -> None:
    for mount, allowed in (("%2Flive%2Fespn%3Ftoken=good", True), ("%2Flive%2Fespn", False)):
        data = icecast(mount.replace("=", "%3D"))
        response = client.post("/tv/auth/icecast", data=data, content_type="text/plain")
        assert ("icecast-auth-user" in response.headers) == allowed
        assert ("icecast-auth-message" in response.headers) != allowed
        assert response.status_code == (200 if allowed else 403)


def test_icecast_reads_the_viewers_query_as_it_was_sent() -> None:
    asked = play("icecast", icecast("%2Fespn.mp3%3Ftoken%3Da%2526b%26mount%3D%2Ffree"))
    assert (asked.stream, asked.short_name, asked.token) == ("espn.mp3", "espn", "a&b")
    asked = play("icecast", icecast("%2Fespn", more="&mount=%2Ffree&ip=9.9.9.9&pass=p"))
    assert (asked.stream, asked.address, asked.token) == ("espn", "127.0.0.1", "p")


@pytest.mark.parametrize(
    ("text", "address"),
    [("127.0.0.1:48364", "127.0.0.1"), ("[::1]:5", "::1"), ("::ffff:1.2.3.4:5", "::ffff:1.2.3.4"),
     ("2001:db8::1:5", "2001:db8::1"), ("::1", "::1"), ("192.0.2.1", "192.0.2.1"), ("", ""),
     ("[", ""), (":", ":"), ("x:1", "x:1")],
)  # fmt: skip
def test_node_media_server_tells_the_port_too(text: str, address: str) -> None:
    assert without_port(text) == address


def nms(action: str, query: object, **changes: Any) -> str:
    given = {"id": "s1", "ip": "127.0.0.1:5", "app": "live", "name": "espn", "query": query}
    return json.dumps(given | {"action": action} | changes)


@pytest.mark.parametrize("order", [("prePlay", "postPlay"), ("postPlay", "prePlay")])
def test_node_media_server_asks_twice_about_one_session(
    make_app: Callable[..., Flask], order: tuple[str, str]
) -> None:
    app = broadcast(make_app())
    for action in order:
        data = nms(action, {"token": "good"})
        assert app.test_client().post("/tv/auth/node-media-server", data=data).status_code == 200
    with app.app_context():
        assert len(sessions.page(now=utcnow()).items) == 1


@pytest.mark.parametrize("query", [{"token": ["a"]}, {"token": {"a": 1}}, {"token": [["a"]]}, [],
                                   "token=good", None, {"token": True}, {"token": []}])  # fmt: skip
def test_a_strange_query_is_no_token(query: object) -> None:
    token = play("node-media-server", nms("prePlay", query)).token
    assert token == ("a" if query == {"token": ["a"]} else None)


def test_alta_believes_no_path_that_could_be_read_in_two_ways() -> None:
    for path in ("", "/a/../b/index.m3u8", "/a%2fb/index.m3u8", "//a", "a", "/%00", "/a#b"):
        assert "X-Real-Path" in refused("alta", "", HTTP_X_REAL_PATH=path), path
    # A viewer's query is in ours, and says nothing of the stream.
    query = "token=good&name=x&path=/x"
    asked = play("alta", QUERY_STRING=query, HTTP_X_REAL_PATH="/канал/i".encode().decode("latin-1"))
    assert (asked.path, asked.token) == ("/канал/i", "good")


def test_ovenmediaengine_hears_a_short_yes_or_no(make_app: Callable[..., Flask]) -> None:
    app = broadcast(make_app(IPTV_AUTH_SECRET=SECRET))
    for asked, said in (
        (Asked(), {"allowed": True}),
        (Asked("bad"), {"allowed": False, "reason": "unknown_token"}),
        (Asked(what="close"), {}),
        (Asked("bad", "close"), {}),
    ):
        response = ask(app, "ovenmediaengine", asked, secret=None)
        assert (response.status_code, response.mimetype) == (200, "application/json")
        assert response.json == said


def test_ovenmediaengine_is_refused_while_no_secret_is_set(client: FlaskClient) -> None:
    built = ovenmediaengine(Asked(), secret="")
    response = client.post("/tv/auth/ovenmediaengine", **(built or {}))
    assert response.json == {"allowed": False, "reason": "this host may not ask"}


@pytest.mark.parametrize(
    ("address", "believed"),
    [("10.0.0.1", "8.8.8.8"), ("127.0.0.1", "8.8.8.8"), ("93.184.216.1", "93.184.216.1"),
     ("::ffff:93.184.216.1", "::ffff:93.184.216.1"), ("x", "x")],
)  # fmt: skip
def test_ovenmediaengine_is_told_an_address_by_viewers(address: str, believed: str) -> None:
    request = {"direction": "outgoing", "status": "opening", "url": "http://h/live/espn/x.m3u8"}
    body = {"client": {"address": address, "real_ip": "8.8.8.8"}, "request": request}
    assert play("ovenmediaengine", json.dumps(body)).address == believed


@pytest.mark.parametrize(
    ("url", "stream", "query"),
    [("rtmp://h:1935/live/espn?token=t", "live/espn", "token=t"),
     ("wss://h/live/espn/webrtc_tcp?token=t", "live/espn", "token=t"),
     ("https://h:443/live/espn%20hd/llhls.m3u8?a", "live/espn hd", "a"),
     ("srt://h:9999/live/espn?token=t", "live/espn", "token=t"),
     ("srt://h:9999?streamid=srt%3A%2F%2Fh%2Flive%2Fespn%3Ftoken%3Dt", "live/espn", "token=t"),
     ("srt://h:9999/?streamid=default/live/espn/", None, ""),
     ("srt://h?streamid=default/live/espn%3Ftoken%3Dt", "live/espn", "token=t"),
     ("rtmp://h/live", None, ""), ("rtmp://h/a/b/c/d", None, ""), ("rtmp://h/a/../b", None, ""),
     ("", None, ""), ("/live/espn", None, ""), ("http://h/\ud800/espn/y", "?/espn", "")],
)  # fmt: skip
def test_ovenmediaengine_names_streams_by_url(url: str, stream: str | None, query: str) -> None:
    try:
        found, asked = split(url)
    except Unreadable:
        assert stream is None
    else:
        assert (found.stream, asked) == (stream, query)


def test_mistserver_is_answered_in_the_body_and_always_with_200(client: FlaskClient) -> None:
    lines = "live/espn\n192.0.2.1\n1\nHLS\nhttp://h/x.m3u8?token={}\ns1"
    for token, said in (("good", "true"), ("bad", "false")):
        response = client.post(
            "/tv/auth/mistserver", data=lines.format(token), headers={"X-Trigger": "USER_NEW"}
        )
        assert (response.status_code, response.text) == (200, said)


def test_line_breaks_in_mistservers_lines_are_no_lines() -> None:
    lines = ["live/espn", "192.0.2.1", "1\nHLS\nhttp://h/?token=good\ns1", "HLS", "http://h/", "s"]
    assert "lines" in refused("mistserver", "\n".join(lines), HTTP_X_TRIGGER="USER_NEW")


@pytest.mark.parametrize("trigger", ["", "CONN_PLAY", "SYSTEM_START", "PUSH_REWRITE", "user_new"])
def test_other_triggers_of_mistserver_are_refused(client: FlaskClient, trigger: str) -> None:
    data = "live/espn\n192.0.2.1\n1\nHLS\nhttp://h/x.m3u8?token=good\ns1"
    response = client.post("/tv/auth/mistserver", data=data, headers={"X-Trigger": trigger})
    assert response.text == "false"
