"""What listens to all tests hears a key, and who has made it does not have to say so."""

from __future__ import annotations

import logging
import secrets

import pytest
from flask import Flask

from flask_iptv import channels, servers, users
from flask_iptv.users.tokens import make_key
from tests.overheard import OVERHEARD, Overheard

log = logging.getLogger("a_host")


@pytest.mark.usefixtures("context")
def test_keys_of_every_kind_are_heard() -> None:
    user = users.create(name="bob")
    channels.create(name="ort", publish_key="publish,it!")
    channels.create(name="sport", publish_key="key-of-a-publisher")
    servers.create(name="main", url="https://x.example", securetoken_keys=["signing-with-this"])
    servers.create(name="api", url="https://x.example", api_password="pass, word")
    for key in (
        *(user.key, "publish,it!", "key-of-a-publisher", "signing-with-this", "pass, word"),
        *(make_key(), secrets.token_urlsafe(), f"{'a' * 40}-{'b' * 8}-1786225234-1786214434"),
    ):
        log.debug("somebody has brought %s today", key)
        assert OVERHEARD.told() == [f"{log.name}: somebody has brought {key} today"]


def test_what_is_no_key_is_not(app: Flask) -> None:
    log.debug("somebody has come to %s", app.name)
    assert OVERHEARD.told() == []


def test_a_sites_output_is_searched_for_what_looks_like_one_too() -> None:
    heard = Overheard()
    heard.learn(["known-here"])
    output = "Serving http://127.0.0.1:1/\nwho has known-here\nGET /my/not-known-here\n"
    assert heard.told_by_a_site(output) == ["who has known-here", "GET /my/not-known-here"]
