"""A write says what it has seen: every record has an ETag, and ``If-Match`` holds to it."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, current_app, request

from flask_iptv import database
from flask_iptv.models import User
from tests.api.caller import Caller
from tests.api.conftest import furnish
from tests.nouns.test_at_once import at_once

RECORDS = ("/users/1", "/packages/basic", "/channels/ort", "/servers/main")
WRITES = [
    *[("PUT", path, {"name": "other"}) for path in RECORDS],
    *[("DELETE", path, None) for path in RECORDS],
    ("POST", "/users/1", {"name": "other"}),
    ("POST", "/users/1/delete", None),
    ("PUT", "/users/2/packages/basic", None),
    ("DELETE", "/users/1/packages/basic", None),
    ("PUT", "/packages/basic/channels/sport/espn hd", None),
    ("DELETE", "/packages/basic/channels/ort", None),
    ("POST", "/users", {"name": "ann"}),
    ("POST", "/links", {"channel": "ort"}),
    ("POST", "/servers/main/sync", {}),
]


def tag(api: Caller, path: str) -> str:
    """Give the ETag of a record."""
    return api.send("GET", path).headers["ETag"]


@pytest.mark.parametrize("path", RECORDS)
def test_a_record_has_the_same_tag_wherever_it_is_shown(estate: Caller, path: str) -> None:
    first = tag(estate, path)
    assert first.startswith('"')
    assert tag(estate, path) == estate.send("HEAD", path).headers["ETag"] == first
    changed = estate.send("PUT", path, {"name": "renamed"})
    there = path if path.startswith("/users") else path.rpartition("/")[0] + "/renamed"
    assert changed.headers["ETag"] == tag(estate, there) != first


def test_a_new_record_comes_with_its_tag(estate: Caller) -> None:
    estate.make("/packages", name="a")
    estate.make("/packages", name="Z")
    body = {"name": "ann", "packages": ["basic", "a", "Z"], "expires_at": "2030-01-01T00:00+02:00"}
    made = estate.send("POST", "/users", body)
    assert made.headers["ETag"] == tag(estate, "/users/3")
    changed = estate.send("PUT", "/users/3", {"packages": ["Z", "basic"]})
    assert changed.headers["ETag"] == tag(estate, "/users/3")


def test_a_session_has_one_too(estate: Caller) -> None:
    estate.client.get("/tv/auth?name=ort&token=bobs-token&ip=192.0.2.1")
    stale = estate.send("DELETE", "/sessions/1", headers={"If-Match": '"stale"'})
    assert stale.status_code == 412
    headers = {"If-Match": tag(estate, "/sessions/1")}
    assert estate.send("DELETE", "/sessions/1", headers=headers).status_code == 204


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
@pytest.mark.parametrize("condition", ['"stale"', 'W/"stale"', "", '""', '"a", "b"'])
def test_what_was_changed_meanwhile_is_left(
    refusing: Caller, method: str, path: str, body: Any, condition: str
) -> None:
    answer = refusing.send(method, path, body, headers={"If-Match": condition})
    assert answer.status_code == 412
    assert answer.json is not None
    assert answer.json["errors"][0]["code"] == "changed"


@pytest.mark.parametrize(("method", "path", "body"), WRITES)
def test_what_is_there_already_is_left(refusing: Caller, method: str, path: str, body: Any) -> None:
    answer = refusing.send(method, path, body, headers={"If-None-Match": "*"})
    assert answer.status_code == 412
    assert "If-None-Match" in answer.text


@pytest.mark.parametrize("path", RECORDS)
def test_a_write_that_wants_another_state_than_this(estate: Caller, path: str) -> None:
    seen = tag(estate, path)
    both = {"If-Match": seen, "If-None-Match": seen}
    for headers in ({"If-None-Match": f'"x", {seen}'}, both):
        assert estate.send("PUT", path, {}, headers=headers).status_code == 412
    answer = estate.send("PUT", path, {}, headers={"If-None-Match": '"x"'})
    assert (answer.status_code, answer.headers["ETag"]) == (200, seen)
    gone = path.rpartition("/")[0] + "/99"
    assert estate.send("PUT", gone, {}, headers={"If-None-Match": "*"}).status_code == 404


@pytest.mark.parametrize("marked", ["W/{}", "{}-gzip", "W/{}-br"])
def test_a_proxy_that_compresses_may_mark_a_tag(estate: Caller, marked: str) -> None:
    weak, _, ending = marked.partition("{}")
    seen = f'{weak}{tag(estate, "/users/1")[:-1]}{ending}"'
    headers = {"If-Match": seen}
    assert estate.send("PUT", "/users/1", {}, headers=headers).status_code == 200
    assert estate.send("GET", "/users/1", headers={"If-None-Match": seen}).status_code == 304
    estate.change("/users/1", comment="other")
    assert estate.send("PUT", "/users/1", {}, headers=headers).status_code == 412


@pytest.mark.parametrize("path", RECORDS[:3])
def test_what_is_as_it_was_seen_is_changed(estate: Caller, path: str) -> None:
    for condition in (f'"other", {tag(estate, path)}', "*"):
        answer = estate.send("PUT", path, {}, headers={"If-Match": condition})
        assert answer.status_code == 200, answer.text
    headers = {"If-Match": tag(estate, path)}
    assert estate.send("DELETE", path, headers=headers).status_code == 204
    assert estate.send("DELETE", path, headers={"If-Match": "*"}).status_code == 404


def test_a_change_of_what_belongs_to_a_record_changes_its_tag(estate: Caller) -> None:
    for path, method, part in (
        ("/users/1", "PUT", "/users/1/packages/second"),
        ("/users/1", "DELETE", "/users/1/packages/basic"),
        ("/packages/basic", "PUT", "/packages/basic/channels/sport/espn hd"),
        ("/packages/basic", "DELETE", "/packages/basic/channels/ort"),
    ):
        if part.endswith("second"):
            estate.make("/packages", name="second")
        seen = tag(estate, path)
        assert estate.send(method, part, headers={"If-Match": seen}).status_code == 204
        assert tag(estate, path) != seen
        assert estate.send(method, part, headers={"If-Match": seen}).status_code == 412
        assert estate.send(method, part).status_code == 204


def test_a_password_that_is_never_shown_changes_the_tag(estate: Caller) -> None:
    seen = tag(estate, "/servers/main")
    estate.change("/servers/main", api_password="secret")
    assert tag(estate, "/servers/main") != seen


@pytest.mark.parametrize("path", RECORDS)
def test_a_record_that_was_got_before_is_not_sent_again(refusing: Caller, path: str) -> None:
    seen = tag(refusing, path)
    for condition in (seen, f"W/{seen}", "*"):
        answer = refusing.send("GET", path, headers={"If-None-Match": condition})
        assert (answer.status_code, answer.data, answer.headers["ETag"]) == (304, b"", seen)
        assert answer.headers["Cache-Control"] == "no-store"
    assert refusing.send("GET", path, headers={"If-None-Match": '"", "x"'}).status_code == 200


@pytest.fixture(params=["sqlite", "postgresql", "mariadb"])
def site(request: pytest.FixtureRequest, make_app: Callable[..., Flask]) -> Flask:
    """An app with the small estate, on each database."""
    url = None
    if request.param != "sqlite":
        url = request.getfixturevalue(f"{request.param}_tables_url")
    options: dict[str, Any] = {}
    if request.param == "mariadb":
        # Newer ones refuse what older ones let a transaction do that has seen what is gone.
        options["connect_args"] = {"init_command": "SET innodb_snapshot_isolation = OFF"}
    app = make_app(url, SQLALCHEMY_ENGINE_OPTIONS=options)
    app.before_request(_look_and_meet)
    furnish(Caller(app.test_client()))
    return app


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("/users/1", "comment"),
        ("/packages/basic", "title"),
        ("/channels/ort", "title"),
        ("/servers/main", "title"),
    ],
)
def test_of_those_who_have_seen_the_same_one_wins(site: Flask, path: str, field: str) -> None:
    seen = tag(Caller(site.test_client()), path)
    statuses: list[int] = []

    def write(which: int) -> None:
        body, headers = {field: f"as {which} has it"}, {"If-Match": seen}
        answer = Caller(site.test_client()).send("PUT", path, body, headers=headers)
        statuses.append(answer.status_code)

    site.config["MEETING"] = Barrier(5)
    assert at_once(site, 5, write) == []
    assert sorted(statuses) == [200, 412, 412, 412, 412]


@pytest.mark.parametrize("condition", ["stale", "as it is"])
def test_what_the_host_has_written_in_the_same_request_is_kept(
    estate: Caller, condition: str
) -> None:
    @estate.client.application.before_request
    def audit() -> None:
        if request.method == "PUT":
            database.session().add(User(name="audit", key="audit-token"))
            database.session().flush()

    seen = tag(estate, "/users/1") if condition == "as it is" else '"stale"'
    estate.send("PUT", "/users/1", {}, headers={"If-Match": seen})
    assert estate.get("/users?search=audit")["estimated_count"] == 1


def test_what_a_session_of_the_host_remembers_does_not_count(estate: Caller) -> None:
    kept: list[User | None] = []

    @estate.client.application.before_request
    def remember() -> None:
        if request.method != "PUT":
            return
        session: Any = database.session()
        session().expire_on_commit = False
        kept.append(session.get(User, 1))
        with database.current().engine().begin() as somebody_else:
            change = sa.update(User).where(User.id == 1).values(comment="theirs")
            somebody_else.execute(change)

    seen = tag(estate, "/users/1")
    answer = estate.send("PUT", "/users/1", {"comment": "mine"}, headers={"If-Match": seen})
    assert answer.status_code == 412


def _look_and_meet() -> None:
    # What a host has looked up before anybody wrote, some databases go on seeing.
    database.session().scalars(sa.select(User)).all()
    if meeting := current_app.config.get("MEETING"):
        meeting.wait()


def test_scripts_that_each_add_one_lose_none(site: Flask) -> None:
    api = Caller(site.test_client())
    for number in range(8):
        api.make("/channels", name=f"c{number}")
        api.make("/packages", name=f"p{number}")
    statuses: list[int] = []

    def add(which: int) -> None:
        caller = Caller(site.test_client())
        for path in (
            f"/packages/basic/channels/c{which}",
            f"/users/1/packages/p{which}",
            # All of them do this one.
            "/packages/p0/channels/ort",
            "/users/2/packages/basic",
        ):
            statuses.append(caller.send("PUT", path).status_code)

    assert at_once(site, 8, add) == []
    assert statuses == [204] * 32
    assert api.get("/packages/basic")["channels"] == [*(f"c{n}" for n in range(8)), "ort"]
    assert api.get("/users/1")["packages"] == ["basic", *(f"p{n}" for n in range(8))]
    assert api.get("/packages/p0")["channels"] == ["ort"]
    assert api.get("/users/2")["packages"] == ["basic"]
