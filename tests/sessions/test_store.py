"""What every session store must do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

import pytest
from flask import Flask

from flask_iptv import channels, sessions, users
from flask_iptv.sessions import Admission, Device, Event, SQLStore, Store

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
LEASE = 210
GRACE = 30


@dataclass
class Devices:
    """Asks a store as the devices of one user do, with a clock that a test moves."""

    store: Store
    user_id: int
    channel_ids: dict[str, int]
    limit: int | None = 1
    replace: bool = False
    now: datetime = START
    seen: list[str] = field(default_factory=list)

    def device(self, name: str) -> Device:
        return Device(self.user_id, "192.0.2.1", name)

    def ask(
        self, name: str, event: Event = Event.OPEN, *, on: str = "one", session: str | None = None
    ) -> str | None:
        wish = Admission(
            device=self.device(name),
            channel_id=self.channel_ids[on],
            event=event,
            server_session=session,
            protocol="hls",
            max_sessions=self.limit,
            replace=self.replace,
            lease=LEASE,
            grace=GRACE,
        )
        return self.store.admit(wish, now=self.now)

    def close(self, name: str, session: str | None = None) -> None:
        self.store.end(self.device(name), session)

    def wait(self, seconds: int) -> None:
        self.now += timedelta(seconds=seconds)

    def open(self) -> list[tuple[str, str]]:
        """Who watches what."""
        page = sessions.page(now=self.now)
        return sorted((str(item.user_agent), item.channel.name) for item in page.items)


@pytest.fixture
def home(stored: Flask) -> Devices:
    """The devices of bob, who may watch on one at a time."""
    ids = {name: channels.get(name).id for name in ("one", "two")}
    return Devices(SQLStore(), users.by_name("bob").id, ids)


def test_first_device_gets_the_slot_and_second_does_not(home: Devices) -> None:
    assert home.ask("tv") is None
    assert home.ask("phone") == "too_many_sessions"
    assert home.open() == [("tv", "one")]


def test_no_limit_is_no_limit(home: Devices) -> None:
    home.limit = None
    assert [home.ask(f"tv {n}") for n in range(20)] == [None] * 20


def test_an_update_is_never_a_new_session(home: Devices) -> None:
    home.ask("tv", session="a")
    for _ in range(5):
        home.wait(180)
        assert home.ask("tv", Event.UPDATE, session="a") is None
    assert home.open() == [("tv", "one")]


def test_zapping_keeps_one_slot(home: Devices) -> None:
    for number, channel in enumerate(["one", "two", "one", "two"]):
        assert home.ask("tv", on=channel, session=f"s{number}") is None
        home.wait(1)
    assert home.open() == [("tv", "two")]


def test_closing_the_channel_zapped_away_from_keeps_the_slot(home: Devices) -> None:
    home.ask("tv", on="one", session="old")
    home.ask("tv", on="two", session="new")
    home.close("tv", "old")
    assert home.open() == [("tv", "two")]
    assert home.ask("phone", session="x") == "too_many_sessions"


def test_an_orphan_update_is_neither_refused_nor_shown(home: Devices) -> None:
    home.ask("tv", on="one", session="old")
    home.ask("tv", on="two", session="new")
    assert home.ask("tv", Event.UPDATE, on="one", session="old") is None
    assert home.open() == [("tv", "two")]


def test_a_player_that_opens_two_connections_has_one_slot(home: Devices) -> None:
    # Kodi: HEAD and two short GETs before the real one.
    assert [home.ask("kodi", session=f"k{n}") for n in range(4)] == [None] * 4
    for n in range(3):
        home.close("kodi", f"k{n}")
    assert home.open() == [("kodi", "one")]


def test_close_frees_the_slot(home: Devices) -> None:
    home.ask("tv", session="a")
    home.close("tv", "a")
    assert home.ask("phone", session="b") is None


def test_silence_frees_the_slot(home: Devices) -> None:
    home.ask("tv")
    home.wait(LEASE - 1)
    assert home.ask("phone") == "too_many_sessions"
    home.wait(2)
    assert home.open() == []
    assert home.ask("phone") is None
    assert home.ask("tv") == "too_many_sessions"


def test_a_device_that_comes_back_after_sleep_is_welcome(home: Devices) -> None:
    home.ask("tv", session="a")
    home.wait(3 * LEASE)
    assert home.ask("tv", Event.UPDATE, session="a") is None
    home.wait(24 * 3600)
    assert home.ask("tv", session="b") is None


def test_a_phone_that_changes_networks_keeps_its_session(home: Devices) -> None:
    home.ask("phone", session="a")
    wish = Admission(
        device=Device(home.user_id, "198.51.100.7", "phone"),
        channel_id=home.channel_ids["one"],
        event=Event.UPDATE,
        server_session="a",
        protocol="hls",
        max_sessions=1,
        replace=False,
        lease=LEASE,
        grace=GRACE,
    )
    assert home.store.admit(wish, now=home.now) is None
    assert home.store.admit(wish, now=home.now) is None
    assert len(home.open()) == 1


def test_two_servers_that_count_their_sessions_alike(home: Devices) -> None:
    assert home.ask("tv", session="1") is None
    assert home.ask("phone", session="1") == "too_many_sessions"
    assert home.ask("phone", Event.UPDATE, on="two", session="1") == "too_many_sessions"


def test_an_orphan_update_keeps_the_slot(home: Devices) -> None:
    home.ask("tv", session="real")
    home.ask("tv", session="probe that is never closed")
    home.wait(180)
    assert home.ask("tv", Event.UPDATE, session="real") is None
    home.wait(60)
    assert home.ask("phone", session="x") == "too_many_sessions"


def test_an_orphan_update_does_not_undo_a_cut(home: Devices) -> None:
    home.replace = True
    home.ask("tv", session="old")
    home.ask("tv", on="two", session="new")
    assert home.ask("phone", session="x") is None
    assert home.ask("tv", Event.UPDATE, session="old") == "too_many_sessions"
    assert home.ask("phone", Event.UPDATE, session="x") is None


def test_a_close_from_another_address_frees_the_slot(home: Devices) -> None:
    home.ask("phone", session="a")
    home.store.end(Device(home.user_id, "198.51.100.7", "phone"), "a")
    assert home.open() == []
    assert home.ask("tv", session="b") is None


def test_replace_cuts_the_oldest(home: Devices) -> None:
    home.limit, home.replace = 2, True
    home.ask("oldest", session="a")
    home.wait(1)
    home.ask("middle", session="b")
    home.wait(1)
    assert home.ask("newest", session="c") is None
    assert [who for who, _ in home.open()] == ["middle", "newest"]
    assert home.ask("oldest", Event.UPDATE, session="a") == "too_many_sessions"
    assert home.ask("middle", Event.UPDATE, session="b") is None


def test_a_replaced_device_may_come_back_later(home: Devices) -> None:
    home.replace = True
    home.ask("tv")
    home.ask("phone")
    assert home.ask("tv") == "too_many_sessions"
    home.wait(GRACE - 1)
    assert home.ask("tv") == "too_many_sessions"
    home.wait(GRACE)
    assert home.ask("tv") is None
    assert home.open() == [("tv", "one")]


def test_a_cut_session_is_refused_at_its_next_question(home: Devices) -> None:
    home.ask("tv", session="a")
    (open_session,) = sessions.page(now=home.now).items
    sessions.cut(open_session)
    assert home.open() == []
    assert home.ask("tv", Event.UPDATE, session="a") == "session_cut"
    assert home.ask("tv", session="b") is None


def test_lowering_the_limit_cuts_the_newest(home: Devices) -> None:
    home.limit = 3
    home.now = datetime.now(timezone.utc)
    for name in ("a", "b", "c"):
        home.ask(name, session=name)
        home.wait(1)
    users.update(users.by_name("bob"), max_sessions=5)
    users.update(users.by_name("bob"), max_sessions=1)
    home.limit = 1
    assert home.open() == [("a", "one")]
    assert home.ask("a", Event.UPDATE, session="a") is None
    assert home.ask("b", Event.UPDATE, session="b") == "too_many_sessions"


def test_viewers_with_signed_links_are_counted_for_nobody(home: Devices) -> None:
    for link in ("first", "second"):
        wish = Admission(
            device=Device(None, "192.0.2.1", "tv", link),
            channel_id=home.channel_ids["one"],
            event=Event.OPEN,
            server_session=None,
            protocol="hls",
            max_sessions=None,
            replace=False,
            lease=LEASE,
            grace=GRACE,
        )
        assert home.store.admit(wish, now=home.now) is None
        assert home.store.admit(wish, now=home.now) is None
    assert len(home.open()) == 2


def test_rows_nobody_claims_are_swept(home: Devices) -> None:
    home.limit = None
    home.ask("gone")
    home.wait(LEASE + 3601)
    home.ask("tv")
    home.now = START
    assert home.open() == [("tv", "one")]
