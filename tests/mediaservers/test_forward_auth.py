"""The dialect of proxies, and the holes that recordings of real ones showed."""

from __future__ import annotations

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st

from flask_iptv import channels, database, sessions, users
from flask_iptv.mediaservers import forward_auth
from flask_iptv.mediaservers.question import Question
from flask_iptv.models import utcnow
from tests.mediaservers.captured import Captured, captured

PROXIES = ("nginx_auth_request", "caddy", "traefik", "haproxy", "varnish")
RECORDED = [request for proxy in PROXIES for request in captured(proxy)]

# What our rules say where the recording backend, which knew no streams, said otherwise.
OURS = {
    "caddy-207": 403,  # /index.m3u8 names no stream
    "haproxy-110": 200,  # the token is read from the URI, and "ba&d" is one of ours
    "varnish-112": 403,
}


@pytest.mark.parametrize("request_", RECORDED, ids=lambda r: r.name)
def test_recorded_requests(estate: Flask, request_: Captured) -> None:
    expected = OURS.get(request_.name, request_.status)
    assert request_.replay(estate.test_client()).status_code == expected


def test_the_viewers_query_is_not_believed(estate: Flask) -> None:
    # Plain Caddy appends the viewer's ?name=free&ip=1.2.3.4 to our own URL.
    (request,) = (r for r in captured("caddy") if "name=free" in r.target)
    with estate.app_context():
        users.create(name="kept in", key="kept-inside", allowed_networks=["192.0.2.0/24"])
        channels.update(channels.get("hls"), enabled=False)
        database.session().commit()
    response = request.replay(estate.test_client())
    assert (response.status_code, response.text) == (403, "channel_disabled")


AMBIGUOUS = (
    "X-Original-URI and X-Forwarded-Uri are both there; the proxy must remove the one that it "
    "does not set"
)


def ask(app: Flask, uri: str, **headers: str) -> tuple[int, str]:
    given_headers = {"X-Original-URI": uri, "X-Real-IP": "192.0.2.1"}
    given_headers |= {name.replace("_", "-"): value for name, value in headers.items()}
    response = app.test_client(use_cookies=False).get("/tv/auth", headers=given_headers)
    return response.status_code, response.text


def test_a_viewer_who_adds_the_other_proxys_header_is_refused(provider: Flask) -> None:
    uri = "/ort/index.m3u8?token=bobs-token"
    assert ask(provider, uri) == (200, "")
    assert ask(provider, uri, X_Forwarded_Uri=uri) == (403, AMBIGUOUS)


def test_a_viewer_can_not_choose_the_address(provider: Flask) -> None:
    with provider.app_context():
        users.update(users.by_name("bob"), allowed_networks=["198.51.100.0/24"])
        database.session().commit()
    uri = "/ort/index.m3u8?token=bobs-token"
    client = provider.test_client()
    for headers in (
        {"X-Original-URI": uri, "X-Real-IP": "192.0.2.1", "X-Forwarded-For": "198.51.100.7"},
        {"X-Forwarded-Uri": uri, "X-Forwarded-For": "192.0.2.1", "X-Real-IP": "198.51.100.7"},
        {"X-Forwarded-Uri": uri, "X-Forwarded-For": "198.51.100.7, 192.0.2.1"},
    ):
        response = client.get("/tv/auth", headers=headers)
        assert (response.status_code, response.text) == (403, "address_not_allowed")
    headers = {"X-Forwarded-Uri": uri, "X-Forwarded-For": "192.0.2.1, 198.51.100.7"}
    assert client.get("/tv/auth", headers=headers).status_code == 200


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("/sport/espn%20hd/index.m3u8?token=bobs-token", "not_in_package"),
        ("/ort/../sport/espn%20hd/index.m3u8?token=bobs-token", "channel_unknown"),
        ("/ort/%2e%2e/sport/espn%20hd/index.m3u8?token=bobs-token", "channel_unknown"),
        ("/ort/index.m3u8", "no_token"),
        ("/ort/index.m3u8?token=", "no_token"),
        ("/ort/index.m3u8?token=wrong&token=bobs-token", "unknown_token"),
        ("/ortodox/index.m3u8?token=bobs-token", "channel_unknown"),
        ("/ort/other/index.m3u8?token=bobs-token", "channel_unknown"),
        ("/?token=bobs-token", "channel_unknown"),
        ("%00?token=bobs-token", "channel_unknown"),
    ],
)
def test_what_a_uri_does_not_open(provider: Flask, uri: str, reason: str) -> None:
    assert ask(provider, uri) == (403, reason)


