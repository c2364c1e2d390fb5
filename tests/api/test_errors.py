"""Refusals: always JSON, always a reason, never a secret, nothing half-written."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, Response, got_request_exception
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from werkzeug.exceptions import TooManyRequests
from werkzeug.test import TestResponse

from flask_iptv import IPTV, database
from flask_iptv.models import User
from flask_iptv.signals import user_created, user_updated
from tests.api.caller import Caller
from tests.api.conftest import rows
from tests.conftest import LOGIN, PASSWORD_HASH


def refused(answer: TestResponse, status: int, code: str) -> str:
    """Check a refusal's shape and give its message."""
    assert answer.status_code == status, answer.text
    assert answer.mimetype == "application/json"
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json is not None
    assert answer.json.keys() == {"errors", "message"}
    for problem in answer.json["errors"]:
        assert problem.keys() == {"field", "value", "message", "code"}
    assert answer.json["errors"][0]["code"] == code
    assert isinstance(answer.json["message"], str)
    return str(answer.json["message"])


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic ",
        "Basic !!!",
        "Basic YWRtaW4=",
        "Basic Og==",
        "Bearer YWRtaW46eA==",
        "Digest username=admin",
        "Basic /////w==",
        "Basic 8J+YgDrDqQ==",
        "Basic \xe9\xe8",
        "Basic YWRtaW46AAA=",
    ],
)
@pytest.mark.parametrize("address", ["/users", "/openapi.json", "/nowhere"])
def test_without_the_login_there_is_nothing(
    refusing: Caller, header: str | None, address: str
) -> None:
    headers = {} if header is None else {"Authorization": header}
    answer = refusing.send("GET", address, auth=None, headers=headers)
    assert "HTTP Basic" in refused(answer, 401, "unauthorized")
    assert answer.headers["WWW-Authenticate"].startswith("Basic ")


@pytest.mark.parametrize(
    "login", [("admin", "wrong"), ("Admin", LOGIN[1]), ("ädmin", "pässwörd"), ("", ""), LOGIN[::-1]]
)
def test_a_wrong_login_writes_nothing(refusing: Caller, login: tuple[str, str]) -> None:
    answer = refusing.send("POST", "/users", {"name": "ann"}, auth=login)
    refused(answer, 401, "unauthorized")


def test_an_api_without_a_password_hash_is_closed_and_says_so(
    make_app: Callable[..., Flask],
) -> None:
    api = Caller(make_app(IPTV_ADMIN_PASSWORD_HASH=None).test_client())
    for auth in (None, LOGIN, ("admin", "")):
        message = refused(api.send("GET", "/users", auth=auth), 401, "unauthorized")
        assert "IPTV_ADMIN_PASSWORD_HASH" in message


@pytest.mark.parametrize(
    "headers", [{"Sec-Fetch-Site": "cross-site"}, {"Origin": "https://evil.example"}]
)
def test_a_page_of_another_site_can_not_write(refusing: Caller, headers: dict[str, str]) -> None:
    answer = refusing.send("POST", "/users", {"name": "ann"}, headers=headers)
    assert "another site" in refused(answer, 403, "forbidden")
    assert refusing.send("GET", "/users", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "address", ["", "/", "/nowhere", "/users/", "/users/1/", "/users/1/keys", "/user", "/v3/users"]
)
@pytest.mark.parametrize("method", ["GET", "POST", "DELETE", "PATCH", "OPTIONS"])
def test_an_unknown_address_is_refused_in_json(refusing: Caller, address: str, method: str) -> None:
    message = refused(refusing.send(method, address), 404, "not_found")
    assert "/tv/api/openapi.json" in message


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("/users", {"GET", "HEAD", "OPTIONS", "POST"}),
        ("/users/1", {"GET", "HEAD", "OPTIONS", "PUT", "POST", "DELETE"}),
        ("/users/1/delete", {"OPTIONS", "POST"}),
        ("/packages/basic", {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}),
        ("/channels/sport/espn hd", {"GET", "HEAD", "OPTIONS", "PUT", "DELETE"}),
        ("/sessions", {"GET", "HEAD", "OPTIONS"}),
        ("/links", {"OPTIONS", "POST"}),
        ("/openapi.json", {"GET", "HEAD", "OPTIONS"}),
    ],
)
def test_a_wrong_method_is_told_the_right_ones(
    refusing: Caller, address: str, allowed: set[str]
) -> None:
    for method in {"GET", "POST", "PUT", "DELETE", "PATCH", "TRACE"} - allowed:
        answer = refusing.send(method, address)
        refused(answer, 405, "method_not_allowed")
        assert set(answer.headers["Allow"].split(", ")) == allowed
    answer = refusing.send("OPTIONS", address, auth=None)
    assert (answer.status_code, answer.data) == (204, b"")
    assert set(answer.headers["Allow"].split(", ")) == allowed


def test_head_is_get_without_the_body(refusing: Caller) -> None:
    answer = refusing.send("HEAD", "/users")
    assert (answer.status_code, answer.data) == (200, b"")
    assert answer.mimetype == "application/json"


@pytest.mark.parametrize(
    ("method", "path", "fields"),
    [
        ("POST", "/users", {"name": "ann", "key": "Hidden-value with spaces"}),
        ("POST", "/users", {"name": "ann", "key": ["Hidden-value"]}),
        ("POST", "/users", {"name": "ann", "key": "Hidden-value" * 20}),
        ("POST", "/users", {"name": "ann", "token": "Hidden-value"}),
        ("POST", "/users", {"name": "ann", "Password": "Hidden-value"}),
        ("PUT", "/servers/main", {"securetoken_keys": ["Hidden-value\u0007"]}),
        ("PUT", "/servers/main", {"securetoken_keys": [{"Hidden-value": "Hidden-value"}]}),
        ("PUT", "/servers/main", {"securetoken_keys": ["Hidden-value"] * 11}),
        ("PUT", "/servers/main", {"securetoken_key": "Hidden-value"}),
    ],
)
def test_a_refusal_does_not_repeat_a_secret(
    refusing: Caller, method: str, path: str, fields: dict[str, Any]
) -> None:
    answer = refusing.send(method, path, fields)
    refused(answer, 422, "invalid")
    assert "Hidden-value" not in answer.text


