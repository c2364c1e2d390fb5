"""What every session store tells the history, and when."""

from __future__ import annotations

from flask_iptv.sessions import Event
from tests.sessions.home import LEASE, Home


def test_a_closed_session_is_told_with_its_bytes(home: Home) -> None:
    home.ask("tv", session="a")
    home.wait(180)
    home.ask("tv", Event.UPDATE, session="a", bytes=1000)
    home.wait(60)
    home.close("tv", "a", bytes=1500)
    assert home.endings() == [("tv", "one", "closed", 240, 1500)]
    home.close("tv", "a", bytes=1500)
    assert home.endings() == []


def test_a_server_that_does_not_tell_bytes(home: Home) -> None:
    home.ask("tv")
    home.wait(10)
    home.close("tv")
    assert home.endings() == [("tv", "one", "closed", 10, None)]


def test_zapping_ends_a_session_on_each_channel(home: Home) -> None:
    home.ask("tv", on="one", session="a", bytes=0)
    home.wait(10)
    home.ask("tv", Event.UPDATE, on="one", session="a", bytes=700)
    home.ask("tv", on="two", session="b")
    home.wait(20)
    home.close("tv", "a", bytes=900)
    home.ask("tv", Event.UPDATE, on="two", session="b", bytes=50)
    home.close("tv", "b")
    # What the first one sent after the zap is nobody's: it is not being watched any more.
    assert home.endings() == [("tv", "one", "zapped", 10, 700), ("tv", "two", "closed", 20, 50)]


def test_a_second_connection_to_the_same_channel_is_the_same_session(home: Home) -> None:
    home.ask("kodi", session="probe", bytes=0)
    home.ask("kodi", Event.UPDATE, session="probe", bytes=10)
    home.ask("kodi", session="real")
    home.wait(30)
    home.close("kodi", "probe")
    home.ask("kodi", Event.UPDATE, session="real", bytes=100)
    home.close("kodi", "real", bytes=150)
    assert home.endings() == [("kodi", "one", "closed", 30, 160)]


def test_closing_the_second_connection_first_keeps_the_slot(home: Home) -> None:
    home.ask("mpv", session="first")
    home.ask("mpv", Event.UPDATE, session="first", bytes=100)
    home.ask("mpv", session="second")
    home.close("mpv", "second", bytes=30)
    assert home.open() == [("mpv", "one")]
    assert home.ask("phone", session="x") == "too_many_sessions"
    assert home.ask("mpv", Event.UPDATE, session="first", bytes=400) is None
    home.ask("mpv", Event.UPDATE, session="first", bytes=500)
    home.close("mpv", "first", bytes=500)
    assert home.open() == []
    # What was sent before the number 400 was told is not known to be of the one or the other.
    assert home.endings() == [("mpv", "one", "closed", 0, 230)]


def test_a_silent_session_ends_when_it_was_last_heard_of(home: Home) -> None:
    home.ask("tv", session="a")
    home.wait(100)
    home.ask("tv", Event.UPDATE, session="a", bytes=5)
    home.wait(LEASE - 1)
    home.store.tick(home.now)
    assert home.endings() == []
    home.wait(30)
    home.store.tick(home.now)
    home.store.tick(home.now)
    assert home.endings() == [("tv", "one", "silent", 100, 5)]


def test_a_silent_session_is_told_once_when_its_device_comes_back(home: Home) -> None:
    home.ask("tv", session="a")
    home.wait(LEASE + 1)
    assert home.ask("tv", session="b") is None
    assert home.endings() == [("tv", "one", "silent", 0, None)]
    home.wait(LEASE + 60)
    home.store.tick(home.now)
    assert home.endings() == [("tv", "one", "silent", 0, None)]


def test_a_cut_is_told_once(home: Home) -> None:
    home.replace = True
    home.ask("tv", session="a")
    home.wait(10)
    home.ask("phone", session="b")
    assert home.endings() == [("tv", "one", "cut", 10, None)]
    home.ask("tv", Event.UPDATE, session="a")
    home.close("tv", "a")
    home.wait(LEASE + 60)
    home.store.tick(home.now)
    assert home.endings() == [("phone", "one", "silent", 0, None)]


def test_a_dismissed_user_and_a_lower_limit(home: Home) -> None:
    home.limit = 3
    for name in ("a", "b", "c"):
        home.ask(name)
        home.wait(1)
    home.store.keep_oldest(home.user_id, 1, now=home.now)
    assert sorted(home.endings()) == [("b", "one", "cut", 2, None), ("c", "one", "cut", 1, None)]
    home.store.end_all(home.user_id, now=home.now)
    assert home.endings() == [("a", "one", "dismissed", 3, None)]
    assert home.open() == []


def test_a_server_that_counts_anew_or_backwards(home: Home) -> None:
    home.ask("tv", session="a", bytes=100)
    home.ask("tv", Event.UPDATE, session="a", bytes=300)
    home.ask("tv", Event.UPDATE, session="a", bytes=200)
    home.ask("tv", Event.UPDATE, session="a", bytes=250)
    home.close("tv", "a")
    assert home.endings() == [("tv", "one", "closed", 0, 350)]


def test_closing_a_reconnected_session_does_not_give_the_slot_to_the_dead_one(home: Home) -> None:
    home.ask("tv", session="dead")
    home.wait(30)
    home.ask("tv", session="alive")
    home.wait(180)
    home.ask("tv", Event.UPDATE, session="alive")
    home.close("tv", "alive")
    assert home.open() == []
    assert home.ask("phone", session="x") is None
