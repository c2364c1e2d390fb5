"""Playlists for players: each trap of their parsers, avoided."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_iptv.playlists.entry import Entry
from flask_iptv.playlists.foreign_m3u import read_all
from flask_iptv.playlists.m3u import clean, clean_url, write

URL = "https://m.example/ort/index.m3u8?token=T"


def written(entry: Entry) -> str:
    header, chunk = write([entry])
    assert header == "#EXTM3U\n"
    return chunk


def vlc(info: str) -> tuple[str | None, str]:
    """Read artist and name of an #EXTINF line as VLC does."""
    name = info.partition(",")[2]
    artist, separator, rest = name.partition(" - ")
    return (artist, rest) if separator else (None, name)


def test_entry_has_every_attribute() -> None:
    entry = Entry(
        URL, "ORT", epg_id="ort.tv", number=1, group="News", logo="https://l.example/o.png"
    )
    assert written(entry) == (
        '#EXTINF:-1 tvg-id="ort.tv" tvg-name="ORT" tvg-logo="https://l.example/o.png" '
        f'tvg-chno="1" group-title="News",ORT\n{URL}\n'
    )


def test_attributes_without_a_value_are_left_out() -> None:
    entry = Entry(URL, "ORT", epg_id="", group=" ", logo="")
    assert written(entry) == f'#EXTINF:-1 tvg-name="ORT",ORT\n{URL}\n'


def test_number_zero_is_a_number() -> None:
    assert ' tvg-chno="0"' in written(Entry(URL, "ORT", number=0))


def test_guide_is_named_in_both_ways() -> None:
    header, *_ = write([], epg_url="https://s.example/epg.xml.gz?token=a,b")
    guide = "https://s.example/epg.xml.gz?token=a%2Cb"
    assert header == f'#EXTM3U x-tvg-url="{guide}" url-tvg="{guide}"\n'


@pytest.mark.parametrize("epg_url", [None, ""])
def test_guide_is_never_named_empty(epg_url: str | None) -> None:
    assert list(write([], epg_url=epg_url)) == ["#EXTM3U\n"]


@pytest.mark.parametrize(
    ("title", "cleaned"),
    [
        ("News, live", "News live"),
        ('The "Best" One', "The 'Best' One"),
        ("One\r\nTwo\u2028Three\x85Four", "One Two Three Four"),
        ("Sport - Football", "Sport \N{EN DASH} Football"),
        ("Sport,-,Football", "Sport \N{EN DASH} Football"),
        ("Sport \x01- Football", "Sport \N{EN DASH} Football"),
        ("Wi-Fi TV", "Wi-Fi TV"),
        ("\x00A\x07B\x7f\x9b", "AB"),
        ("half \ud83d pair", "half pair"),
        ("  Первый   канал ", "Первый канал"),
    ],
)
def test_title_is_cleaned(title: str, cleaned: str) -> None:
    info = written(Entry(URL, title)).split("\n")[0]
    assert info == f'#EXTINF:-1 tvg-name="{cleaned}",{cleaned}'
    assert vlc(info) == (None, cleaned)


def test_every_text_is_cleaned() -> None:
    dirty = 'a"b,\nc'
    chunk = written(Entry(URL, "ORT", epg_id=dirty, group=dirty))
    assert ' tvg-id="a\'b c"' in chunk
    assert ' group-title="a\'b c"' in chunk


@pytest.mark.parametrize(
    ("url", "cleaned"),
    [
        (URL, URL),
        ("http://h/a,b/c d", "http://h/a%2Cb/c%20d"),
        ("http://h/a%2Cb?c=%20", "http://h/a%2Cb?c=%20"),
        ('http://h/"\r\n#EXTINF', "http://h/%22%0D%0A#EXTINF"),
        ("http://h/x|User-Agent=y", "http://h/x%7CUser-Agent=y"),
        ("http://h/\ud83d", "http://h/%3F"),
    ],
)
def test_urls_are_percent_encoded(url: str, cleaned: str) -> None:
    chunk = written(Entry(url, "ORT", logo=url))
    assert chunk.endswith(f"\n{cleaned}\n")
    assert f' tvg-logo="{cleaned}"' in chunk


def test_playlist_is_plain_utf8() -> None:
    text = "".join(write([Entry(URL, "Первый")]))
    data = text.encode()
    assert data.startswith(b"#EXTM3U\n")
    assert b"\r" not in data
    assert "Первый".encode() in data


def test_entries_are_taken_one_at_a_time() -> None:
    taken = []

    def endless() -> Iterator[Entry]:
        for number in count(1):
            taken.append(number)
            yield Entry(URL, f"Channel {number}", number=number)

    assert len(list(islice(write(endless()), 4))) == 4
    assert taken == [1, 2, 3]


texts = st.text(max_size=40)
titles = texts.filter(lambda title: clean(title) != "")
urls = texts.map(lambda path: f"https://m.example/{path}")
entries = st.builds(
    Entry,
    url=urls,
    title=titles,
    epg_id=st.none() | texts,
    number=st.none() | st.integers(1, 999_999),
    group=st.none() | texts,
    logo=st.none() | urls,
)


@given(st.lists(entries, max_size=5), st.none() | urls)
def test_what_is_written_is_read_again(entries: list[Entry], epg_url: str | None) -> None:
    text = "".join(write(entries, epg_url=epg_url))
    found = read_all(text.encode())
    assert [Entry(c.url, c.title, c.epg_id, c.number, c.group, c.logo) for c in found] == [
        Entry(
            clean_url(entry.url),
            clean(entry.title),
            clean(entry.epg_id or "") or None,
            entry.number,
            clean(entry.group or "") or None,
            clean_url(entry.logo) if entry.logo else None,
        )
        for entry in entries
    ]


@given(entries)
def test_every_player_sees_two_lines_and_one_comma(entry: Entry) -> None:
    chunk = written(entry)
    info, url, end = (*chunk.splitlines(keepends=True), "")
    assert (info[-1], url[-1], end) == ("\n", "\n", "")
    assert info.count(",") == 1
    assert vlc(info.rstrip("\n")) == (None, clean(entry.title))
    assert info.count('"') % 2 == 0


@given(texts)
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert clean(clean(text)) == clean(text)
    assert clean_url(clean_url(text)) == clean_url(text)
