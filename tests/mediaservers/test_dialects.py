"""What holds for every dialect with an address of its own: viewers, limits, publishers, secrets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask

from flask_iptv import channels, database, servers, sessions, users
from flask_iptv.authorization import Decision, Passed
from flask_iptv.mediaservers import DIALECTS
from flask_iptv.mediaservers.question import Question
from flask_iptv.models import Base, utcnow
from tests.mediaservers.asking import (
    PUBLISHING,
    SECRET,
    SERVERS,
    TELLING_THE_END,
    Asked,
    allows,
    ask,
    is_allowed,
)
from tests.mediaservers.conftest import broadcast
from tests.old_users import old_user

every_server = pytest.mark.parametrize("server", list(SERVERS))
each_that_tells_the_end = pytest.mark.parametrize("server", TELLING_THE_END)
each_that_publishes = pytest.mark.parametrize("server", PUBLISHING)

HERE = Asked().address
ELSEWHERE = "93.184.217.9"


def watching(app: Flask) -> list[str | None]:
    with app.app_context():
        return [watched.address for watched in sessions.page(now=utcnow()).items]


def test_every_server_has_its_address() -> None:
    assert list(SERVERS) == list(DIALECTS)
    assert set(TELLING_THE_END) == set(SERVERS) - {"mediamtx", "alta", "astra"}
    assert set(PUBLISHING) == set(SERVERS) - {"alta", "astra"}


@every_server
def test_a_viewer_is_known_by_the_token(studio: Flask, server: str) -> None:
    assert is_allowed(studio, server, Asked())
    for token in ("bad", None, "", "good ", "good\0"):
        assert not is_allowed(studio, server, Asked(token)), token


@every_server
def test_another_stream_is_refused(studio: Flask, server: str) -> None:
    for stream in ("nothing", "espn/", "/espn", "../espn", "ESPN", ""):
        assert not is_allowed(studio, server, Asked(stream=stream)), stream


@every_server
def test_the_address_and_the_stream_are_the_servers_word(studio: Flask, server: str) -> None:
    with studio.app_context():
        old_user(name="at home", key="home", allowed_networks=[HERE])
        database.session().commit()
    assert is_allowed(studio, server, Asked("home"))
    assert not is_allowed(studio, server, Asked("home", address=ELSEWHERE))


@every_server
def test_the_limit_holds(studio: Flask, server: str) -> None:
    assert is_allowed(studio, server, Asked())
    assert not is_allowed(studio, server, Asked(address=ELSEWHERE, session="8"))
    assert is_allowed(studio, server, Asked())
    assert watching(studio) == [HERE]


@each_that_tells_the_end
def test_a_slot_is_free_after_the_end(studio: Flask, server: str) -> None:
    is_allowed(studio, server, Asked())
    ask(studio, server, Asked(what="close"))
    assert watching(studio) == []
    assert is_allowed(studio, server, Asked(address=ELSEWHERE, session="8"))


@each_that_tells_the_end
def test_zapping_keeps_the_slot(studio: Flask, server: str) -> None:
    is_allowed(studio, server, Asked())
    assert is_allowed(studio, server, Asked(stream="other", session="8"))
    ask(studio, server, Asked(what="close"))
    assert len(watching(studio)) == 1
    assert not is_allowed(studio, server, Asked(address=ELSEWHERE, session="9"))


@each_that_tells_the_end
def test_the_end_frees_the_slot_of_a_user_who_was_disabled_meanwhile(
    studio: Flask, server: str
) -> None:
    is_allowed(studio, server, Asked())
    with studio.app_context():
        users.update(users.by_name("viewer"), enabled=False)
        database.session().commit()
    ask(studio, server, Asked(what="close"))
    assert watching(studio) == []


@each_that_tells_the_end
def test_the_end_of_what_never_began_changes_nothing(studio: Flask, server: str) -> None:
    for token in ("good", "bad", None):
        assert ask(studio, server, Asked(token, what="close", session="99")).status_code < 500
    is_allowed(studio, server, Asked())
    ask(studio, server, Asked("bad", what="close", session="99"))
    assert len(watching(studio)) == 1


@every_server
def test_only_servers_that_tell_the_end_hold_slots_for_long(studio: Flask, server: str) -> None:
    is_allowed(studio, server, Asked())
    with studio.app_context():
        (watched,) = sessions.page(now=utcnow()).items
    held = (watched.expires_at - utcnow()).total_seconds()
    # nginx-rtmp asks again as well, so it needs no long lease.
    is_long = server in TELLING_THE_END and server != "nginx-rtmp"
    assert (held > 3600) == is_long


@each_that_publishes
def test_a_stream_is_published_with_the_channels_key_only(studio: Flask, server: str) -> None:
    with studio.app_context():
        users.create(name="other", key="only-a-viewer")
        database.session().commit()
    assert is_allowed(studio, server, Asked(what="publish"))
    for token in ("bad", None, "only-a-viewer"):
        assert not is_allowed(studio, server, Asked(token, "publish")), token
    # This channel has no key.
    assert not is_allowed(studio, server, Asked(what="publish", stream="other"))
    with studio.app_context():
        channels.update(channels.get("live/espn"), publish_key="new")
        database.session().commit()
    assert not is_allowed(studio, server, Asked(what="publish"))
    assert not is_allowed(studio, server, Asked("new"))
    assert watching(studio) == []


@every_server
def test_without_the_secret_nothing_is_allowed(studio: Flask, server: str) -> None:
    if server == "ovenmediaengine":
        # It signs instead; what stands in the URL does not help.
        built = SERVERS[server](Asked()) or {}
        for signature in ("", "x", built["headers"]["X-OME-Signature"][:-1], "é"):
            built["headers"] = {"X-OME-Signature": signature}
            url = f"/tv/auth/{server}?secret={SECRET}"
            assert not allows(server, studio.test_client().post(url, **built)), signature
    else:
        for secret in (None, "wrong", ""):
            assert not allows(server, ask(studio, server, Asked(), secret)), secret
    assert watching(studio) == []


@every_server
def test_other_networks_may_not_ask(make_app: Callable[..., Flask], server: str) -> None:
    app = broadcast(make_app(IPTV_AUTH_SECRET=SECRET, IPTV_AUTH_NETWORKS=["203.0.113.0/24"]))
    assert not is_allowed(app, server, Asked())


@every_server
def test_a_failing_storage_is_never_an_allow(studio: Flask, server: str) -> None:
    with studio.app_context():
        Base.metadata.drop_all(database.current().connection())
        database.session().commit()
    response = ask(studio, server, Asked())
    # MistServer would do as the "default" of the trigger says, which is true unless it was set.
    assert response.status_code == (200 if server == "mistserver" else 503)
    assert not allows(server, response)


@every_server
def test_who_is_to_play_something_else_is_sent_there_or_refused(server: str) -> None:
    app = Flask(__name__)
    asked = SERVERS[server](Asked()) or {}
    with app.test_request_context("/", method="POST", **asked) as context:
        question = Question(context.request.environ, context.request.get_data())
        decision = Decision(None, 180, upstream=Passed(location="/promo"))
        answer = DIALECTS[server].answer(question, decision)
    assert "promo" not in answer.text
    sent = app.response_class(answer.text, answer.status, answer.lines())
    if server == "nginx-rtmp":
        assert (sent.status_code, sent.headers["Location"]) == (302, "/promo")
    else:
        assert sent.status_code == 200 or sent.status_code == 403
        assert answer.headers.get("icecast-auth-user") is None
        assert answer.status == 403 or "false" in answer.text


@each_that_tells_the_end
def test_what_was_sent_is_counted(
    studio: Flask, server: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int | None] = []
    store = studio.extensions["iptv"].store()
    monkeypatch.setattr(
        type(store), "end", lambda self, device, session, now, bytes: told.append(bytes)
    )
    is_allowed(studio, server, Asked())
    ask(studio, server, Asked(what="close"))
    assert told == [1000 if server in ("node-media-server", "mistserver") else None]


def test_nginx_rtmp_asks_again(studio: Flask) -> None:
    assert is_allowed(studio, "nginx-rtmp", Asked())
    update = Asked(what="update")
    assert is_allowed(studio, "nginx-rtmp", update)
    with studio.app_context():
        users.update(users.by_name("viewer"), enabled=False)
        database.session().commit()
    assert not is_allowed(studio, "nginx-rtmp", update)
    assert not is_allowed(studio, "nginx-rtmp", replace(update, token="bad"))


def test_alta_goes_by_the_template_of_the_channels_server(studio: Flask) -> None:
    with studio.app_context():
        servers.update(
            servers.get("main"),
            hls_template="{base}/x/{name}/i.m3u8",
            mpegts_template="{base}/x/{name}",
        )
        database.session().commit()
    assert not is_allowed(studio, "alta", Asked())
    assert is_allowed(studio, "astra", Asked())
