"""Playlists of other people: what is read, what is refused, and the line that says so."""

from __future__ import annotations

import io
from collections.abc import Iterator
from itertools import islice

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flask_iptv.errors import InvalidInput
from flask_iptv.phrases import Phrase
from flask_iptv.playlists.foreign_m3u import (
    MAX_LINE,
    MAX_PROBLEMS,
    ImportedChannel,
    read,
    read_all,
    stream_name,
)
from tests.examples import examples


def one(*lines: str) -> ImportedChannel:
    (channel,) = read_all("\n".join(["#EXTM3U", *lines]))
    return channel


def problems(content: str | bytes) -> list[tuple[str, str]]:
    with pytest.raises(InvalidInput) as refusal:
        read_all(content)
    for problem in refusal.value.problems:
        assert isinstance(problem.message, Phrase), "said in every language"
    return [(problem.field, problem.message) for problem in refusal.value.problems]


class TestReading:
    def test_channel_with_everything(self) -> None:
        channel = one(
            '#EXTINF:-1 tvg-id="ort.tv" tvg-name="ORT" tvg-logo="http://l/o.png" tvg-chno="1" '
            'group-title="News",Первый канал',
            "http://h/ort/index.m3u8?token=x",
        )
        assert channel == ImportedChannel(
            line=3,
            title="Первый канал",
            url="http://h/ort/index.m3u8?token=x",
            epg_id="ort.tv",
            number=1,
            group="News",
            logo="http://l/o.png",
        )

    @pytest.mark.parametrize(
        "content",
        [
            b"\xef\xbb\xbf#EXTM3U\r\n#EXTINF:-1,One\r\nhttp://h/1\r\n",
            b'\n \n#EXTM3U url-tvg="http://h/epg"\n\n#EXTINF:-1,One\n\n  http://h/1  \n\n',
            b"#extm3u\r#extinf:0,One\rhttp://h/1",
            b"#EXTM3U\n#EXTINF:-1,One\n#EXTVLCOPT:http-user-agent=x\n#KODIPROP:a=b\n# x\nhttp://h/1",
            "#EXTM3U\n#EXTINF: -1 ,One\nhttp://h/1|User-Agent=x&Referer=y",
            "\ufeff#EXTM3U\n#EXTINF,One\nhttp://h/1",
        ],
    )
    def test_playlist_as_it_comes(self, content: str | bytes) -> None:
        (channel,) = read_all(content)
        assert (channel.title, channel.url) == ("One", "http://h/1")

    @pytest.mark.parametrize(
        ("info", "title", "group"),
        [
            ('#EXTINF:-1 group-title="News, live",A, B', "A, B", "News, live"),
            ("#EXTINF:-1 group-title=News,A", "A", "News"),
            ('#EXTINF:-1 GROUP-TITLE="News" tvg-id="",A', "A", "News"),
            ('#EXTINF:-1 group-title="News",The "Best" One', 'The "Best" One', "News"),
            ('#EXTINF:-1 tvg-name="The "Best" One" group-title="News",A', "A", "News"),
            ('#EXTINF:-1 group-title="News" tvg-id="open,A', "A", "News"),
            ('#EXTINF:-1 tvg-name="A" group-title="News"', "A", "News"),
            ('#EXTINF:-1 tvg-name="A" group-title="News",', "A", "News"),
            ('#EXTINF:-1 group-title="News",', "live/ort", "News"),
            ("#EXTINF:-1,tvg-id=x group-title=News", "tvg-id=x group-title=News", None),
            ('#EXTINF:-1 group-title="",\x01A\tB\x07', "A B", None),
        ],
    )
    def test_title_and_attributes(self, info: str, title: str, group: str | None) -> None:
        channel = one(info, "http://h/live/ort.m3u8")
        assert (channel.title, channel.group, channel.epg_id) == (title, group, None)

    @pytest.mark.parametrize(
        ("value", "number"),
        [
            ('tvg-chno="7"', 7),
            ("channel-number=7", 7),
            ('tvg-chno="007"', 7),
            ('tvg-chno="0"', None),
            ('tvg-chno="-7"', None),
            ('tvg-chno="5.1"', None),
            ('tvg-chno="\u0667"', None),
            ('tvg-chno="' + "9" * 5000 + '"', None),
        ],
    )
    def test_number(self, value: str, number: int | None) -> None:
        assert one(f"#EXTINF:-1 {value},A", "http://h/a").number == number

    def test_url_alone_is_a_channel(self) -> None:
        assert one("http://h/ort/index.m3u8").title == "ort"
        assert one("udp://@239.0.0.1:1234").title == "udp://@239.0.0.1:1234"

    def test_group_line_holds_until_the_next_one(self) -> None:
        text = (
            "#EXTM3U\nhttp://h/0\n#EXTINF:-1,1\n#EXTGRP:News\nhttp://h/1\nhttp://h/2\n"
            '#EXTINF:-1 group-title="Own",3\nhttp://h/3\nhttp://h/4\n#EXTGRP: \nhttp://h/5\n'
        )
        assert [c.group for c in read_all(text)] == [None, "News", "News", "Own", "News", None]

    @pytest.mark.parametrize(
        "scheme", ["http", "HTTPS", "rtmp", "rtmps", "rtsp", "rtsps", "udp", "rtp", "srt"]
    )
    def test_schemes(self, scheme: str) -> None:
        assert one(f"{scheme}://h:1/a").url == f"{scheme}://h:1/a"

    def test_playlist_without_channels(self) -> None:
        assert read_all("#EXTM3U") == []

    def test_lines_are_taken_one_at_a_time(self) -> None:
        def endless() -> Iterator[str]:
            yield "#EXTM3U\n"
            while True:
                yield "http://h/1\n"

        assert [channel.line for channel in islice(read(endless()), 3)] == [2, 3, 4]

    def test_open_file_is_read(self) -> None:
        assert len(list(read(io.StringIO("#EXTM3U\nhttp://h/1\n")))) == 1


