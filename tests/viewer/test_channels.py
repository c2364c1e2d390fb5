"""The list of a viewer's channels, which stays small and quick however many there are."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import database, servers, users
from flask_iptv.models import Channel
from tests.admin.browser import Browser
from tests.statements import statements

from .conftest import EVE, watch


def fill(app: Flask, count: int) -> None:
    with app.app_context():
        server = servers.create(name="main", url="https://media.example")
        users.create(name="eve", key="eves-token")
        rows = [
            {"name": f"channel{n}", "title": f"Channel {n}", "number": n, "server_id": server.id,
             "group": f"Group {n % 9}"}
            for n in range(count)
        ]  # fmt: skip
        database.session().execute(sa.insert(Channel), rows)
        database.session().commit()


def test_thousands_of_channels_and_devices_make_no_heavier_page(app: Flask) -> None:
    fill(app, 5_000)
    for number in range(60):
        watch(app, "eve", channel_id=1 + number, user_agent=f"VLC {number}")
    client = app.test_client()
    client.get(EVE)
    with statements() as sent:
        answer = client.get(EVE)
    assert len(sent) <= 8
    assert len(answer.data) < 100_000
    assert "5,000 channels" in answer.text
    assert "and 4,500 more, which your player lists" in answer.text
    assert "60 on" in answer.text
    assert "and 10 more" in answer.text


@pytest.mark.parametrize("count", [1, 500])
def test_the_statements_are_the_same_for_few(app: Flask, count: int) -> None:
    fill(app, count)
    client = app.test_client()
    client.get(EVE)
    with statements() as sent:
        client.get(EVE)
    assert len(sent) <= 8


def test_a_search_finds_what_is_not_listed(app: Flask) -> None:
    fill(app, 1_200)
    browser = Browser(app, login=None)
    assert "Channel 1199" not in browser.open(EVE).text
    (form,) = browser.open(EVE).forms
    page = browser.send(form, q=" cHANNEL 1199 ")
    assert page.wrong == []
    assert "1 channel has “cHANNEL 1199” in its name." in page.text
    page = browser.send(form, q="nel 119")
    assert "11 channels have “nel 119” in their names." in page.text
    assert "Channel 1199" in page.text
    page = browser.send(form, q="no such")
    assert "0 channels have “no such” in their names." in page.text
    assert page.link("Show all") == f"{EVE}#iptv-channels"
