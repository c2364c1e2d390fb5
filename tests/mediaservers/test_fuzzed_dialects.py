"""Truncated, repeated, oversized and hostile questions: each server hears its own no."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import suppress
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.test import TestResponse

from flask_iptv import IPTV, channels, database, servers, users
from flask_iptv.authorization import Play, Publish
from flask_iptv.mediaservers import DIALECTS
from flask_iptv.mediaservers.dialect import Ended, Notice, Unreadable
from flask_iptv.mediaservers.question import MAX_BODY, Question
from tests.examples import examples
from tests.mediaservers.asking import SECRET, SERVERS, Asked, Built, allows, ovenmediaengine

every_server = pytest.mark.parametrize("server", list(SERVERS))

# What questions are made of, with everything but the right token.
WORDS = st.sampled_from(
    ["live", "espn", "espn.m3u8", "live/espn", "/live/espn?token=x", "?token=bad", "token=bad",
     "", "/", "..", "\0", "\n", "é", "канал", "\ud800", "%", "%zz", "&", "=", "1e999", "-1",
     "x" * 2000, "on_play", "on_stop", "read", "prePlay", "outgoing", "opening", "closing",
     "rtmp://h/live/espn", "srt://h?streamid=srt://h/live/espn", "[::1]:5", "rtsp"]
)  # fmt: skip
KEYS = st.sampled_from(
    ["action", "app", "stream", "name", "param", "path", "query", "token", "ip", "id", "client_id",
     "client", "request", "url", "status", "direction", "user", "password", "protocol", "outbytes",
     "mount", "pass", "call", "addr", "clientid", "address", "real_ip"]
)  # fmt: skip
VALUES = st.recursive(
    WORDS | st.none() | st.booleans() | st.integers() | st.floats() | st.just(10**4000),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=8,
)
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=8).map(lambda given: json.dumps(given).encode())
FORMS = st.lists(st.tuples(KEYS, WORDS), max_size=12).map(
    lambda given: "&".join(f"{key}={value}" for key, value in given).encode("utf-8", "replace")
)
LINES = st.lists(WORDS, max_size=9).map(lambda given: "\n".join(given).encode("utf-8", "replace"))
DEEP = st.sampled_from([b"[" * 60_000, b'{"a":' * 9_000, b"{}", b"null", b"[]", b"x" * 70_000,
                        b"a=1&" * 16_000, b"\xff\xfe{\x00}\x00", b"9" * 5_000])  # fmt: skip
BODIES = OBJECTS | FORMS | LINES | DEEP | st.binary(max_size=200)
HEADERS = st.dictionaries(
    st.sampled_from(["X-Trigger", "X-Real-Path", "X-Channel-Id", "X-Session-Id", "X-Real-Ip"]),
    st.sampled_from(["USER_NEW", "USER_END", "STREAM_PUSH", "/live/espn/index.m3u8", "live/espn",
                     "/", "\xff", "", "/live/../espn"]),
    max_size=3,
)  # fmt: skip


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = Flask("fuzzed", instance_path=str(tmp_path_factory.mktemp("fuzzed")))
    app.config.update(IPTV_AUTH_SECRET=SECRET)
    app.register_blueprint(IPTV(), url_prefix="/tv")
    with app.app_context():
        servers.create(name="main", url="http://media.example")
        for name in ("espn", "live/espn"):
            channels.create(name=name, server="main", publish_key="a-key-that-nobody-has")
        users.create(name="viewer", key="a-token-that-nobody-has")
        database.session().commit()
    yield app
    app.extensions["iptv"].close()


def post(app: Flask, server: str, body: bytes, headers: dict[str, str]) -> TestResponse:
    url = f"/tv/auth/{server}?secret={SECRET}"
    return app.test_client().post(url, data=body, headers=headers)


def signed(body: bytes) -> dict[str, str]:
    made = hmac.digest(SECRET.encode(), body if len(body) <= MAX_BODY else b"", "sha1")
    return {"X-OME-Signature": urlsafe_b64encode(made).decode()}


@every_server
@settings(max_examples=examples(150))
@given(body=BODIES, headers=HEADERS)
def test_without_a_right_token_nobody_plays_or_publishes(
    app: Flask, server: str, body: bytes, headers: dict[str, str]
) -> None:
    response = post(app, server, body, headers | signed(body))
    assert response.status_code < 500
    question = Question(
        {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        | {"QUERY_STRING": f"secret={SECRET}"},
        body if len(body) <= MAX_BODY else b"",
    )
    asked = None
    # It raises this and nothing else.
    with suppress(Unreadable):
        asked = DIALECTS[server].parse(question)
        assert isinstance(asked, Play | Publish | Ended | Notice)
    # What is only told is thanked for; that opens nothing.
    if not isinstance(asked, Ended | Notice):
        assert not allows(server, response), body[:200]


def truncated(built: Built, at: float) -> dict[str, Any]:
    parts = dict(built or {})
    if "json" in parts:
        parts["data"] = json.dumps(parts.pop("json"))
    data = parts.get("data", "")
    parts["data"] = data[: int(len(data) * at)]
    if not data:
        query = parts["query_string"]
        parts["query_string"] = query[: int(len(query) * at)]
    return parts


@every_server
@settings(max_examples=examples(60))
@given(at=st.floats(0, 1, exclude_max=True))
def test_what_was_cut_off_is_no_allow(app: Flask, server: str, at: float) -> None:
    parts = truncated(SERVERS[server](Asked("a-token-that-nobody-has")), at)
    parts["query_string"] = f"secret={SECRET}&" + parts.get("query_string", "")
    response = app.test_client().post(f"/tv/auth/{server}", **parts)
    assert response.status_code < 500
    assert not allows(server, response)


def test_a_repeated_key_of_json_is_one_key(app: Flask) -> None:
    body = b'{"action":"api","action":"read","path":"x","path":"live/espn","token":"bad"}'
    assert not allows("mediamtx", post(app, "mediamtx", body, {}))


def test_a_huge_signed_body_is_not_read(app: Flask) -> None:
    built = ovenmediaengine(Asked("x" * 70_000)) or {}
    response = app.test_client().post("/tv/auth/ovenmediaengine", **built)
    assert response.json == {"allowed": False, "reason": "this host may not ask"}
