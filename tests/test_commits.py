"""What fails after a commit changes nothing of what was saved, and nobody hears that it did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import scoped_session

from flask_iptv import database, users
from tests.admin.browser import Browser
from tests.cli.runner import iptv
from tests.conftest import LOGIN


def fail(*arguments: object, **more: object) -> None:
    raise RuntimeError("the host's mail server is away")


@pytest.fixture(params=["our own", "a host's"])
def failing(
    request: pytest.FixtureRequest, provider: Flask, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """What is in the log of something that fails after each commit of a change of bob's."""
    if request.param == "our own":
        kind = type(provider.extensions["iptv"].store())
        monkeypatch.setattr(kind, "keep_oldest", fail)
        monkeypatch.setattr(kind, "end_all_of", fail)
        yield "all was saved, but after the commit this failed: "
        return
    session = provider.extensions["sqlalchemy"].session
    event.listen(session, "after_commit", fail)
    yield "all was saved, but something that follows a commit failed"
    event.remove(session, "after_commit", fail)


def test_the_api_says_that_it_was_done(
    provider: Flask, failing: str, caplog: pytest.LogCaptureFixture
) -> None:
    client = provider.test_client()
    with provider.app_context():
        address = f"/tv/api/users/{users.by_name('bob').id}"
    answer = client.put(address, json={"max_sessions": 2}, auth=LOGIN)
    assert (answer.status_code, answer.get_json()["max_sessions"]) == (200, 2)
    assert failing in caplog.text
    assert "the host's mail server is away" in caplog.text
    assert client.get(address, auth=LOGIN).get_json()["max_sessions"] == 2
    assert client.delete(address, auth=LOGIN).status_code == 204
    assert client.get(address, auth=LOGIN).status_code == 404


def test_the_log_names_what_failed(
    provider: Flask, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(type(provider.extensions["iptv"].store()), "keep_oldest", fail)
    done = []
    with provider.app_context():
        users.update(users.by_name("bob"), max_sessions=2)
        database.after_commit("what comes next", lambda: done.append("it"))
        database.commit()
    assert "cutting the sessions of the user 1 beyond the new limit" in caplog.text
    assert done == ["it"], "the others are done all the same"


def test_a_page_and_a_command_say_so_too(
    provider: Flask, failing: str, caplog: pytest.LogCaptureFixture
) -> None:
    result = iptv(provider, "users", "disable", "bob")
    assert (result.exit_code, result.stdout) == (0, "bob is disabled.\n")
    browser = Browser(provider)
    with provider.app_context():
        address = f"/tv/admin/users/{users.by_name('bob').id}/delete"
    browser.send(browser.open(address))
    assert browser.status == 200
    assert caplog.text.count(failing) == 2
    with provider.app_context():
        assert [user.name for user in users.page().items] == ["eve"]


def test_what_could_not_be_committed_is_told(provider: Flask) -> None:
    def refuse(*arguments: object) -> None:
        raise RuntimeError("not on my watch")

    session: scoped_session[Any] = provider.extensions["sqlalchemy"].session
    event.listen(session, "before_commit", refuse)
    try:
        with provider.app_context():
            users.update(users.by_name("bob"), max_sessions=9)
            with pytest.raises(RuntimeError, match="not on my watch"):
                database.commit()
            database.session().rollback()
            assert users.by_name("bob").max_sessions == 1
    finally:
        event.remove(session, "before_commit", refuse)
