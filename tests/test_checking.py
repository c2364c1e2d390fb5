"""A check asks this site as every kind of media server does, and says what is wrong in words."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl

import pytest
from flask import Flask, redirect, request

from flask_iptv import servers
from flask_iptv.checking import auth_endpoint, check_endpoint, check_server
from flask_iptv.fetching import Fetcher
from flask_iptv.management import KINDS
from flask_iptv.models import utcnow
from flask_iptv.sessions import Selection
from tests.fetching.failing import LOOPBACK
from tests.management.web_server import Answer, Asked, WebServer, as_json
from tests.real.site import serve

FETCHER = Fetcher(LOOPBACK)


def check(kind: servers.ServerKind, url: str, **options: Any) -> list[tuple[bool | None, str]]:
    """Give the findings about an endpoint; each is a sentence and none has a secret in it."""
    options.setdefault("secret", None)
    options.setdefault("clock", lambda: 0.0)
    found = list(check_endpoint(kind, url, FETCHER, **options))
    for finding in found:
        assert finding.text.endswith((".", "?)", "?"))
        assert "geheim" not in finding.text
        assert "token=" not in finding.text
    return [(finding.ok, finding.text) for finding in found]


def path(kind: servers.ServerKind) -> str:
    endpoint = auth_endpoint(kind)
    return "/tv/auth" if endpoint == ".auth" else f"/tv/auth/{kind}"


@pytest.mark.parametrize("kind", KINDS)
def test_our_own_endpoint_refuses_in_every_dialect(
    make_app: Callable[..., Flask], kind: servers.ServerKind
) -> None:
    app = make_app(IPTV_AUTH_SECRET="geheim")
    with serve(app) as url:
        ((ok, text),) = check(kind, url + path(kind), secret="geheim")
        assert ok, text
        assert text.startswith(f"{url}{path(kind)} refuses a made-up token as it should, in ")
        ((ok, text),) = check(kind, url + path(kind), secret="geheim-nicht")
    if kind != "mistserver":
        # MistServer hears nothing but yes and no.
        assert not ok
        assert "this host may not ask" in text


@pytest.mark.parametrize("kind", KINDS)
def test_who_lets_everybody_in_is_found_in_every_dialect(
    make_app: Callable[..., Flask], kind: servers.ServerKind
) -> None:
    app = make_app(IPTV_AUTH_RULES=["allow default"], IPTV_AUTH_SECRET="geheim")
    with serve(app) as url:
        ((ok, text),) = check(kind, url + path(kind), secret="geheim")
    assert not ok
    assert "lets in whoever brings any token" in text


def test_a_check_takes_no_slot_and_opens_no_session(provider: Flask) -> None:
    with serve(provider) as url:
        check("flussonic", f"{url}/tv/auth")
    assert provider.extensions["iptv"].store().count(Selection(), now=utcnow()) == 0


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(404), "is not there (404): compare it with the url_prefix"),
        (Answer(503), "can't answer new viewers (503): the database"),
        (Answer(500), "is broken (500)"),
        (Answer(502), "is broken (502)"),
        (Answer(401), "is behind something that stops media servers (401): a login"),
        (Answer(302, headers={"Location": "/login"}), "stops media servers (302)"),
        (Answer(400, b"CSRF", {"Content-Type": "text/html"}), "stops media servers (400)"),
        (Answer(200), "lets in whoever brings any token (200)"),
        (Answer(200, b"<p>", {"Content-Type": "text/html"}), "lets everybody in: another part"),
        (Answer(403, b"this host may not ask"), "says that this host may not ask"),
        (Answer(403), "refuses in a form that is not ours (403, no X-AuthDuration)"),
        (Answer(405, b"", {"X-AuthDuration": "3"}), "refuses in a form that is not ours (405"),
    ],
)
def test_what_is_in_the_way_is_told(answer: Answer, words: str) -> None:
    with WebServer() as web:
        web.answer = lambda asked: answer
        ((ok, text),) = check("flussonic", f"{web.url}/tv/auth?a=b", secret="geheim")
    assert not ok
    assert words in text
    assert text.startswith(f"{web.url}/tv/auth ")


def test_a_login_page_of_the_host_is_told(make_app: Callable[..., Flask]) -> None:
    app = make_app(IPTV_AUTH_DOOR="view")

    @app.before_request
    def require_login() -> Any:
        return redirect("/login") if request.path != "/login" else None

    with serve(app) as url:
        ((ok, text),) = check("flussonic", f"{url}/tv/auth")
    assert (ok, "a login" in text) == (False, True)


def test_nobody_there_is_told() -> None:
    with WebServer() as web:
        url = web.url
    ((ok, text),) = check("flussonic", f"{url}/tv/auth")
    assert not ok
    assert "can't be asked: nobody listens at" in text
    assert "Is the site running there" in text


def test_a_slow_answer_is_told_besides() -> None:
    moments = iter([10.0, 12.5])
    with WebServer() as web:
        web.answer = lambda asked: Answer(403, headers={"X-AuthDuration": "30"})
        fine, slow = check("flussonic", web.url, clock=lambda: next(moments))
    assert fine[0]
    assert slow == (
        False,
        "The answer took 2.5 seconds: media servers wait for about 3 seconds and then refuse "
        "every new viewer.",
    )


def test_the_question_is_one_of_a_viewer_there_can_not_be() -> None:
    with WebServer() as web:
        web.answer = lambda asked: Answer(403, headers={"X-AuthDuration": "30"})
        for _ in range(2):
            check("flussonic", web.url, secret="geheim")
    first, second = (asked.query for asked in web.asked)
    assert first["ip"] == "192.0.2.1"
    assert first["secret"] == "geheim"
    assert len(first["token"]) >= 20
    assert first["token"] != second["token"]


def test_an_allow_is_only_what_the_server_takes_for_one() -> None:
    def answer(asked: Asked) -> Answer:
        return Answer(403, b"", {"icecast-auth-user": "1"})

    with WebServer() as web:
        web.answer = answer
        assert "lets in whoever" in check("icecast", web.url)[0][1]
        assert dict(parse_qsl(web.asked[0].body.decode()))["action"] == "listener_add"
        web.answer = lambda asked: Answer(200, b"ok")
        assert check("srs", web.url)[0][0]
        assert check("icecast", web.url)[0][0]


def test_signatures_can_not_be_checked_without_a_secret() -> None:
    ((ok, text),) = check("ovenmediaengine", "http://127.0.0.1:1/")
    assert not ok
    assert "set IPTV_AUTH_SECRET" in text


@pytest.mark.usefixtures("context")
def test_a_servers_own_api_is_asked() -> None:
    with WebServer() as web:
        web.answer = lambda asked: as_json({"streams": [{"name": "ort"}]})
        server = servers.create(name="m", url="https://m.example", api_url=web.url)
        found = list(check_server(server.name, servers.access(server), FETCHER))
        assert [finding.ok for finding in found] == [True] * 4
        (private,) = check_server(server.name, servers.access(server), Fetcher())
    assert not private.ok
    assert "IPTV_FETCH_NETWORKS" in private.text


@pytest.mark.usefixtures("context")
@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("flussonic", "m has no address of its management API here"),
        ("proxy", "There is nothing to check"),
    ],
)
def test_a_server_that_can_not_be_asked_says_so(kind: servers.ServerKind, words: str) -> None:
    server = servers.create(name="m", url="https://m.example", kind=kind)
    (finding,) = check_server(server.name, servers.access(server), FETCHER)
    assert finding.ok is None
    assert finding.text.startswith(words)
