"""How many watch is measured once a minute, and every refusal is counted, whatever goes wrong."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from unittest.mock import patch

import pytest
from flask import Flask

from flask_iptv.attendance import ledger, meter, sweep
from flask_iptv.errors import Unavailable
from tests.statements import statements

from .conftest import NOON, Site

SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)


def test_a_minute_is_measured_once(site: Site) -> None:
    for seconds, sessions in ((0, 7), (1, 8), (59, 9), (60, 3)):
        site.crowd.sessions = sessions
        site.meter.measure(NOON + seconds * SECOND)
    assert site.attendance() == [(0, 7), (1, 3)]
    assert site.crowd.asked == 2, "the store is asked once a minute"


def test_processes_on_one_database_do_not_multiply(site: Site) -> None:
    site.crowd.sessions = 5
    for measuring in (site.meter, site.another(), site.another()):
        measuring.measure(NOON)
        measuring.measure(NOON + MINUTE)
    assert site.attendance() == [(0, 5), (1, 5)]


def test_a_site_where_nobody_watches_writes_only_now_and_then(site: Site) -> None:
    for minute in range(3, 33):
        site.meter.measure(NOON + minute * MINUTE)
    assert site.attendance() == [(3, 0), (10, 0), (20, 0), (30, 0)]
    site.crowd.sessions = 2
    site.meter.measure(NOON + 33 * MINUTE)
    site.crowd.sessions = 0
    for minute in (34, 35):
        site.meter.measure(NOON + minute * MINUTE)
    assert site.attendance()[-2:] == [(33, 2), (34, 0)]


def test_a_minute_in_which_the_store_was_away_is_tried_again_and_else_left_out(site: Site) -> None:
    site.crowd.sessions = None
    for seconds in (0, 1, 60):
        with pytest.raises(Unavailable):
            site.meter.measure(NOON + seconds * SECOND)
    site.crowd.sessions = 4
    site.meter.measure(NOON + 90 * SECOND)
    assert site.attendance() == [(1, 4)]


def test_a_clock_that_jumps_does_no_harm(site: Site) -> None:
    site.crowd.sessions = 1
    for minutes in (0, 600, -600, 0):
        site.meter.refused("expired")
        now = NOON + minutes * MINUTE
        site.meter.measure(now)
        site.meter.count(now)
    assert site.attendance() == [(-600, 1), (0, 1), (600, 1)]
    assert site.refusals() == [(-600, "expired", 1), (0, "expired", 2), (600, "expired", 1)]


def test_refusals_are_added_up_by_minute_and_reason_by_all_processes(site: Site) -> None:
    for counting in (site.meter, site.another()):
        for reason in ("expired", "expired", "no_token"):
            counting.refused(reason)
        counting.count(NOON)
        counting.refused("expired")
        counting.flush(NOON + MINUTE)
    assert site.refusals() == [(0, "expired", 4), (0, "no_token", 2), (1, "expired", 2)]


def test_refusals_without_end_are_a_statement_every_ten_seconds(site: Site) -> None:
    site.meter.count(NOON)
    with statements() as sent:
        for second in range(1, 61):
            site.meter.refused("expired")
            site.meter.refused("no_token")
            site.meter.count(NOON + second * SECOND)
    assert len([one for one in sent if "iptv_refusals" in one]) == 6
    with statements() as sent:
        for second in range(61, 121):
            site.meter.count(NOON + second * SECOND)
    assert sent == [], "where nobody is refused nothing is written"


def test_no_refusal_is_lost_however_many_threads_count(site: Site) -> None:
    def refuse(number: int) -> None:
        for _ in range(2000):
            site.meter.refused(f"reason {number % 2}")

    with ThreadPoolExecutor(5) as pool:
        jobs = [pool.submit(refuse, number) for number in range(4)]
        while not all(job.done() for job in jobs):
            site.meter.flush(NOON)
        [job.result() for job in jobs]
    site.meter.flush(NOON)
    assert site.refusals() == [(0, "reason 0", 4000), (0, "reason 1", 4000)]


def test_what_could_not_be_written_is_written_later(site: Site) -> None:
    away = Unavailable("the database", "it is away")
    site.meter.refused("expired")
    with patch.object(ledger, "write_refusals", side_effect=away), pytest.raises(Unavailable):
        site.meter.count(NOON)
    site.meter.refused("expired")
    site.meter.count(NOON + 9 * SECOND)
    assert site.refusals() == [], "a database that is away is not asked each second"
    site.meter.count(NOON + 10 * SECOND)
    assert site.refusals() == [(0, "expired", 2)]


def test_what_waits_is_bounded(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meter, "MOST_WAITING", 3)
    away = Unavailable("the database", "it is away")
    with patch.object(ledger, "write_refusals", side_effect=away):
        for minute in range(6):
            site.meter.refused("expired")
            with pytest.raises(Unavailable):
                site.meter.count(NOON + minute * MINUTE)
    site.meter.flush(NOON + 6 * MINUTE)
    assert [minute for minute, _, _ in site.refusals()] == [3, 4, 5], "the oldest go first"


def test_a_forked_process_leaves_the_counts_to_its_parent(site: Site) -> None:
    site.meter.refused("expired")
    site.meter.count(NOON + SECOND)
    site.meter.refused("expired")
    site.meter.forget()
    site.meter.flush(NOON)
    assert site.refusals() == [(0, "expired", 1)]


def test_what_is_older_than_a_month_is_swept_bit_by_bit(site: Site) -> None:
    site.crowd.sessions = 1
    for day in range(5):
        now = NOON - (30 + day) * timedelta(days=1)
        site.meter.measure(now)
        for reason in ("expired", "no_token"):
            site.meter.refused(reason)
        site.meter.flush(now)
    swept = []
    for _ in range(4):
        with site.meter._connections.transaction() as connection:
            swept.append(sweep(connection, now=NOON, limit=2))
    assert swept == [2, 2, 2, 0]
    assert [minute // -1440 for minute, _ in site.attendance()] == [31, 30]
    assert len(site.refusals()) == 4, "what is a month old to the minute stays"


def test_the_ticker_measures_counts_and_sweeps(provider: Flask) -> None:
    state = provider.extensions["iptv"]
    client = provider.test_client()
    for token in ("nobodys", "nobodys", "bobs-token"):
        client.get(f"/tv/auth?name=ort&token={token}&ip=192.0.2.1&session_id=1")
    client.get("/tv/auth?name=ort&ip=192.0.2.1")
    state.meter.flush(NOON)
    site = Site(provider)
    assert site.refusals() == [(0, "no_token", 1), (0, "unknown_token", 2)]
    state.tick()
    (measured,) = site.attendance()
    assert measured[1] == 1


def test_closing_writes_what_waits(provider: Flask) -> None:
    provider.test_client().get("/tv/auth?name=ort&ip=192.0.2.1")
    provider.extensions["iptv"].close()
    assert [row[1:] for row in Site(provider).refusals()] == [("no_token", 1)]
