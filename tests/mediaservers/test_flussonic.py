"""Flussonic's dialect, with what its servers of all ages send."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlencode

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from flask_iptv import channels, database, sessions, users
from flask_iptv.authorization import Play, Publish
from flask_iptv.mediaservers import flussonic
from flask_iptv.mediaservers.question import Question, pairs
from flask_iptv.models import utcnow
from flask_iptv.sessions import Event
from tests.mediaservers.captured import Captured, captured


def play_of(question: Question) -> Play:
    """Read a question that is a viewer's."""
    asked = flussonic.parse(question)
    assert isinstance(asked, Play)
    return asked


FORM = "application/x-www-form-urlencoded"
GOOD = {"name": "ort", "ip": "192.0.2.1", "token": "bobs-token"}


@pytest.mark.parametrize("request_", captured("flussonic-old-2013"), ids=lambda r: r.name)
def test_recorded_requests_of_the_open_flussonic(estate: Flask, request_: Captured) -> None:
    # One token of the recording has a space, which no token of ours may have.
    expected = 403 if "good+a%26b" in request_.target else request_.status
    assert request_.replay(estate.test_client()).status_code == expected


def test_recorded_names_and_addresses_are_decoded(estate: Flask) -> None:
    (request,) = (r for r in captured("flussonic-old-2013") if "espn+hd" in r.target)
    play = play_of(Question({"QUERY_STRING": request.target.partition("?")[2]}))
    assert (play.token, play.stream, play.address) == ("good a&b=c/+%", "sport/espn hd", "::1")


def test_allow_tells_who_and_how_long(provider: Flask) -> None:
    response = provider.test_client().get("/tv/auth", query_string=GOOD)
    assert response.status_code == 200
    assert response.headers["X-AuthDuration"] == "180"
    assert response.headers["X-UserId"].isdecimal()
    assert response.headers["X-Max-Sessions"] == "1"


def test_no_limit_is_not_told(provider: Flask) -> None:
    response = provider.test_client().get("/tv/auth", query_string=GOOD | {"token": "eves-token"})
    assert response.status_code == 200
    assert "X-UserId" in response.headers
    assert "X-Max-Sessions" not in response.headers


def test_deny_is_short_and_says_why(provider: Flask) -> None:
    response = provider.test_client().get("/tv/auth", query_string=GOOD | {"token": "wrong"})
    assert (response.status_code, response.text) == (403, "unknown_token")
    assert response.headers["X-AuthDuration"] == "30"
    assert "X-UserId" not in response.headers


@pytest.mark.parametrize(
    ("missing", "reason"), [("token", "no_token"), ("name", "channel_unknown")]
)
def test_what_is_missing_is_a_deny(provider: Flask, missing: str, reason: str) -> None:
    query = {name: value for name, value in GOOD.items() if name != missing}
    response = provider.test_client().get("/tv/auth", query_string=query)
    assert (response.status_code, response.text) == (403, reason)


@pytest.mark.parametrize("way", ["query_string", "data"])
def test_query_and_form_are_the_same(provider: Flask, way: str) -> None:
    client = provider.test_client()
    for token, status in (("bobs-token", 200), ("wrong", 403)):
        values = GOOD | {"token": token}
        response = client.post("/tv/auth", **{way: values})
        assert response.status_code == status


@pytest.mark.parametrize("content_type", ["application/json", "text/plain"])
def test_json_is_a_publishers_question(provider: Flask, content_type: str) -> None:
    client = provider.test_client()

    def publish(token: str) -> tuple[int, str]:
        body = json.dumps(GOOD | {"token": token})
        response = client.post("/tv/auth", data=body, content_type=content_type)
        return response.status_code, response.text

    assert publish("bobs-token") == (403, "no_publish_key")
    with provider.app_context():
        channels.update(channels.get("ort"), publish_key="studio")
        database.session().commit()
    assert publish("studio") == (200, "")
    assert publish("bobs-token") == (403, "wrong_publish_key")
    assert publish("") == (403, "no_token")
    assert client.get("/tv/auth", query_string=GOOD | {"token": "studio"}).status_code == 403


@pytest.mark.parametrize("opening", ["new_session", "open_session"])
def test_both_words_for_opening(provider: Flask, opening: str) -> None:
    client = provider.test_client()
    query = GOOD | {"request_type": opening, "session_id": "s1"}
    assert client.get("/tv/auth", query_string=query).status_code == 200
    with provider.app_context():
        assert len(sessions.page(now=utcnow()).items) == 1
    query["request_type"] = "close_session"
    assert client.get("/tv/auth", query_string=query).status_code == 200
    with provider.app_context():
        assert sessions.page(now=utcnow()).items == []


def test_a_form_may_be_plain_utf8(app: Flask) -> None:
    with app.app_context():
        channels.create(name="канал")
        users.create(name="bob", key="bobs-token")
        database.session().commit()
    body = "name=канал&token=bobs-token&ip=192.0.2.1".encode()
    response = app.test_client().post(
        "/tv/auth", data=body, content_type="application/x-www-form-urlencoded"
    )
    assert response.status_code == 200


