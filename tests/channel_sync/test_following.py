"""Lists of what is live, which disable nothing, and servers that say what was typed by hand."""

from __future__ import annotations

import pytest

from flask_iptv import channels
from flask_iptv.management import KINDS
from tests.channel_sync.syncing import edit, facts, sync, told

pytestmark = pytest.mark.usefixtures("estate")


def test_a_list_of_what_is_live_disables_nothing_and_says_so() -> None:
    sync(told("ort"), told("cnn"), server="edge", only_live=True)
    report = sync(told("cnn"), server="edge", only_live=True)
    assert report.disabled == ()
    assert report.note == (
        "nginx-rtmp lists only what is live at the moment, so no channel is disabled."
    )
    assert facts("ort", "enabled") == (True,)
    assert sync(told("cnn"), server="edge").note is None, "a playlist is the whole list"
    assert facts("ort", "enabled") == (False,)


def test_nothing_live_at_all_is_nothing_to_do() -> None:
    sync(told("ort"), server="edge", only_live=True)
    report = sync(server="edge", only_live=True)
    assert (report.added, report.changed, report.disabled) == ((), (), ())
    assert facts("ort", "enabled") == (True,)


def test_a_channel_that_a_playlist_disabled_comes_back_when_it_is_live() -> None:
    sync(told("ort"), told("cnn"), server="edge")
    sync(told("cnn"), server="edge")
    sync(told("ort"), server="edge", only_live=True)
    assert facts("ort", "enabled") == (True,)


def test_only_flussonic_lists_what_is_set_up() -> None:
    read = {name for name, kind in KINDS.items() if kind.reads_streams}
    assert read - {name for name in read if KINDS[name].lists_only_live} == {"flussonic"}


def test_a_channel_disabled_by_hand_stays_so_when_the_server_did_the_same_for_a_while() -> None:
    sync(told("ort"))
    edit("ort", enabled=False)
    sync(told("ort", enabled=False))
    assert sync(told("ort")).kept[0].fields == ("enabled",)
    assert facts("ort", "enabled") == (False,)


def test_a_title_typed_by_hand_stays_when_the_server_had_the_same_for_a_while() -> None:
    sync(told("ort", title="ORT"))
    edit("ort", title="Mine")
    for title in ("ORT 2", "Mine", "ORT 3"):
        sync(told("ort", title=title))
    assert facts("ort", "title") == ("Mine",)


def test_a_field_filled_in_by_hand_stays_when_the_servers_first_word_is_the_same() -> None:
    channels.create(name="ort", server="main", title="Mine", number=7)
    sync(told("ort", title="Mine", number=7))
    assert sync(told("ort", title="ORT", number=8)).kept[0].fields == ("title", "number")
    assert facts("ort", "title", "number") == ("Mine", 7)


def test_the_last_word_by_hand_counts_however_often_both_changed() -> None:
    sync(told("ort"), told("cnn"))
    sync(told("ort", enabled=False), told("cnn"))
    edit("ort", enabled=True)
    for ort in ([told("ort", enabled=False)], [], [told("ort")], []):
        assert sync(*ort, told("cnn")).disabled == ()
        assert facts("ort", "enabled") == (True,)
    edit("ort", enabled=False)
    for enabled in (False, True, False, True):
        sync(told("ort", enabled=enabled), told("cnn"))
        assert facts("ort", "enabled") == (False,)


def test_setting_it_back_to_the_servers_word_ends_the_hand_work() -> None:
    sync(told("ort"))
    edit("ort", enabled=False)
    for enabled in (False, True):
        sync(told("ort", enabled=enabled))
    edit("ort", enabled=True)
    for enabled in (False, True):
        sync(told("ort", enabled=enabled))
        assert facts("ort", "enabled") == (enabled,)