class TestRefusals:
    @pytest.mark.parametrize(
        ("content", "field", "message"),
        [
            ("", "", "the playlist is empty"),
            (" \n\ufeff\n", "", "the playlist is empty"),
            ("\n<!DOCTYPE html>", "line 2", "'<!DOCTYPE html>' is not #EXTM3U"),
            ("http://h/1\n#EXTM3U", "line 1", "'http://h/1' is not #EXTM3U"),
            ("#EXTM3U\nhttp://h/\0", "line 2", "a NUL byte"),
            (b"\x7fELF\x00\x00", "line 1", "a NUL byte"),
            (b"#EXTM3U\n\n#EXTINF:-1,caf\xe9", "line 3", "byte 0xe9 at offset 23 is not UTF-8"),
            (b"\xef\xbb\xbf#EXTM3U\n\xff", "line 2", "byte 0xff at offset 11 is not UTF-8"),
            ("#EXTM3U".encode("utf-16"), "line 1", "byte 0xff at offset 0 is not UTF-8"),
            (
                "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6,\n1.ts",
                "line 2",
                "'#EXT-X-TARGETDURATION:6' belongs to the playlist of one stream",
            ),
            (
                "#EXTM3U\n#EXTINF:6,\n1.ts\n#EXT-X-MEDIA-SEQUENCE:6",
                "line 4",
                "playlist of one stream",
            ),
            (
                "#EXTM3U\n#EXT-X-STREAM-INF:BANDWIDTH=1\nhttp://h/1.m3u8",
                "line 2",
                "give a playlist that lists channels",
            ),
        ],
    )
    def test_what_is_no_list_of_channels(
        self, content: str | bytes, field: str, message: str
    ) -> None:
        ((found_field, found),) = problems(content)
        assert found_field == field
        assert message in found

    @pytest.mark.parametrize(
        ("line", "message"),
        [
            ("ort/index.m3u8", "'ort/index.m3u8' is not a complete URL"),
            ("/ort/index.m3u8", "is not a complete URL of http, https, rtmp"),
            ("http:ort", "is not a complete URL"),
            ("http:///ort", "is not a complete URL"),
            ("file:///etc/passwd", "is not a complete URL"),
            ("javascript://x/%0aalert(1)", "is not a complete URL"),
            ("plugin://plugin.video/x", "is not a complete URL"),
            ("C:\\tv\\ort.ts", "is not a complete URL"),
            ("|User-Agent=x", "is not a complete URL"),
            ("x" * 1000, "xxx…' is not a complete URL"),
            ("http://[::1/ort", "is not a URL"),
            ("http://h/" + "x" * MAX_LINE, "16393 characters are too long"),
            ("#EXTINF:-1," + "x" * MAX_LINE, "at most 16384"),
        ],
    )
    def test_line_that_cannot_be_read(self, line: str, message: str) -> None:
        ((field, found),) = problems(f"#EXTM3U\n#EXTINF:-1,1\nhttp://h/1\n\n{line}\n")
        assert field == "line 5"
        assert message in found
        assert len(found) < 200

    def test_channel_without_url(self) -> None:
        text = "#EXTM3U\n#EXTINF:-1,One\n#EXTINF:-1,Two\nhttp://h/2\n#EXTINF:-1,Three\n"
        assert problems(text) == [
            ("line 2", "no URL follows the #EXTINF of 'One'; put it on the next line"),
            ("line 5", "no URL follows the #EXTINF of 'Three'; put it on the next line"),
        ]

    def test_line_that_is_too_long_is_one_problem(self) -> None:
        long = "http://h/" + "x" * MAX_LINE
        found = problems(f"#EXTM3U\n#EXTINF:-1,1\n{long}\n#EXTINF:-1,2\nhttp://h/2")
        assert [field for field, _ in found] == ["line 3"]

    def test_problems_are_told_together_but_not_without_end(self) -> None:
        found = problems("#EXTM3U\n" + "x\n" * 50)
        lines = [field for field, _ in found]
        assert lines == [f"line {n}" for n in range(2, MAX_PROBLEMS + 2)] + [""]
        assert found[-1][1] == "there are more problems after these"
        assert len(problems("#EXTM3U\n" + "x\n" * MAX_PROBLEMS)) == MAX_PROBLEMS

    def test_reading_line_by_line_stops_at_the_first_problem(self) -> None:
        channels = read(["#EXTM3U", "http://h/1", "x", "y"])
        assert next(channels).url == "http://h/1"
        with pytest.raises(InvalidInput) as refusal:
            next(channels)
        assert [problem.field for problem in refusal.value.problems] == ["line 3"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("http://h/ort/index.m3u8?token=x", "ort"),
        ("http://h/sport/espn%20hd/mpegts", "sport/espn hd"),
        ("http://h/live/ort.m3u8", "live/ort"),
        ("http://h/live/ort.ts", "live/ort"),
        ("http://h/ort/video.m3u8", "ort"),
        ("http://h/ort/index.ll.m3u8", "ort"),
        ("http://h/ort/index.mpd", "ort"),
        ("http://h/ort.hd/index.m3u8", "ort.hd"),
        ("http://h/index.m3u8", "index"),
        ("http://h/mpegts", "mpegts"),
        ("rtsp://h:554/cam/1", "cam/1"),
        ("http://h/cam/video", "cam/video"),
        ("http://h/live/.ts", "live/.ts"),
        ("udp://@239.0.0.1:1234", ""),
        ("http://h/", ""),
        ("http://h//ort/index.m3u8", ""),
        ("http://h/../index.m3u8", ""),
        ("http://h/%ff/index.m3u8", ""),
        ("http://[", ""),
    ],
)
def test_name_that_a_url_suggests(url: str, name: str) -> None:
    assert stream_name(url) == name


lines = (
    st.sampled_from(
        [
            "#EXTM3U",
            "#EXTINF:-1,A",
            '#EXTINF:-1 tvg-id="a',
            '#EXTINF:-1 tvg-chno="1" group-title=",",',
            "#EXTGRP:",
            "http://h/ort",
            "http://",
            "|",
            "#",
            "\ufeff",
            "\0",
            "#EXT-X-STREAM-INF",
        ]
    )
    | st.text()
)
playlists = st.lists(lines).map("\n".join) | st.lists(lines).map(
    lambda rest: "\n".join(["#EXTM3U", *rest])
)


@settings(max_examples=examples(300))
@given(playlists | st.binary() | playlists.map(lambda text: text.encode("utf-8", "replace")))
def test_anything_is_read_or_refused(content: str | bytes) -> None:
    try:
        channels = read_all(content)
    except InvalidInput as refusal:
        told = len(refusal.problems)
        channels = []
    else:
        told = 1
    assert 0 < told <= MAX_PROBLEMS + 1
    for channel in channels:
        assert channel.title
        assert "://" in channel.url
        assert isinstance(stream_name(channel.url), str)
