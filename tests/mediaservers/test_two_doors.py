"""The door before Flask and the view behind it: the same answers, byte for byte."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from flask import Flask, request
from hypothesis import given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import Headers
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.test import EnvironBuilder, run_wsgi_app

from flask_iptv import IPTV, database, users
from flask_iptv.mediaservers import DIALECTS
from tests.conftest import furnish
from tests.examples import examples
from tests.mediaservers.asking import SERVERS, Asked

Reply = tuple[str, list[tuple[str, str]], bytes]

# What real questions are made of, and what viewers and strangers may put among it.
TEXTS = st.sampled_from(
    ["ort", "sport/espn hd", "bobs-token", "eves-token", "192.0.2.1", "new_session", "a", "", "é",
     "update_session", "close_session", "%", "\0", "12", "-1", "/ort/index.m3u8?token=bobs-token",
     "/sport/espn%20hd/1.ts?token=eves-token", "/ort/../x", "iptv_token=eves-token", "s3cret"]
)  # fmt: skip
PARAMETERS = st.sampled_from(
    ["name", "token", "ip", "request_type", "session_id", "user_agent", "bytes", "proto", "x"]
)
HEADERS = st.sampled_from(
    ["X-Original-URI", "X-Real-IP", "X-Forwarded-Uri", "X-Forwarded-For", "Cookie",
     "Authorization", "User-Agent"]
)  # fmt: skip
METHODS = st.sampled_from(["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"])
TYPES = st.sampled_from(["application/json", "application/x-www-form-urlencoded", "text/plain"])
BODIES = [b'{"name":"ort","token":"eves-token"}', b"name=ort&token=x", b"{", b"x" * 70_000]
PATHS = st.sampled_from(["/tv/auth", "/tv/auth/", "/tv//auth", "/auth", "/élan/auth",
                         "/tv/auth/nothing", "/tv/auth/srs/", "/élan/auth/icecast"])  # fmt: skip


@pytest.fixture(autouse=True)
def _streams_may_be_called_like_tokens() -> Iterator[None]:
    """Let no refusal be logged: it names the stream that was asked for, whatever that is."""
    log = logging.getLogger("flask_iptv.auth")
    log.setLevel(logging.WARNING)
    yield
    log.setLevel(logging.NOTSET)


@st.composite
def questions(draw: st.DrawFn) -> EnvironBuilder:
    """A request that may reach ``/auth``."""
    likely = {"name": "ort", "token": "eves-token", "ip": "192.0.2.1"}
    query = draw(st.just(likely) | st.dictionaries(PARAMETERS, TEXTS))
    headers = {
        name: value.encode("latin-1", "replace").decode("latin-1").replace("\0", "")
        for name, value in draw(st.dictionaries(HEADERS, TEXTS, max_size=3)).items()
    }
    more: dict[str, Any] = {}
    if draw(st.booleans()):
        more = {
            "data": draw(st.sampled_from(BODIES) | st.binary(max_size=40)),
            "content_type": draw(TYPES),
        }
    return EnvironBuilder(
        path=draw(st.just("/tv/auth") | PATHS),
        method=draw(st.just("GET") | METHODS),
        query_string={**query, **draw(st.dictionaries(PARAMETERS, TEXTS, max_size=3))},
        headers=Headers(headers),
        environ_overrides={"REMOTE_ADDR": draw(st.sampled_from(["127.0.0.1", "8.8.8.8", ""]))},
        **more,
    )


def ask(app: Any, builder: EnvironBuilder) -> Reply:
    if builder.input_stream is not None:
        builder.input_stream.seek(0)
    body, status, headers = run_wsgi_app(app, builder.get_environ(), buffered=True)
    return status, list(headers), b"".join(body)


@pytest.fixture(scope="module")
def doors(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Flask, Flask]]:
    """An app with the door and one with the view, alike in everything else."""
    made = []
    for door in ("wsgi", "view"):
        app = Flask(door, instance_path=str(tmp_path_factory.mktemp(door)))
        app.config.update(IPTV_AUTH_DOOR=door, MAX_CONTENT_LENGTH=60_000)
        app.register_blueprint(IPTV(), url_prefix="/tv")
        app.register_blueprint(IPTV(name="other"), url_prefix="/élan")
        with app.app_context():
            furnish()
            database.session().commit()
        made.append(app)
    yield made[0], made[1]
    for app in made:
        app.extensions["iptv"].close()


@st.composite
def questions_of_dialects(draw: st.DrawFn) -> EnvironBuilder:
    """A request to one of the addresses behind ``/auth/``."""
    server = draw(st.sampled_from(list(SERVERS)))
    what = draw(st.sampled_from(["open", "update", "close", "publish"]))
    token = draw(st.sampled_from(["eves-token", "bobs-token", "x", None]))
    stream = draw(st.sampled_from(["ort", "sport/espn hd", "é"]))
    address = draw(st.sampled_from(["192.0.2.1", "192.0.2.2"]))
    asked = Asked(token, what, stream, address, draw(st.sampled_from(["1", "2"])))
    built: dict[str, Any] = dict(SERVERS[server](asked) or {})
    if draw(st.booleans()):
        built = {"data": draw(st.sampled_from(BODIES) | st.binary(max_size=40)),
                 "content_type": draw(TYPES)}  # fmt: skip
    return EnvironBuilder(path=f"/tv/auth/{server}", method=draw(METHODS), **built)


@settings(max_examples=examples(600))
@given(question=questions_of_dialects())
def test_both_doors_answer_every_dialect_alike(
    doors: tuple[Flask, Flask], question: EnvironBuilder
) -> None:
    door, view = doors
    assert ask(door, question) == ask(view, question)


@settings(max_examples=examples(2500))
@given(question=questions())
def test_both_doors_give_the_same_answer(
    doors: tuple[Flask, Flask], question: EnvironBuilder
) -> None:
    door, view = doors
    # Both have been asked the same before, so both know the same sessions.
    assert ask(door, question) == ask(view, question)


def test_the_door_does_not_enter_flask_and_the_view_does(make_app: Callable[..., Flask]) -> None:
    seen = []
    for door in ("wsgi", "view"):
        app = make_app(IPTV_AUTH_DOOR=door)
        app.before_request(lambda door=door: seen.append((door, request.path)))
        assert app.test_client().get("/tv/auth").status_code == 403
        assert app.test_client().get("/tv/playlists/x.m3u").status_code == 403
    assert seen == [
        ("wsgi", "/tv/playlists/x.m3u"), ("view", "/tv/auth"), ("view", "/tv/playlists/x.m3u")
    ]  # fmt: skip


ADDRESSES = {"/tv/auth": None} | {f"/tv/auth/{server}": server for server in DIALECTS}


def from_internet(app: Flask) -> str:
    with app.app_context():
        if not users.page().items:
            furnish()
            database.session().commit()
    headers = {"X-Forwarded-For": "203.0.113.5"}
    query = {"name": "ort", "token": "eves-token", "ip": "192.0.2.1"}
    return app.test_client().get("/tv/auth", query_string=query, headers=headers).text


def test_middleware_that_corrects_the_address_comes_first(tmp_path: Any) -> None:
    # A door before it would take everybody for the reverse proxy on this machine.
    for early in (True, False):
        app = Flask("host", instance_path=str(tmp_path))
        app.config["IPTV_AUTH_SECRET"] = None
        if early:
            app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
        app.register_blueprint(IPTV(), url_prefix="/tv")
        if not early:
            app.wsgi_app = ProxyFix(app.wsgi_app)  # type: ignore[method-assign]
        assert app.extensions["iptv"].door.paths == ADDRESSES
        assert from_internet(app) == "this host may not ask"
        app.extensions["iptv"].close()


def test_middleware_that_hides_the_app_leaves_the_view(
    tmp_path: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = Flask("host", instance_path=str(tmp_path))
    fix = ProxyFix(app.wsgi_app)
    app.wsgi_app = lambda environ, start: fix(environ, start)  # type: ignore[assignment]
    app.register_blueprint(IPTV(), url_prefix="/tv")
    assert app.extensions["iptv"].door is None
    assert "before wrapping app.wsgi_app" in caplog.text
    assert from_internet(app) == "this host may not ask"
    app.extensions["iptv"].close()


def test_mounts_that_depend_on_the_host_or_a_variable_are_left_to_flask(tmp_path: Any) -> None:
    app = Flask("host", instance_path=str(tmp_path))
    app.register_blueprint(IPTV(), url_prefix="/<lang>/tv")
    app.register_blueprint(IPTV(name="sub"), url_prefix="/tv", subdomain="tv")
    assert app.extensions["iptv"].door.paths == {}
    app.extensions["iptv"].close()
