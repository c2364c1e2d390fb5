"""What a sync does to channels: they follow the server, and what was done by hand stays."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from flask_iptv import channels, database, servers
from flask_iptv.channel_sync import Told, plan
from flask_iptv.errors import Conflict, InvalidInput
from flask_iptv.models import Channel
from tests.channel_sync.syncing import edit, facts, sync, told
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("estate")


def test_streams_become_channels_of_the_server() -> None:
    report = sync(told("ort", title="ORT", number=1), told("cnn"), Told("off", {"enabled": False}))
    assert report.added == ("ort", "cnn", "off")
    assert facts("ort", "title", "number", "enabled") == ("ORT", 1, True)
    assert facts("cnn", "title") == ("cnn",)
    assert facts("off", "enabled") == (False,)
    assert {channel.server.name for channel in channels.page().items if channel.server} == {"main"}


def test_nothing_is_done_before_it_is_carried_out() -> None:
    made = plan(servers.get("main"), [told("ort")], only_live=False)
    assert made.report().added == ("ort",)
    database.session().commit()
    assert channels.page().count == 0


def test_what_was_synced_is_unchanged_the_next_time() -> None:
    streams = [told("ort", title="ORT", logo="https://l.example/o.png")]
    sync(*streams)
    report = sync(*streams)
    assert (report.added, report.changed, report.disabled, report.kept) == ((), (), (), ())
    assert report.unchanged == 1


def test_a_field_follows_the_server_and_the_report_has_old_and_new() -> None:
    sync(told("ort", title="ORT"))
    (change,) = sync(told("ort", title="ORT HD", number=7)).changed
    assert change.name == "ort"
    found = [(field.field, field.old, field.new) for field in change.fields]
    assert found == [("title", "ORT", "ORT HD"), ("number", None, 7)]
    assert facts("ort", "title", "number") == ("ORT HD", 7)


@pytest.mark.parametrize("order", list(itertools.permutations(["edit", "rename", "leave"])))
def test_what_was_edited_by_hand_stays_in_whatever_order(order: tuple[str, ...]) -> None:
    title = "ORT"
    streams = {"ort": told("ort", title=title), "cnn": told("cnn")}
    sync(*streams.values())
    for event in order:
        if event == "edit":
            edit("ort", title="Mine", logo="https://mine.example/l.png")
        elif event == "rename":
            streams["ort"] = told("ort", title="ORT 2", logo="https://l.example/o.png")
        else:
            streams.pop("cnn")
        sync(*streams.values())
        sync(*streams.values())
    assert facts("ort", "title", "logo") == ("Mine", "https://mine.example/l.png")
    assert sync(*streams.values()).kept[0].fields == ("title", "logo")
    assert facts("cnn", "enabled") == (False,)


def test_what_is_set_back_to_the_servers_word_follows_it_again() -> None:
    sync(told("ort", title="ORT"))
    edit("ort", title="Mine")
    sync(told("ort", title="ORT 2"))
    edit("ort", title="ORT 2")
    sync(told("ort", title="ORT 3"))
    assert facts("ort", "title") == ("ORT 3",)


def test_a_stream_that_is_gone_is_disabled_and_comes_back() -> None:
    sync(told("ort"), told("cnn"))
    assert sync(told("cnn")).disabled == ("ort",)
    assert facts("ort", "enabled") == (False,)
    assert sync(told("cnn")).disabled == ()
    (change,) = sync(told("cnn"), told("ort")).changed
    assert [(field.field, field.new) for field in change.fields] == [("enabled", True)]
    assert facts("ort", "enabled") == (True,)


def test_a_channel_enabled_by_hand_against_the_servers_word_stays_enabled() -> None:
    sync(told("ort"), told("cnn"))
    sync(told("cnn"))
    edit("ort", enabled=True)
    assert sync(told("cnn")).disabled == ()
    assert facts("ort", "enabled") == (True,)


def test_a_channel_disabled_by_hand_stays_disabled() -> None:
    sync(told("ort"), told("cnn"))
    edit("ort", enabled=False)
    assert sync(told("ort"), told("cnn")).kept[0].fields == ("enabled",)
    sync(told("cnn"))
    sync(told("cnn"), told("ort"))
    assert facts("ort", "enabled") == (False,)


def test_a_channel_made_by_hand_is_filled_in_but_never_disabled_or_enabled() -> None:
    channels.create(name="ort", server="main", logo="https://mine.example/l.png")
    channels.create(name="off", server="main", enabled=False)
    stream = told("ort", title="ORT", logo="https://l.example/o.png")
    report = sync(stream, told("off"), told("cnn"))
    assert facts("ort", "title", "logo") == ("ORT", "https://mine.example/l.png")
    assert [(kept.name, kept.fields) for kept in report.kept] == [
        ("ort", ("logo",)),
        ("off", ("enabled",)),
    ]
    for _ in range(2):
        assert sync(told("cnn")).disabled == ()
    assert facts("ort", "enabled") == (True,)
    sync(told("off"), told("cnn"))
    assert facts("off", "enabled") == (False,)


def test_a_channel_that_the_server_never_told_of_is_left_alone() -> None:
    channels.create(name="mine", server="main")
    assert sync(told("cnn")).disabled == ()
    assert facts("mine", "enabled") == (True,)


def test_a_channel_without_a_server_is_taken_in() -> None:
    channels.create(name="ort", title="Mine")
    (change,) = sync(told("ort")).changed
    assert [(field.field, field.old, field.new) for field in change.fields] == [
        ("server", None, "main")
    ]
    assert channels.get("ort").server is servers.get("main")
    assert facts("ort", "title") == ("Mine",)


def test_a_channel_that_was_taken_off_its_server_by_hand_stays_off() -> None:
    sync(told("ort"), told("cnn"))
    edit("ort", server=None)
    report = sync(told("ort"), told("cnn"))
    assert (report.changed, report.kept[0].fields) == ((), ("server",))
    assert channels.get("ort").server is None


def test_names_of_channels_on_other_servers_are_left_out() -> None:
    sync(told("ort", title="Edge's"), server="edge")
    report = sync(told("ort", title="Main's"), told("cnn"))
    assert [(taken.name, taken.server) for taken in report.taken] == [("ort", "edge")]
    assert facts("ort", "title") == ("Edge's",)


def test_a_channel_moved_to_another_server_by_hand_is_not_disabled_there() -> None:
    sync(told("ort"), told("cnn"))
    edit("ort", server="edge")
    assert sync(told("other"), server="edge").disabled == ()
    assert sync(told("cnn")).disabled == ()
    assert facts("ort", "enabled") == (True,)


def test_no_streams_at_all_are_refused() -> None:
    sync(told("ort"))
    with pytest.raises(InvalidInput, match="it would disable them all"):
        plan(servers.get("main"), [], only_live=False)
    assert facts("ort", "enabled") == (True,)


def test_streams_that_no_channel_can_be_are_named_and_nothing_is_kept() -> None:
    wrong = [told("ort", title="ORT"), told("a/../b"), told("cnn", logo="no url")]
    with pytest.raises(InvalidInput) as raised:
        plan(servers.get("main"), wrong, only_live=False)
    assert [problem.field for problem in raised.value.problems] == [
        "stream 'a/../b'",
        "stream 'cnn'",
    ]
    assert "logo: must be a web address" in raised.value.problems[1].message
    assert channels.page().count == 0


def test_a_source_that_breaks_off_changes_nothing() -> None:
    def breaking() -> Any:
        yield told("ort")
        raise OSError("the line is dead")

    with pytest.raises(OSError, match="dead"):
        plan(servers.get("main"), breaking(), only_live=False)
    database.session().commit()
    assert channels.page().count == 0


def test_a_name_that_is_taken_meanwhile_undoes_everything() -> None:
    made = plan(servers.get("main"), [told("ort"), told("cnn")], only_live=False)
    database.session().add(Channel(name="cnn", title="Somebody else's"))
    database.session().commit()
    with pytest.raises(Conflict):
        made.carry_out()
    database.session().commit()
    assert [channel.name for channel in channels.page().items] == ["cnn"]


def test_ten_thousand_streams_take_few_statements() -> None:
    streams = [told(f"s{number}", title=f"S {number}") for number in range(10_000)]
    with statements() as first:
        assert len(sync(*streams).added) == 10_000
    changed = [told(f"s{number}", title=f"T {number}") for number in range(5_000)]
    with statements() as second:
        report = sync(*changed)
    assert (len(report.changed), len(report.disabled)) == (5_000, 5_000)
    assert len(first) < 100
    assert len(second) < 100
