"""Channels whose names leave out the application or the format are those streams' channels."""

from __future__ import annotations

import pytest

from flask_iptv import channels, database, servers
from flask_iptv.channel_sync import short_names
from flask_iptv.mediaservers import app_stream
from tests.channel_sync.syncing import facts, sync, told

pytestmark = pytest.mark.usefixtures("estate")


def names() -> set[str]:
    return {channel.name for channel in channels.page().items}


@pytest.mark.parametrize(
    ("kind", "stream"),
    [
        ("nginx-rtmp", "live/espn"),
        ("srs", "app/espn"),
        ("node-media-server", "live/espn"),
        ("icecast", "espn.mp3"),
        ("icecast", "espn.opus"),
    ],
)
def test_a_stream_is_recognised_as_the_channel_with_its_short_name(
    kind: servers.ServerKind, stream: str
) -> None:
    servers.create(name="one", url="https://one.example", kind=kind)
    channels.create(name="espn", server="one")
    database.session().commit()
    report = sync(told(stream, title="ESPN"), told("cnn"), server="one")
    assert report.added == ("cnn",)
    assert [change.name for change in report.changed] == ["espn"]
    assert facts("espn", "title") == ("ESPN",)
    assert sync(told(stream, title="ESPN"), told("cnn"), server="one").unchanged == 2


@pytest.mark.parametrize(
    ("kind", "stream"),
    [
        ("nginx-rtmp", "vod/espn"),
        ("srs", "live/sub/espn"),
        ("icecast", "live/espn"),
        ("icecast", "espn.html"),
        ("mediamtx", "live/espn"),
        ("flussonic", "live/espn"),
    ],
)
def test_any_other_stream_is_another_channel(kind: servers.ServerKind, stream: str) -> None:
    servers.create(name="one", url="https://one.example", kind=kind)
    channels.create(name="espn", server="one")
    assert sync(told(stream), server="one").added == (stream,)


def test_the_channel_must_be_on_that_server() -> None:
    channels.create(name="espn", server="main")
    assert sync(told("live/espn"), server="edge").added == ("live/espn",)


def test_a_channel_of_the_whole_name_comes_first() -> None:
    channels.create(name="espn", server="edge")
    channels.create(name="live/espn", server="edge")
    sync(told("live/espn", title="ESPN"), server="edge")
    assert facts("espn", "title") == ("espn",)
    assert facts("live/espn", "title") == ("ESPN",)


def test_of_two_streams_with_one_short_name_the_first_has_the_channel() -> None:
    channels.create(name="espn", server="edge")
    assert sync(told("live/espn"), told("app/espn"), server="edge").added == ("app/espn",)
    assert names() == {"espn", "app/espn"}


def test_a_stream_that_has_the_short_name_itself_keeps_its_channel() -> None:
    channels.create(name="espn", server="edge")
    streams = [told("live/espn", title="Live"), told("espn", title="Other")]
    assert sync(*streams, server="edge").added == ("live/espn",)
    assert facts("espn", "title") == ("Other",)


def test_the_same_applications_are_left_out_as_in_questions() -> None:
    assert short_names._APPLICATIONS == app_stream.USUAL
