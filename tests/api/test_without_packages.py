"""No packages at all is nothing to watch, wherever it is asked; ``null`` is as the site says."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import database, packages, users
from flask_iptv.models import Package, User, user_packages
from flask_iptv.signals import user_updated
from tests.admin.browser import Browser
from tests.admin.test_users_export import exported
from tests.api.caller import Caller
from tests.cli.runner import iptv

BOB = "/users/1"
LIST = "/tv/admin/users"

LAST_ONE_GONE: dict[str, Callable[[Caller], Any]] = {
    "an empty list": lambda api: api.change(BOB, packages=[]),
    "one by one": lambda api: api.send("DELETE", f"{BOB}/packages/basic"),
    "the package is deleted": lambda api: api.send("DELETE", "/packages/basic"),
    "it is taken from many": lambda api: _in_python(
        api, lambda: users.take([1, 2], packages.get("basic"))
    ),
    "deleted, given by a host": lambda api: _in_python(api, _deleted_where_a_host_gave_it),
}


def _in_python(api: Caller, act: Callable[[], object]) -> None:
    with api.client.application.app_context():
        act()
        database.session().commit()


def _deleted_where_a_host_gave_it() -> None:
    # By a statement of its own, which says nothing of by_packages.
    users.update(users.by_name("bob"), packages=None)
    given = {"user_id": 1, "package_id": packages.get("basic").id}
    database.current().connection().execute(sa.insert(user_packages), given)
    database.session().commit()
    packages.delete(packages.get("basic"))


def test_who_is_given_a_package_by_a_host_has_no_more_than_it(provider: Flask) -> None:
    with provider.app_context():
        eve = users.by_name("eve")
        eve.packages.append(packages.get("basic"))
        database.session().commit()
    answer = provider.test_client().get("/tv/auth?name=sport/espn+hd&token=eves-token&ip=192.0.2.1")
    assert answer.status_code == 403


def open_doors(api: Caller) -> dict[str, bool]:
    """Tell at which doors bob, who has no packages, may have every channel."""
    app = api.client.application
    browser = Browser(app)
    told = api.send("POST", "/explain", {"user": "bob", "channel": "ort"}).json
    listed = iptv(app, "users", "list").stdout.splitlines()
    file = exported(app, browser, browser.post(f"{LIST}/bulk", action="export", user="1"))
    query = "name=ort&token=bobs-token&ip=192.0.2.1"
    return {
        "endpoint": api.client.get(f"/tv/auth?{query}").status_code == 200,
        "m3u": "/ort/" in api.client.get("/tv/playlists/bob.m3u?token=bobs-token").text,
        "xspf": "/ort/" in api.client.get("/tv/playlists/bob.xspf?token=bobs-token").text,
        "viewer's page": "ESPN HD" in api.client.get("/tv/my/bobs-token").text,
        "explain": bool(told and told["allowed"]),
        "list": "Every channel" in browser.open(f"{LIST}?q=bob").text,
        "command": "(every channel)" in next(line for line in listed if "bob" in line),
        "file": dict(zip(*file, strict=True))["open_to"] == "all",
    }


@pytest.mark.parametrize("act", LAST_ONE_GONE.values(), ids=LAST_ONE_GONE.keys())
def test_whose_last_package_is_gone_has_nothing_to_watch(
    estate: Caller, act: Callable[[Caller], Any]
) -> None:
    act(estate)
    assert estate.get(BOB)["packages"] == []
    assert [door for door, is_open in open_doors(estate).items() if is_open] == []


def test_null_is_as_the_site_says(estate: Caller) -> None:
    estate.change(BOB, packages=[])
    assert estate.change(BOB, packages=None)["packages"] is None
    assert [door for door, is_open in open_doors(estate).items() if not is_open] == []
    estate.client.application.extensions["iptv"].close()
    estate.client.application.config["IPTV_WITHOUT_PACKAGES"] = "none"
    assert [door for door, is_open in open_doors(estate).items() if is_open] == []


def test_what_was_got_can_be_put_back(estate: Caller) -> None:
    for given in ([], None, ["basic"]):
        got = estate.change(BOB, packages=given)
        assert got["packages"] == given
        assert estate.send("PUT", BOB, got).json == got
        assert estate.get(BOB) == got


def test_a_new_user_has_what_was_named(estate: Caller) -> None:
    assert estate.make("/users", name="nothing", packages=[])["packages"] == []
    assert estate.make("/users", name="null", packages=None)["packages"] is None
    assert estate.make("/users", name="absent")["packages"] is None


def test_a_form_leaves_nothing_to_watch_or_everything_to_who_lost_the_last(
    estate: Caller,
) -> None:
    browser = Browser(estate.client.application)
    browser.send(browser.open(f"{LIST}/1"), packages=[])
    assert estate.get(BOB)["packages"] == []
    browser.send(browser.open(f"{LIST}/1"), comment="looked at")
    assert estate.get(BOB)["packages"] == []
    browser.send(browser.open(f"{LIST}/1"), everything="1")
    assert estate.get(BOB)["packages"] is None


def test_users_of_a_deleted_package_are_told(provider: Flask) -> None:
    told: list[tuple[str, set[str], list[Package]]] = []

    def hear(sender: Flask, user: User, changed: set[str]) -> None:
        told.append((user.name, changed, user.packages))

    with provider.app_context(), user_updated.connected_to(hear, sender=provider):
        before = users.by_name("bob").updated_at
        packages.delete(packages.get("basic"))
        assert told == [("bob", {"packages"}, [])]
        assert users.by_name("bob").updated_at > before
