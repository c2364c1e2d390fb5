"""The demonstration is there once, belongs to its owner then, and is told of as it is."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from example_app import demo, greeting
from example_app.__main__ import open_site
from example_app.database import db
from flask_iptv import channels, packages, servers, users
from flask_iptv.models import utcnow
from tests.example_app.conftest import Harbour, dispose

URL = "http://127.0.0.1:8000"


@pytest.fixture
def inside(harbour: Harbour) -> Iterator[Harbour]:
    """The site with its app context pushed."""
    with harbour.app.app_context():
        yield harbour


def curl_lines(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.strip().startswith("curl ")]


def test_there_is_a_user_in_each_state(inside: Harbour) -> None:
    now = utcnow()
    assert {users.refusal(user, now) for user in users.page().items} == {
        None,
        "expired",
        "disabled",
    }
    keys = [user.key for user in users.page().items]
    assert len(set(keys)) == len(keys) == 5


def test_what_was_deleted_does_not_come_back(inside: Harbour) -> None:
    for user in users.page().items:
        users.delete(user)
    channels.delete(channels.get("regatta"))
    db.session.commit()
    dispose(open_site(Path(inside.app.instance_path)))
    db.session.expire_all()
    assert users.page().count == 0
    assert channels.page().count == len(demo.CHANNELS) - 1


def test_the_server_moves_only_if_it_is_still_there(inside: Harbour) -> None:
    demo.move_server("http://127.0.0.1:9999")
    assert servers.get("demo").url == "http://127.0.0.1:9999"
    servers.update(servers.get("demo"), name="mine")
    demo.move_server("http://127.0.0.1:1")
    assert servers.get("mine").url == "http://127.0.0.1:9999"


def test_the_printed_question_needs_no_care_with_quotes(inside: Harbour) -> None:
    token = "a&b;$(c)'\"|*"
    users.update(users.by_name("maria"), key=token)
    db.session.commit()
    (line,) = curl_lines(greeting.text(inside.app, URL, None))
    assert f"token={token}" in shlex.split(line)


def test_the_printed_question_is_about_a_channel_that_may_be_watched(inside: Harbour) -> None:
    channels.update(channels.get("harbour"), enabled=False)
    packages.update(packages.get("basic"), channels=["harbour"])
    (line,) = curl_lines(greeting.text(inside.app, URL, None))
    assert "name=puffin" in line
    users.update(users.by_name("maria"), packages=None)
    (line,) = curl_lines(greeting.text(inside.app, URL, None))
    assert "name=tide" in line


@pytest.mark.parametrize(
    "change",
    [
        lambda: users.update(users.by_name("maria"), enabled=False),
        lambda: users.update(users.by_name("maria"), allowed_networks=["192.0.2.0/24"]),
        lambda: users.update(users.by_name("maria"), name="mary"),
        lambda: [packages.update(p, channels=[]) for p in users.by_name("maria").packages],
        lambda: [channels.update(channel, enabled=False) for channel in channels.page().items],
    ],
)
def test_nothing_is_printed_to_try_that_would_not_work(
    inside: Harbour, change: Callable[[], object]
) -> None:
    assert curl_lines(greeting.text(inside.app, URL, None))
    change()
    db.session.commit()
    text = greeting.text(inside.app, URL, None)
    assert curl_lines(text) == []
    assert "The user maria may watch nothing now" in text
    assert f"{URL}/tv/admin/" in text


def test_who_serves_others_without_https_is_warned(inside: Harbour) -> None:
    for address, warned in (
        (URL, False),
        ("http://[::1]:8000", False),
        ("https://tv.example", False),
        ("http://192.168.1.10:8000", True),
        ("http://tv.example", True),
    ):
        text = greeting.text(inside.app, address, None)
        assert ("it is not encrypted" in text) is warned, address
