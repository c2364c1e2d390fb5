"""What every session store must do."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timezone

from flask_iptv import database, sessions, users
from flask_iptv.sessions import Event, Selection
from tests.sessions.home import GRACE, LEASE, Home


def test_first_device_gets_the_slot_and_second_does_not(home: Home) -> None:
    assert home.ask("tv") is None
    assert home.ask("phone") == "too_many_sessions"
    assert home.open() == [("tv", "one")]


def test_no_limit_is_no_limit(home: Home) -> None:
    home.limit = None
    assert [home.ask(f"tv {n}") for n in range(20)] == [None] * 20


def test_an_update_is_never_a_new_session(home: Home) -> None:
    home.ask("tv", session="a")
    for _ in range(5):
        home.wait(180)
        assert home.ask("tv", Event.UPDATE, session="a") is None
    assert home.open() == [("tv", "one")]


def test_zapping_keeps_one_slot(home: Home) -> None:
    for number, channel in enumerate(["one", "two", "one", "two"]):
        assert home.ask("tv", on=channel, session=f"s{number}") is None
        home.wait(1)
    assert home.open() == [("tv", "two")]


def test_closing_the_channel_zapped_away_from_keeps_the_slot(home: Home) -> None:
    home.ask("tv", on="one", session="old")
    home.ask("tv", on="two", session="new")
    home.close("tv", "old")
    assert home.open() == [("tv", "two")]
    assert home.ask("phone", session="x") == "too_many_sessions"


def test_an_orphan_update_is_neither_refused_nor_shown(home: Home) -> None:
    home.ask("tv", on="one", session="old")
    home.ask("tv", on="two", session="new")
    assert home.ask("tv", Event.UPDATE, on="one", session="old") is None
    assert home.open() == [("tv", "two")]


def test_a_player_that_opens_two_connections_has_one_slot(home: Home) -> None:
    # Kodi: HEAD and two short GETs before the real one.
    assert [home.ask("kodi", session=f"k{n}") for n in range(4)] == [None] * 4
    for n in range(3):
        home.close("kodi", f"k{n}")
    assert home.open() == [("kodi", "one")]


def test_close_frees_the_slot(home: Home) -> None:
    home.ask("tv", session="a")
    home.close("tv", "a")
    assert home.ask("phone", session="b") is None


def test_silence_frees_the_slot(home: Home) -> None:
    home.ask("tv")
    home.wait(LEASE - 1)
    assert home.ask("phone") == "too_many_sessions"
    home.wait(2)
    assert home.open() == []
    assert home.ask("phone") is None
    assert home.ask("tv") == "too_many_sessions"


def test_a_device_that_comes_back_after_sleep_is_welcome(home: Home) -> None:
    home.ask("tv", session="a")
    home.wait(3 * LEASE)
    assert home.ask("tv", Event.UPDATE, session="a") is None
    home.wait(24 * 3600)
    assert home.ask("tv", session="b") is None


def test_a_phone_that_changes_networks_keeps_its_session(home: Home) -> None:
    home.ask("phone", session="a")
    for _ in range(2):
        assert home.ask("phone", Event.UPDATE, session="a", address="198.51.100.7") is None
    assert len(home.open()) == 1
    assert home.ask("phone", session="b") == "too_many_sessions"


def test_two_servers_that_count_their_sessions_alike(home: Home) -> None:
    assert home.ask("tv", session="1") is None
    assert home.ask("phone", session="1") == "too_many_sessions"
    assert home.ask("phone", Event.UPDATE, on="two", session="1") == "too_many_sessions"


def test_an_orphan_update_keeps_the_slot(home: Home) -> None:
    home.ask("tv", session="real")
    home.ask("tv", session="probe that is never closed")
    home.wait(180)
    assert home.ask("tv", Event.UPDATE, session="real") is None
    home.wait(60)
    assert home.ask("phone", session="x") == "too_many_sessions"


def test_an_orphan_update_does_not_undo_a_cut(home: Home) -> None:
    home.replace = True
    home.ask("tv", session="old")
    home.ask("tv", on="two", session="new")
    assert home.ask("phone", session="x") is None
    assert home.ask("tv", Event.UPDATE, session="old") == "too_many_sessions"
    assert home.ask("phone", Event.UPDATE, session="x") is None


def test_a_close_from_another_address_frees_the_slot(home: Home) -> None:
    home.ask("phone", session="a")
    home.close("phone", "a", address="198.51.100.7")
    assert home.open() == []
    assert home.ask("tv", session="b") is None


def test_replace_cuts_the_oldest(home: Home) -> None:
    home.limit, home.replace = 2, True
    home.ask("oldest", session="a")
    home.wait(1)
    home.ask("middle", session="b")
    home.wait(1)
    assert home.ask("newest", session="c") is None
    assert [who for who, _ in home.open()] == ["middle", "newest"]
    assert home.ask("oldest", Event.UPDATE, session="a") == "too_many_sessions"
    assert home.ask("middle", Event.UPDATE, session="b") is None


def test_an_update_takes_a_slot_from_nobody(home: Home) -> None:
    home.replace = True
    home.ask("tv", session="never closed")
    home.ask("tv", session="real")
    assert home.ask("phone", session="x") is None
    assert home.ask("tv", Event.UPDATE, session="never closed") == "too_many_sessions"
    home.wait(GRACE + 1)
    assert home.ask("tv", Event.UPDATE, session="real") == "too_many_sessions"
    assert home.open() == [("phone", "one")]


def test_closing_on_one_server_leaves_the_other_alone(home: Home) -> None:
    # Two servers that count their sessions alike.
    home.limit = 2
    home.ask("tv", session="1")
    home.ask("phone", on="two", session="1")
    home.close("tv", "1")
    assert home.open() == [("phone", "two")]


def test_a_replaced_device_may_come_back_later(home: Home) -> None:
    home.replace = True
    home.ask("tv")
    home.ask("phone")
    assert home.ask("tv") == "too_many_sessions"
    home.wait(GRACE - 1)
    assert home.ask("tv") == "too_many_sessions"
    home.wait(GRACE)
    assert home.ask("tv") is None
    assert home.open() == [("tv", "one")]


def test_a_cut_session_is_refused_at_its_next_question(home: Home) -> None:
    home.ask("tv", session="a")
    (open_session,) = sessions.page(now=home.now).items
    sessions.cut(open_session.id, now=home.now)
    assert home.open() == []
    assert home.ask("tv", Event.UPDATE, session="a") == "session_cut"
    assert home.ask("tv", session="b") is None
    assert home.open() == [("tv", "one")]


def test_cutting_what_is_not_there(home: Home) -> None:
    home.ask("tv", session="a")
    (open_session,) = sessions.page(now=home.now).items
    assert not home.store.cut(open_session.id + 64, now=home.now)
    assert home.store.cut(open_session.id, now=home.now)
    assert not home.store.cut(open_session.id, now=home.now)
    assert home.store.get(open_session.id, now=home.now) is None


def test_lowering_the_limit_cuts_the_newest(home: Home) -> None:
    home.limit = 3
    home.now = datetime.now(timezone.utc)
    for name in ("a", "b", "c"):
        home.ask(name, session=name)
        home.wait(1)
    users.update(users.by_name("bob"), max_sessions=5)
    users.update(users.by_name("bob"), max_sessions=1)
    database.session().commit()
    home.limit = 1
    assert home.open() == [("a", "one")]
    assert home.ask("a", Event.UPDATE, session="a") is None
    assert home.ask("b", Event.UPDATE, session="b") == "too_many_sessions"


def test_a_new_token_and_a_deletion_end_all_sessions(home: Home) -> None:
    home.limit, home.replace = 2, True
    home.now = datetime.now(timezone.utc)
    for name in ("a", "b", "c"):
        home.ask(name, session=name)
    users.rotate_key(users.by_name("bob"))
    database.session().commit()
    assert home.open() == []
    assert home.ask("a", Event.UPDATE, session="a") is None
    assert home.ask("d") is None
    assert home.open() == [("a", "one"), ("d", "one")]
    users.delete(users.by_name("bob"))
    database.session().commit()
    assert home.open() == []


def test_what_is_rolled_back_ends_no_session(home: Home) -> None:
    home.ask("tv", session="a")
    users.rotate_key(users.by_name("bob"))
    database.session().rollback()
    database.session().commit()
    assert home.open() == [("tv", "one")]


def test_viewers_with_signed_links_are_counted_for_nobody(home: Home) -> None:
    for link in ("first", "second"):
        assert home.ask_with_link(link) is None
        assert home.ask_with_link(link) is None
    assert len(home.open()) == 2
    for item in home.store.select(Selection(), limit=2, now=home.now):
        assert home.store.cut(item.id, now=home.now)
    assert home.ask_with_link("first") == "session_cut"
    assert home.ask_with_link("second", session="new") is None


def test_lists_are_in_order_and_in_parts(home: Home) -> None:
    home.limit = None
    for number in range(5):
        home.ask(f"tv {number}", on="one" if number % 2 else "two")
        home.wait(1)
    # Zapping makes this one the youngest by its time, though not by its number.
    home.ask("tv 0", on="one")
    by_id = [f"tv {number}" for number in range(5)]
    by_time = [*by_id[1:], "tv 0"]
    assert sorted(listed(home, Selection(sort="id"))) == by_id
    assert listed(home, Selection(sort="id", reverse=True)) == listed(home, Selection())[::-1]
    assert listed(home, Selection(sort="opened_at")) == by_time
    assert listed(home, Selection(sort="opened_at", reverse=True)) == by_time[::-1]
    two = home.channel_ids["two"]
    assert sorted(listed(home, Selection(channel_id=two))) == ["tv 2", "tv 4"]
    assert listed(home, Selection(user_id=home.user_id + 1)) == []
    assert home.store.count(Selection(channel_id=two), now=home.now) == 2
    counts = home.store.count_by_user([home.user_id, home.user_id + 1], now=home.now)
    assert {id: count for id, count in counts.items() if count} == {home.user_id: 5}


def listed(home: Home, wanted: Selection) -> list[str]:
    """Everything, in parts of two."""
    found: list[str] = []
    while True:
        part = home.store.select(wanted, limit=2, now=home.now)
        found += [str(item.user_agent) for item in part]
        if len(part) < 2:
            return found
        last = part[-1]
        value = last.id if wanted.sort == "id" else last.opened_at
        wanted = replace(wanted, after=(value, last.id))


def test_a_user_without_sessions_is_counted_as_such(home: Home) -> None:
    assert home.store.count_by_user([], now=home.now) == {}
    assert home.store.count_by_user([home.user_id], now=home.now).get(home.user_id, 0) == 0


def test_the_audience_is_everybody_who_watches_and_what(home: Home) -> None:
    nobody = home.store.audience(now=home.now)
    assert (nobody.users, nobody.by_channel, nobody.sessions) == (0, {}, 0)
    home.limit = None
    for number in range(3):
        home.ask(f"tv {number}", on="one" if number else "two")
    home.ask_with_link("first")
    (cut,) = home.store.select(Selection(user_id=home.user_id), limit=1, now=home.now)
    home.store.cut(cut.id, now=home.now)
    audience = home.store.audience(now=home.now)
    assert audience.users == 1, "a signed link is no user"
    counts = {"one": 3, "two": 1}
    (name,) = [name for name, id in home.channel_ids.items() if id == cut.channel_id]
    counts[name] -= 1
    expected = {home.channel_ids[name]: count for name, count in counts.items() if count}
    assert (audience.by_channel, audience.sessions) == (expected, 3)
    home.wait(LEASE)
    assert home.store.audience(now=home.now).sessions == 0