def test_of_a_repeated_parameter_the_first_counts() -> None:
    query = "name=a&name=b&ip=192.0.2.1&ip=9.9.9.9&token=t"
    play = play_of(Question({"QUERY_STRING": query}))
    assert (play.stream, play.address) == ("a", "192.0.2.1")


def test_the_query_comes_before_the_form() -> None:
    form = "application/x-www-form-urlencoded"
    environ = {"QUERY_STRING": "name=a", "CONTENT_TYPE": form}
    play = play_of(Question(environ, b"name=b&token=t"))
    assert (play.stream, play.token) == ("a", "t")


def test_no_query_makes_a_viewers_question_of_json() -> None:
    environ = {"QUERY_STRING": "name=a&token=t", "CONTENT_TYPE": "application/json"}
    asked = flussonic.parse(Question(environ, b'{"name": "b", "token": "u"}'))
    assert isinstance(asked, Publish)
    assert (asked.stream, asked.key) == ("b", "u")


def test_disabled_while_watching_is_refused_at_the_next_question(provider: Flask) -> None:
    client = provider.test_client()
    query = GOOD | {"session_id": "s1", "request_type": "new_session"}
    assert client.get("/tv/auth", query_string=query).status_code == 200
    with provider.app_context():
        users.update(users.by_name("bob"), enabled=False)
        database.session().commit()
    query["request_type"] = "update_session"
    response = client.get("/tv/auth", query_string=query)
    assert (response.status_code, response.text) == (403, "disabled")
    with provider.app_context():
        assert sessions.page(now=utcnow()).items == []


@pytest.mark.parametrize(
    "address",
    [
        "",
        "nonsense",
        "999.1.1.1",
        "::ffff:192.0.2.1",
        "fe80::1%eth0",
        "1" * 5000,
        "fe80::1%" + "x" * 100,
    ],
)
def test_strange_addresses_are_no_error(provider: Flask, address: str) -> None:
    response = provider.test_client().get("/tv/auth", query_string=GOOD | {"ip": address})
    assert response.status_code == 200


def test_a_four_in_six_address_is_the_same_device(provider: Flask) -> None:
    client = provider.test_client()
    for address in ("192.0.2.1", "::ffff:192.0.2.1"):
        query = GOOD | {"ip": address}
        assert client.get("/tv/auth", query_string=query).status_code == 200


@pytest.fixture(params=["sqlite", "postgresql"])
def hostile(request: pytest.FixtureRequest, make_app: object) -> FlaskClient:
    """A client of an app on each database: PostgreSQL takes no NUL and no overlong text."""
    url = None if request.param == "sqlite" else request.getfixturevalue("postgresql_tables_url")
    app: Flask = make_app(url)  # type: ignore[operator]
    with app.app_context():
        channels.create(name="ort")
        users.create(name="bob", key="bobs-token")
        database.session().commit()
    return app.test_client()


def test_hostile_values_are_never_an_error(hostile: FlaskClient) -> None:
    for value in (
        "\0",
        "a\0b",
        "fe80::1%\0",
        "fe80::1%\ud800",
        "x" * 20_000,
        "é" * 600,
        "\udcff",
        "🛰" * 300,
    ):
        for name in ("token", "name", "user_agent", "session_id", "proto", "ip"):
            assert hostile.post("/tv/auth", json=GOOD | {name: value}).status_code == 403
            form = urlencode(GOOD | {name: value}, errors="surrogatepass")
            response = hostile.post("/tv/auth", data=form, content_type=FORM)
            expected = 403 if name in ("token", "name") else 200
            assert response.status_code == expected, (name, value[:10])


@given(st.binary(max_size=300), st.binary(max_size=300), st.sampled_from(["", "application/json"]))
def test_nothing_breaks_the_parser(query: bytes, body: bytes, content_type: str) -> None:
    environ = {"QUERY_STRING": query.decode("latin-1"), "CONTENT_TYPE": content_type}
    asked = flussonic.parse(Question(environ, body))
    if isinstance(asked, Publish):
        return
    play = asked.tidied()
    assert play.event in Event
    for text in (play.token, play.stream, play.user_agent, play.server_session):
        assert text is None or "\0" not in text


BITS = st.sampled_from(["a", "=", "&", "+", "%41", "%", "%zz", "%ff", ";", "é"])


@given(st.text(max_size=300) | st.lists(BITS).map("".join))
def test_queries_are_read_as_the_standard_library_reads_them(query: str) -> None:
    query = query.encode("utf-8", "replace").decode()
    assert pairs(query) == parse_qsl(query, errors="replace")


def test_a_query_of_too_many_parameters_is_not_read() -> None:
    assert len(pairs("&".join(["a=1"] * 200))) == 200
    assert pairs("&".join(["a=1"] * 201)) == []


@pytest.mark.parametrize(("told", "count"), [("17", 17), ("", None), ("-1", None), ("1e3", None),
                                             ("٣", None), ("9" * 30, None)])  # fmt: skip
def test_bytes_are_a_number_or_nothing(told: str, count: int | None) -> None:
    query = urlencode({"name": "ort", "bytes": told})
    assert play_of(Question({"QUERY_STRING": query})).bytes == count
