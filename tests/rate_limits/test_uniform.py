"""The time taken tells a guesser nothing: the same is done whatever was wrong."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import database, users
from flask_iptv.errors import NotFound
from flask_iptv.models import User
from tests.statements import statements

WRONG = ("bob.m3u", "eve.m3u", "nobody.m3u", "off.m3u", "bob.xspf", "nobody.xspf")


@pytest.fixture
def loaded() -> Iterator[list[User]]:
    """The users that were read."""
    found: list[User] = []

    def remember(user: User, context: object) -> None:
        found.append(user)

    sa.event.listen(User, "load", remember)
    yield found
    sa.event.remove(User, "load", remember)


def test_a_playlist_that_is_nobodys_is_looked_for_in_the_same_way(
    provider: Flask, loaded: list[User]
) -> None:
    with provider.app_context():
        users.create(name="off", key="token-of-off", enabled=False)
        database.session().commit()
    client = provider.test_client()
    loaded.clear()
    asked = []
    for name in WRONG:
        with provider.app_context(), statements() as run:
            answer = client.get(f"/tv/playlists/{name}?token=of-nobody")
            assert answer.status_code == 403
        asked.append(list(run))
    assert all(run == asked[0] for run in asked)
    assert loaded == []


@pytest.mark.parametrize("token", ["\udc80obs-token", "bobs-token\0", "Bobs-token", "", "é"])
def test_a_token_of_any_letters_is_nobodys(provider: Flask, token: str) -> None:
    with provider.app_context(), pytest.raises(NotFound, match="user with this token 'bob'"):
        users.by_token("bob", token)


def test_a_question_mark_stands_for_no_other_letter(provider: Flask) -> None:
    with provider.app_context():
        users.create(name="ann", key="?anns-token")
        with pytest.raises(NotFound):
            users.by_token("ann", "\udc80anns-token")
        assert users.by_token("ann", "?anns-token").name == "ann"
