"""QR codes are read by a reader that has never heard of who drew them."""

from __future__ import annotations

import re
from xml.etree import ElementTree

import pytest
import zxingcpp

from flask_iptv.qr import LONGEST, svg

ADDRESS = "https://tv.example/tv/playlists/bob.m3u?token=Yk3-_x&output=hls"
PIXELS = 4


def read(drawing: str) -> list[str]:
    """Print the drawing, square by square as its path says, and let a reader look at it."""
    root = ElementTree.fromstring(drawing)
    _, _, width, height = map(int, root.attrib["viewBox"].split())
    paper, ink = root
    assert paper.attrib == {"fill": "#fff", "d": f"M0 0h{width}v{height}h-{width}z"}
    assert ink.attrib["stroke"] == "#000"
    rows = [bytearray(b"\xff" * width * PIXELS) for _ in range(height * PIXELS)]
    x = y = 0.0
    for step, one, two in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", ink.attrib["d"]):
        if step == "h":
            for row in range(int(y) * PIXELS, int(y + 1) * PIXELS):
                rows[row][int(x) * PIXELS : int(x + int(one)) * PIXELS] = bytes(int(one) * PIXELS)
            x += int(one)
        else:
            x, y = (float(one), float(two)) if step == "M" else (x + float(one), y + float(two))
    shape = [len(rows), len(rows[0])]
    picture = memoryview(b"".join(rows)).cast("B", shape=shape)
    return [found.text for found in zxingcpp.read_barcodes(picture)]


@pytest.mark.parametrize(
    "text", ["x", ADDRESS, "https://tv.example/канал?a=%D0&b=<1>", "x" * LONGEST]
)
def test_a_reader_reads_what_was_meant(text: str) -> None:
    drawing = svg(text, "Playlist")
    assert drawing is not None
    assert read(drawing) == [text]


@pytest.mark.parametrize("text", ["", "x" * (LONGEST + 1), "ж" * (LONGEST // 2 + 1)])
def test_what_no_phone_could_read_is_not_drawn(text: str) -> None:
    assert svg(text, "Playlist") is None


def test_who_does_not_see_it_is_told_what_it_is() -> None:
    drawing = svg(ADDRESS, '<"Playlist" & more>')
    assert drawing is not None
    root = ElementTree.fromstring(drawing)
    assert root.attrib["role"] == "img"
    assert root.attrib["aria-label"] == '<"Playlist" & more>'
    assert root.attrib["class"] == "iptv-qr"


def test_a_strict_policy_lets_it_be_drawn() -> None:
    drawing = svg(ADDRESS, "Playlist")
    assert drawing is not None
    assert not re.search(r"style|script|href|\son", drawing)
