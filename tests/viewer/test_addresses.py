"""No address of a viewer leads to another viewer's page, nor is anybody sent on by mistake."""

from __future__ import annotations

from importlib.metadata import version

import pytest
from flask import Flask

from flask_iptv import database, sessions, users
from flask_iptv.models import utcnow
from tests.admin.browser import Browser

from .conftest import BOB, change, watch

WERKZEUG = tuple(int(part) for part in version("werkzeug").split(".")[:2])
HUGE = ("9" * 30, "99999999999", str(2**31))
ODD = ("x/new-token", "bobs-token/devices/1", "/a", "a/", "a//b", ".", "..", "a/../b")


@pytest.mark.parametrize("number", HUGE)
def test_a_device_of_a_number_that_can_not_be_is_over(
    provider: Flask, viewer: Browser, number: str
) -> None:
    viewer.open(f"{BOB}/devices/{number}")
    assert (viewer.status, viewer.address) == (200, BOB)
    page = viewer.post(f"{BOB}/devices/{number}")
    assert viewer.status == 200
    assert "That device has stopped watching already." in page.text


@pytest.mark.parametrize("key", ODD)
def test_no_page_is_offered_for_a_token_that_leads_elsewhere(
    provider: Flask, at_admin: Browser, key: str
) -> None:
    with provider.app_context():
        users.by_name("eve").key = key
        database.session().commit()
    page = at_admin.open("/tv/admin/users/2/playlists")
    assert page.wrong == []
    assert "the address would lead elsewhere" in page.text
    assert "/tv/my/" not in page.html
    assert not users.has_page(key)
    assert "here is your television. Open this playlist" in page.html


@pytest.mark.parametrize("key", ["new-token", "a/b", "devices/1", "a/devices/x", "bob/devices/1/x"])
def test_other_tokens_have_a_page(key: str) -> None:
    assert users.has_page(key)


def test_a_page_that_another_token_claims_does_nothing(provider: Flask, viewer: Browser) -> None:
    mine = watch(provider, "bob")
    change(provider, "eve", key=f"bobs-token/devices/{mine}")
    viewer.post(f"{BOB}/devices/{mine}")
    assert viewer.status == 404
    with provider.app_context():
        assert sessions.page(now=utcnow()).count == 1
        users.update(users.by_name("eve"), key="bobs-token/new-token")
        database.session().commit()
    viewer.post(f"{BOB}/new-token", replacement="x" * 22)
    assert viewer.status == 404
    with provider.app_context():
        assert users.by_name("bob").key == "bobs-token"


def test_nobody_is_sent_on_from_a_double_slash(provider: Flask) -> None:
    for address in ("/tv/my//bobs-token", "/tv/my/bobs-token//new-token", "/tv//my/bobs-token"):
        answer = provider.test_client().get(address)
        if answer.status_code == 308:
            # Werkzeug before 3.1 merges slashes whatever a rule says.
            assert WERKZEUG < (3, 1), address
            continue
        assert answer.status_code == 404, address