def test_a_refusal_does_not_tell_whose_key_it_is(refusing: Caller) -> None:
    answer = refusing.send("POST", "/users", {"name": "ann", "key": "bobs-token"})
    refused(answer, 409, "duplicate")
    assert "bob" not in answer.text


def test_a_refusal_of_many_things_stays_short(refusing: Caller) -> None:
    names = [f"nix{number}" for number in range(5000)]
    answer = refusing.send("POST", "/packages", {"name": "p", "channels": names})
    assert "and 4900 more" in refused(answer, 422, "invalid")
    assert answer.json is not None
    assert len(answer.json["errors"]) == 100
    long = refusing.send("POST", "/users", {"name": "x" * 900_000})
    assert len(long.data) < 2000


@contextmanager
def unprepared(folder: Path, url: str) -> Iterator[Caller]:
    """Call the API of an app in whose database our tables were not made."""
    app = Flask("unprepared", instance_path=str(folder))
    app.config.update(SQLALCHEMY_DATABASE_URI=url, IPTV_ADMIN_PASSWORD_HASH=PASSWORD_HASH)
    db = SQLAlchemy(app)
    app.register_blueprint(IPTV(), url_prefix="/tv")
    yield Caller(app.test_client())
    with app.app_context():
        db.engine.dispose()


def test_tables_that_are_missing_are_told_with_the_command(tmp_path: Path) -> None:
    with unprepared(tmp_path, f"sqlite:///{tmp_path / 'new.sqlite'}") as api:
        for method, path, fields in (
            ("GET", "/users", None),
            ("POST", "/users", {"name": "ann"}),
            ("GET", "/packages", None),
        ):
            message = refused(api.send(method, path, fields), 503, "unavailable")
            assert "flask iptv upgrade" in message


def test_a_database_that_can_not_be_opened_is_told(tmp_path: Path) -> None:
    with unprepared(tmp_path, f"sqlite:///{tmp_path / 'lost' / 'lost.sqlite'}") as api:
        message = refused(api.send("GET", "/users"), 503, "unavailable")
        assert "does not answer" in message
        refused(api.send("POST", "/users", {"name": "ann"}), 503, "unavailable")


def fail(sender: Flask, **kwargs: object) -> None:
    raise RuntimeError("the billing system says no: secret-detail")


def test_a_host_that_fails_undoes_all_and_hears_of_it(refusing: Caller) -> None:
    heard: list[BaseException] = []

    def hear(sender: Flask, exception: BaseException) -> None:
        heard.append(exception)

    app = refusing.client.application
    with got_request_exception.connected_to(hear, sender=app):
        with user_created.connected_to(fail, sender=app):
            answer = refusing.send("POST", "/users", {"name": "ann"})
            refused(answer, 500, "error")
        with user_updated.connected_to(fail, sender=app):
            answer = refusing.send("PUT", "/users/1", {"comment": "x", "packages": None})
            refused(answer, 500, "error")
    assert "secret-detail" not in answer.text
    assert [str(error)[:11] for error in heard] == ["the billing", "the billing"]


def test_a_refusal_is_undone_even_if_the_host_commits_after_every_request(
    app: Flask, api: Caller
) -> None:
    def commit(response: Response) -> Response:
        database.session().commit()
        return response

    app.after_request(commit)
    with user_created.connected_to(fail, sender=app):
        refused(api.send("POST", "/users", {"name": "ann"}), 500, "error")
    assert rows(app)["iptv_users"] == []


def test_a_host_may_refuse_with_a_status_of_its_own(refusing: Caller) -> None:
    def refuse(sender: Flask, **kwargs: object) -> None:
        raise TooManyRequests("the plan is full", retry_after=60)

    with user_created.connected_to(refuse, sender=refusing.client.application):
        answer = refusing.send("POST", "/users", {"name": "ann"})
    assert refused(answer, 429, "too_many_requests") == "the plan is full"
    assert answer.headers["Retry-After"] == "60"


def test_what_the_database_itself_refuses_is_a_conflict(refusing: Caller) -> None:
    def double(sender: Flask, user: User) -> None:
        values = {"name": user.name, "key": "k", "enabled": True, "by_packages": False}
        database.session().execute(sa.insert(User).values(**values, allowed_networks=[]))

    with user_created.connected_to(double, sender=refusing.client.application):
        answer = refusing.send("POST", "/users", {"name": "ann"})
    assert "try again" in refused(answer, 409, "conflict")


def test_a_name_taken_at_the_same_moment_is_refused_and_nothing_kept(
    app: Flask, api: Caller
) -> None:
    with app.app_context():
        engine = database.session().get_bind(User)

    done: list[str] = []

    def be_faster(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        if statement.startswith("INSERT INTO iptv_users") and not done:
            done.append(statement)
            values = {"name": "ann", "key": "k", "enabled": True, "by_packages": False}
            connection.execute(sa.insert(User).values(**values, allowed_networks=[]))

    event.listen(engine, "before_cursor_execute", be_faster)
    answer = api.send("POST", "/users", {"name": "ann", "email": "other@example.com"})
    assert done
    assert answer.status_code in (409, 422)
    assert answer.json is not None
    assert "at the same moment" in answer.json["message"]
    assert rows(app)["iptv_users"] == []
