"""The verbs on many users: who is changed, by how much, and who hears of it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import database, packages, signals, users
from flask_iptv.errors import Conflict
from flask_iptv.models import Package, User, user_packages, utcnow
from flask_iptv.users import bulk
from tests.nouns.refusing import refused

pytestmark = pytest.mark.usefixtures("context")

NOW = datetime(2026, 6, 1, 12, tzinfo=timezone.utc)
DAY = timedelta(days=1)


def people(count: int, **fields: Any) -> list[int]:
    """Make users and give their ids."""
    return [users.create(name=f"user {number:03}", **fields).id for number in range(count)]


def heard_of(app: Flask) -> list[tuple[str, set[str]]]:
    """What is told of users who are changed from now on."""
    heard: list[tuple[str, set[str]]] = []

    def listen(sender: Flask, user: User, changed: set[str]) -> None:
        heard.append((user.name, changed))

    signals.user_updated.connect(listen, sender=app, weak=False)
    return heard


def test_enabling_and_disabling_tell_of_those_who_are_changed(app: Flask) -> None:
    ids = people(4)
    users.update(users.get(ids[1]), enabled=False)
    heard = heard_of(app)
    assert users.disable([*ids, 99, ids[0]]) == 3
    assert users.disable(ids) == 0
    assert [name for name, _ in heard] == ["user 000", "user 002", "user 003"]
    assert all(changed == {"enabled"} for _, changed in heard)
    assert users.enable(ids[:2]) == 2
    database.session().commit()
    assert [user.enabled for user in users.page().items] == [True, True, False, False]


def test_many_are_changed_in_parts(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("flask_iptv.users.bulk._AT_ONCE", 2)
    packages.create(name="basic")
    ids = people(5)
    heard = heard_of(app)
    assert users.disable(ids) == 5
    assert users.give(ids, packages.get("basic")) == 5
    assert users.take(ids, packages.get("basic")) == 5
    assert len(heard) == 15


def test_a_receiver_that_fails_undoes_the_change_of_all(app: Flask) -> None:
    ids = people(3)
    database.session().commit()

    def refuse(sender: Flask, user: User, changed: set[str]) -> None:
        if user.id == ids[2]:
            raise RuntimeError("the billing is down")

    signals.user_updated.connect(refuse, sender=app, weak=False)
    with pytest.raises(RuntimeError):
        users.disable(ids)
    database.session().rollback()
    assert users.page(enabled=False).count == 0


def test_an_expiry_is_moved_from_its_end_or_from_now_if_that_is_over(app: Flask) -> None:
    running, over, never, last = people(4)
    users.update(users.get(running), expires_at=NOW + 5 * DAY)
    users.update(users.get(over), starts_at=NOW - 30 * DAY, expires_at=NOW - 5 * DAY)
    end_of_days = datetime(9999, 12, 31, tzinfo=timezone.utc)
    users.update(users.get(last), expires_at=end_of_days)
    heard = heard_of(app)
    assert users.extend([running, over, never, last], 30, now=NOW) == 3
    assert users.get(running).expires_at == NOW + 35 * DAY
    assert users.get(over).expires_at == NOW + 30 * DAY
    assert users.get(never).expires_at is None
    assert users.get(last).expires_at == end_of_days + timedelta(hours=23, minutes=59)
    assert {name for name, _ in heard} == {"user 000", "user 001", "user 003"}


@pytest.mark.parametrize("days", ["abc", "0", "-1", "3651", "9" * 400, "", "1.5", "\0"])
def test_days_that_are_none_change_nothing(days: str) -> None:
    (one,) = people(1, expires_at=NOW)
    assert set(refused(users.extend, [one], days, now=NOW)) == {"days"}
    assert users.get(one).expires_at == NOW


def test_a_package_is_added_to_those_who_do_not_have_it(app: Flask) -> None:
    basic, sport = packages.create(name="basic"), packages.create(name="sport")
    ids = people(3)
    users.update(users.get(ids[0]), packages=["basic"])
    users.update(users.get(ids[1]), packages=["sport"])
    heard = heard_of(app)
    assert users.give([*ids, 99], basic) == 2
    database.session().commit()
    held = [[package.name for package in users.get(one).packages] for one in ids]
    assert held == [["basic"], ["basic", "sport"], ["basic"]]
    assert heard == [("user 001", {"packages"}), ("user 002", {"packages"})]
    assert users.give(ids, sport) == 2
    assert users.get(ids[2]).by_packages, "losing it again must not open every channel"


def test_who_loses_the_last_package_may_watch_nothing(app: Flask) -> None:
    basic = packages.create(name="basic")
    had, had_not = people(2)
    users.update(users.get(had), packages=["basic"])
    heard = heard_of(app)
    assert users.take([had, had_not], basic) == 1
    database.session().commit()
    assert (users.get(had).packages, users.get(had).by_packages) == ([], True)
    assert users.get(had_not).by_packages is False, "every channel stays open"
    assert heard == [("user 000", {"packages"})]


def test_nobody_is_nobody() -> None:
    basic = packages.create(name="basic")
    assert users.disable([]) == users.give([], basic) == users.take([99], basic) == 0


def test_states_are_those_that_the_rule_says() -> None:
    for number, (enabled, start, end) in enumerate(
        (enabled, start, end)
        for enabled in (True, False)
        for start in (None, -2, 1)
        for end in (None, -1, 2)
        if start != 1 or end != -1
    ):
        now = utcnow()
        times = [None if days is None else now + days * DAY for days in (start, end)]
        users.create(name=f"{number}", enabled=enabled, starts_at=times[0], expires_at=times[1])
    now = utcnow()
    everybody = users.page(limit=100).items
    for state in users.STATES:
        found = {user.id for user in users.page(state=state, limit=100).items}
        reason = None if state == "active" else state
        assert found == {user.id for user in everybody if users.refusal(user, now) == reason}
        assert found, state
    assert set(refused(users.page, state="tired")) == {"state"}


@pytest.mark.parametrize("sort", ["expires_at", "-expires_at"])
def test_who_never_expires_comes_last_in_both_orders(sort: str) -> None:
    for number, days in enumerate((3, None, 1, None, 2, 1)):
        expires_at = None if days is None else NOW + days * DAY
        users.create(name=f"{number}", expires_at=expires_at)
    seen: list[str] = []
    cursor = None
    for _ in range(3):
        page = users.page(sort=sort, limit=2, cursor=cursor)
        seen += [user.name for user in page.items]
        cursor = page.next
    assert cursor is None
    assert seen == ["2", "5", "4", "0", "1", "3"] if sort == "expires_at" else [*"045231"]


def test_only_some_are_listed_however_many_they_are() -> None:
    ids = people(3)
    among = [ids[2], ids[0], *range(10_000, 50_000)]
    assert [user.id for user in users.page(among=among).items] == [ids[0], ids[2]]
    assert users.page(among=[]).count == 0
    assert users.ids(users.Wanted(among=among)) == [ids[0], ids[2]]
    assert [user.id for user in users.named([ids[2], 99, ids[0]])] == [ids[2], ids[0]]


def test_a_package_that_another_gives_at_the_same_moment_is_no_error(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    basic = packages.create(name="basic")
    ids = people(2)
    database.session().commit()
    write = bulk._add

    def too_late(package: Package, user_ids: list[int], owning: set[int]) -> set[int]:
        row = {"user_id": ids[0], "package_id": package.id}
        database.current().connection().execute(sa.insert(user_packages), row)
        return write(package, user_ids, owning)

    monkeypatch.setattr(bulk, "_add", too_late)
    users.give(ids, basic)
    database.session().commit()
    assert [len(users.get(one).packages) for one in ids] == [1, 1]


def test_an_extension_is_refused_once_the_state_is_another(app: Flask) -> None:
    ids = people(3)
    users.update(users.get(ids[1]), expires_at=NOW + DAY)
    seen = users.state_of(ids)
    assert users.state_of(ids[::-1]) == seen
    assert users.extend(ids, 5, now=NOW, state=seen) == 1
    with pytest.raises(Conflict, match="second click"):
        users.extend(ids, 5, now=NOW, state=seen)
    assert users.get(ids[1]).expires_at == NOW + 6 * DAY
    assert users.extend(ids, 5, now=NOW) == 1
