"""Users whose slots are all taken, and the end of the sessions of many, on every store."""

from __future__ import annotations

import pytest
from flask import Flask

from flask_iptv import database, sessions, users
from flask_iptv.models import utcnow
from flask_iptv.sessions import Admission, Device, Event

from .home import LEASE, Home


def watch(home: Home, user_id: int, devices: int, limit: int | None) -> None:
    """Let devices of a user watch, each at an address of its own."""
    for number in range(devices):
        device = Device(user_id, f"192.0.2.{number}", "player")
        wish = Admission(device, 1, Event.OPEN, None, "hls", limit, False, LEASE, 60)
        assert home.store.admit(wish, now=home.now) is None


def household(home: Home) -> dict[str, int]:
    """Make users with all, some and none of their slots taken, and one without a limit."""
    ids = {}
    for name, (devices, limit) in {
        "full": (2, 2),
        "one left": (1, 2),
        "off": (0, 1),
        "unlimited": (3, None),
    }.items():
        user = users.create(name=name, max_sessions=limit)
        database.session().commit()
        ids[name] = user.id
        watch(home, user.id, devices, limit)
    return ids


def test_only_users_with_all_slots_taken_are_full(home: Home) -> None:
    ids = household(home)
    assert sessions.full_users(now=home.now) == [ids["full"]]
    users.update(users.get(ids["unlimited"]), max_sessions=4)
    database.session().commit()
    assert sessions.full_users(now=home.now) == [ids["full"]]
    watch(home, ids["off"], 1, 1)
    assert sorted(sessions.full_users(now=home.now)) == sorted([ids["full"], ids["off"]])
    home.wait(LEASE + 1)
    assert sessions.full_users(now=home.now) == []


def test_those_of_many_are_found_in_parts(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    made = [users.create(name=f"many {number}", max_sessions=1).id for number in range(7)]
    database.session().commit()
    for user_id in made:
        watch(home, user_id, 1, 1)
    for name in ("MAX_LIMIT", "_AT_ONCE"):
        monkeypatch.setattr(f"flask_iptv.sessions.fullness.{name}", 3)
    assert sorted(sessions.full_users(now=home.now)) == sorted(made)


def test_disabling_many_ends_the_sessions_of_them_and_of_nobody_else(
    stored: Flask, home: Home
) -> None:
    # What follows a change of users happens at the time of day.
    home.now = utcnow()
    ids = household(home)
    crowd = [users.create(name=f"of the crowd {number}").id for number in range(250)]
    database.session().commit()
    for user_id in crowd:
        watch(home, user_id, 1, None)
    assert users.disable([*crowd, ids["full"]]) == 251
    database.session().commit()
    asked = [*crowd, *ids.values()]
    counts = sessions.count_by_user(asked, now=home.now)
    left = {user_id for user_id, count in counts.items() if count}
    assert left == {ids["one left"], ids["unlimited"]}
    assert users.disable([ids["one left"]]) == 1
    database.session().rollback()
    assert sessions.count_by_user([ids["one left"]], now=home.now) == {ids["one left"]: 1}
    assert users.disable([ids["one left"]]) == 1
    database.session().commit()
    assert not any(sessions.count_by_user([ids["one left"]], now=home.now).values())
