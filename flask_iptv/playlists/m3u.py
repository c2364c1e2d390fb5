"""The extended M3U playlist, written so that Kodi, VLC and their relatives all read it alike."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import quote

from .entry import Entry

#: What follows the address of every entry.
AFTER_URL = "\n"

_DASH = "\N{EN DASH}"
# White space is none of these: it ends a word.
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\ud800-\udfff]")
# VLC ends the attributes at the first comma, quoted or not; Kodi takes everything behind a bar
# for request headers.
_UNSAFE_IN_URL = re.compile(r"[\s\x00-\x1f\x7f-\x9f\ud800-\udfff\",|\\<>]")


def write(entries: Iterable[Entry], *, epg_url: str | None = None) -> Iterator[str]:
    """Write a playlist piece by piece, holding one entry at a time.

    There is no standard; every rule here is taken from the parsers of the players.

    :param entries: in the order to list them.
    :param epg_url: where the player finds the programme guide.
    :return: the header, then one chunk per entry, which ends with its address and
        :data:`AFTER_URL`; to be encoded as UTF-8.
    """
    if epg_url:
        guide = clean_url(epg_url)
        yield f'#EXTM3U x-tvg-url="{guide}" url-tvg="{guide}"\n'
    else:
        yield "#EXTM3U\n"
    for entry in entries:
        yield _lines(entry)


def one_line(text: str) -> str:
    """Join a text into one line without control characters."""
    return " ".join(_CONTROL.sub("", text).split())


def clean(text: str) -> str:
    """Rid a text of what breaks a line of M3U; the format has no way to escape it.

    Commas and line ends become spaces, double quotes single ones, and `` - `` a dash, because
    VLC takes what is in front of a hyphen for an artist. Control characters are dropped.
    """
    words = _CONTROL.sub("", text.replace(",", " ").replace('"', "'")).split()
    return " ".join(_DASH if word == "-" else word for word in words)


def clean_url(url: str) -> str:
    """Percent-encode what a URL must not contain inside of an M3U."""
    return _UNSAFE_IN_URL.sub(lambda unsafe: quote(unsafe[0], safe="", errors="replace"), url)


def _lines(entry: Entry) -> str:
    title = clean(entry.title)
    attributes = {
        # An empty tvg-id would join all channels that have none into one.
        "tvg-id": clean(entry.epg_id or ""),
        # Some players list channels by this name, so it is not the technical one.
        "tvg-name": title,
        "tvg-logo": clean_url(entry.logo or ""),
        "tvg-chno": "" if entry.number is None else str(entry.number),
        "group-title": clean(entry.group or ""),
    }
    listed = "".join(f' {key}="{value}"' for key, value in attributes.items() if value)
    return f"#EXTINF:-1{listed},{title}\n{clean_url(entry.url)}{AFTER_URL}"
