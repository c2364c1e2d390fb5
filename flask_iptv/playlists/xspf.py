"""The XSPF playlist: XML, which VLC reads best, and in which a name may have any sign."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from html import escape

from .entry import Entry
from .m3u import clean_url, one_line

#: What follows the address of every entry.
AFTER_URL = "</location></track>\n"

_HEAD = """\
<?xml version="1.0" encoding="UTF-8"?>
<playlist version="1" xmlns="http://xspf.org/ns/0/">
<trackList>
"""
_FOOT = "</trackList>\n</playlist>\n"
# Control characters and lone surrogates are gone before; XML 1.0 has no room for these two either.
_NO_CHARACTERS = re.compile("[\ufffe\uffff]")


def write(entries: Iterable[Entry]) -> Iterator[str]:
    """Write a playlist piece by piece, holding one entry at a time (XSPF version 1, xspf.org).

    :param entries: in the order to list them.
    :return: the head, one chunk per entry, which ends with its address and :data:`AFTER_URL`, and
        the foot; to be encoded as UTF-8.
    """
    yield _HEAD
    for entry in entries:
        yield _track(entry)
    yield _FOOT


def _track(entry: Entry) -> str:
    # The elements of a track may come in any order.
    elements = {
        "title": _text(entry.title),
        "album": _text(entry.group or ""),
        "trackNum": "" if entry.number is None else str(entry.number),
        "image": _text(clean_url(entry.logo or "")),
    }
    told = "".join(f"<{name}>{text}</{name}>" for name, text in elements.items() if text)
    return f"<track>{told}<location>{_text(clean_url(entry.url))}{AFTER_URL}"


def _text(text: str) -> str:
    return escape(_NO_CHARACTERS.sub("", one_line(text)), quote=False)