def test_a_playlist_hands_out_the_cookie_that_its_segments_need(provider: Flask) -> None:
    client = provider.test_client(use_cookies=False)
    headers = {"X-Original-URI": "/ort/index.m3u8?token=bobs-token", "X-Real-IP": "192.0.2.1"}
    cookie = client.get("/tv/auth", headers=headers).headers["Set-Cookie"]
    assert cookie == "iptv_token=bobs-token; Path=/ort/; HttpOnly; SameSite=Lax"
    headers["X-Original-URI"] = "/ort/tracks-v1a1/segment-1.ts"
    assert client.get("/tv/auth", headers=headers).status_code == 403
    headers["Cookie"] = cookie.partition(";")[0]
    answer = client.get("/tv/auth", headers=headers)
    assert answer.status_code == 200
    assert "Set-Cookie" not in answer.headers


@pytest.mark.parametrize(
    "cookies",
    [
        'pref={"a":[1]}; iptv_token=bobs-token',
        "a b=1; iptv_token=bobs-token",
        "iptv_token=bobs-token; iptv_token=stale",
        'iptv_token="bobs-token"',
        "iptv_token=bobs%2Dtoken",
    ],
)
def test_the_cookie_is_found_among_others(provider: Flask, cookies: str) -> None:
    assert ask(provider, "/ort/1.ts", Cookie=cookies) == (200, "")


@pytest.mark.parametrize(
    ("folder", "path"),
    [
        ("/a,b@c/x%2By/", "/a,b@c/x%2By/"),
        ("/%6Frt/", "/%6Frt/"),
        ("/x;y/", "/x%3By/"),
    ],
)
def test_the_cookies_path_is_the_viewers_own_spelling(
    provider: Flask, folder: str, path: str
) -> None:
    with provider.app_context():
        for name in ("a,b@c/x+y", "x;y"):
            channels.create(name=name)
        database.session().commit()
    headers = {"X-Original-URI": f"{folder}index.m3u8?token=eves-token", "X-Real-IP": "192.0.2.1"}
    cookie = provider.test_client().get("/tv/auth", headers=headers).headers["Set-Cookie"]
    assert cookie == f"iptv_token=eves-token; Path={path}; HttpOnly; SameSite=Lax"


def test_asking_for_nonsense_does_not_free_the_slot(provider: Flask) -> None:
    assert ask(provider, "/ort/mpegts?token=bobs-token", User_Agent="tv") == (200, "")
    refused = ask(provider, "/bogus/x?token=bobs-token", User_Agent="tv")
    assert refused == (403, "channel_unknown")
    other = ask(provider, "/ort/mpegts?token=bobs-token", User_Agent="phone")
    assert other == (403, "too_many_sessions")


def test_a_refused_playlist_hands_out_nothing(provider: Flask) -> None:
    headers = {"X-Original-URI": "/ort/index.m3u8?token=wrong", "X-Real-IP": "192.0.2.1"}
    response = provider.test_client().get("/tv/auth", headers=headers)
    assert response.status_code == 403
    assert "Set-Cookie" not in response.headers


def test_a_lost_address_is_said_once(provider: Flask, caplog: pytest.LogCaptureFixture) -> None:
    # waitress drops X-Forwarded-For unless it is told not to.
    headers = {"X-Forwarded-Uri": "/ort/index.m3u8?token=bobs-token", "X-Real-IP": "192.0.2.1"}
    for _ in range(3):
        assert provider.test_client().get("/tv/auth", headers=headers).status_code == 200
    assert caplog.text.count("clear_untrusted_proxy_headers=False") == 1
    with provider.app_context():
        (session,) = sessions.page(now=utcnow()).items
        assert session.address is None


def test_segments_and_playlist_are_one_session(provider: Flask) -> None:
    for number in range(5):
        assert ask(provider, f"/ort/{number}.ts?token=bobs-token")[0] == 200
    assert ask(provider, "/ort/index.m3u8?token=bobs-token", User_Agent="other")[0] == 403
    with provider.app_context():
        assert len(sessions.page(now=utcnow()).items) == 1


@given(st.text(max_size=200), st.text(max_size=100), st.text(max_size=100))
def test_nothing_breaks_the_parser(uri: str, address: str, cookie: str) -> None:
    environ = {"HTTP_X_ORIGINAL_URI": uri, "HTTP_X_REAL_IP": address, "HTTP_COOKIE": cookie}
    play = forward_auth.parse(Question(environ)).tidied()
    assert play.stream is None
