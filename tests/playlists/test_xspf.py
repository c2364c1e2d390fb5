"""XSPF playlists are XML that any parser reads, whatever the names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import count, islice
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_iptv.playlists.entry import Entry
from flask_iptv.playlists.m3u import clean_url, one_line
from flask_iptv.playlists.xspf import AFTER_URL, write

URL = "https://m.example/ort/index.m3u8?a=1&token=T"
SPACE = "{http://xspf.org/ns/0/}"


def tracks(entries: Iterable[Entry]) -> list[dict[str, str]]:
    """Read what is written as a player does: the elements of each track by their names."""
    playlist = ElementTree.fromstring("".join(write(entries)).encode())
    assert (playlist.tag, playlist.attrib) == (f"{SPACE}playlist", {"version": "1"})
    [listed] = playlist
    assert listed.tag == f"{SPACE}trackList"
    assert {track.tag for track in listed} <= {f"{SPACE}track"}
    return [
        {element.tag.removeprefix(SPACE): element.text or "" for element in track}
        for track in listed
    ]


def test_an_entry_has_every_element() -> None:
    entry = Entry(URL, "ORT, 1", number=1, group="News & Talk", logo="https://l.example/o.png")
    assert tracks([entry]) == [
        {
            "title": "ORT, 1",
            "album": "News & Talk",
            "trackNum": "1",
            "image": "https://l.example/o.png",
            "location": URL,
        }
    ]


def test_what_has_no_value_is_left_out() -> None:
    assert tracks([Entry(URL, "ORT", group="", logo="")]) == [{"title": "ORT", "location": URL}]
    assert tracks([Entry(URL, "ORT", number=0)])[0]["trackNum"] == "0"


def test_a_list_of_nothing_is_a_list() -> None:
    assert tracks([]) == []


@pytest.mark.parametrize(
    ("title", "read"),
    [
        ("<script>alert('&amp;')</script>", "<script>alert('&amp;')</script>"),
        ("]]> & <![CDATA[", "]]> & <![CDATA["),
        ("a\x00b\x07c\x1b\x7f", "abc"),
        ("end\ufffe\uffff", "end"),
        ("half \ud83d pair", "half pair"),
        ("One\r\nTwo\u2028Three", "One Two Three"),
        ('"Sport" - Football, live', '"Sport" - Football, live'),
        ("Первый 📺 قناة", "Первый 📺 قناة"),
    ],
)
def test_any_sign_may_be_in_a_name(title: str, read: str) -> None:
    [track] = tracks([Entry(URL, title, group=title)])
    assert (track["title"], track["album"]) == (read, read)


def test_addresses_are_the_same_as_in_the_m3u() -> None:
    odd = "http://h/<a>,b c\ufffe|d"
    [track] = tracks([Entry(odd, "ORT", logo=odd)])
    assert track["location"] == track["image"] == clean_url(odd).replace("\ufffe", "")


def test_entries_are_taken_one_at_a_time() -> None:
    taken = []

    def endless() -> Iterator[Entry]:
        for number in count(1):
            taken.append(number)
            yield Entry(URL, f"Channel {number}")

    chunks = list(islice(write(endless()), 4))
    assert all(chunk.endswith(f"token=T{AFTER_URL}") for chunk in chunks[1:])
    assert taken == [1, 2, 3]


texts = st.text(max_size=40)
urls = texts.map(lambda path: f"https://m.example/{path}")


@given(
    st.lists(
        st.builds(Entry, urls, texts, group=st.none() | texts, logo=st.none() | urls), max_size=4
    )
)
def test_whatever_the_names_it_is_read_again(entries: list[Entry]) -> None:
    gone = str.maketrans("", "", "\ufffe\uffff")
    titles = [one_line(entry.title).translate(gone) for entry in entries]
    read = tracks(entries)
    assert [track.get("title", "") for track in read] == titles
    assert [track["location"] for track in read] == [
        clean_url(entry.url).translate(gone) for entry in entries
    ]
