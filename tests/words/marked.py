"""A language that has every word of ours in brackets, and a reader of what is outside of them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from flask_iptv.admin.reasons import REASONS
from tests.admin.page import VOID

from .extracted import extracted

#: A language that nobody translates the pages into, so that no catalog of ours is mistaken for it.
LANGUAGE = "eo"

# What people see: the texts, these attributes, and what scripts say later.
_READ = {"title", "placeholder", "aria-label", "alt", "label", "data-label", "content"}
_SCRIPTS = "data-iptv-"
#: What scripts are told that nobody reads.
_TOLD = {
    f"{_SCRIPTS}{name}"
    for name in ("copy", "every", "format", "live", "output", "region", "time", "watch")
}
_UNREAD = {"code", "script", "style"}

#: What is the same in every language.
_NAMES = re.compile(
    r"https?://\S+"  # Addresses.
    r"|\b(IPTV|UTC|HLS|MPEG-TS|XSPF|VLC|Kodi|TiviMate|SRS|Icecast|MediaMTX)\b"
    r"|#EXTM3U|\.(m3u|xspf)\b"  # How a playlist begins, and ends in its name.
    r"|(?<!\w)/[\w./-]+"  # Paths.
    r"|\bflask iptv (check|upgrade)|--auth-url"  # What is typed into a terminal.
    r"|\bno such table: \w+"  # What a database says.
    r"|\b(Flussonic( Media Server)?|Cesbo (Alta|Astra)|OvenMediaEngine|MistServer)\b"
    r"|\bnode-media-server\b"
    r"|\b(http|rtmp|rtsp)s?\b|\b(udp|rtp|srt)\b|\b9\.example\b"  # Of playlists.
    r"|'[a-z0-9\\-]+'|\bU\+[0-9A-F]{4}\b"  # Codes, and those of characters.
    r"|^([Gg]roup|Cursor|State|Sort): "  # Parts of an address that somebody typed by hand.
    r"|\b(active|disabled|expired|not_started)\b"  # What may stand there.
)


def write_catalog(folder: Path) -> None:
    """Write a catalog that puts every word into ⟦brackets⟧, and leaves values outside of them."""
    catalog = Catalog(locale=LANGUAGE, fuzzy=False)
    for words in extracted():
        texts = [words] if isinstance(words, str) else list(words)
        marked = [_marked(text) for text in texts]
        catalog.add(words, marked[0] if isinstance(words, str) else tuple(marked))
    path = folder / LANGUAGE / "LC_MESSAGES" / "flask_iptv.po"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_po(file, catalog)


def _marked(text: str) -> str:
    parts = re.split(r"(<[^>]*>|%\(\w+\)s)", text)
    return "".join(
        f"⟦{part}⟧" if number % 2 == 0 and re.search(r"\w", part) else part
        for number, part in enumerate(parts)
    )


def forgotten(html: str) -> list[str]:
    """What a reader of this page finds in English: where it is, and what it says.

    Values that tests put in have no Latin letters.
    """
    reader = _Reader()
    reader.feed(html)
    return [f"{place}: {text}" for place, text in reader.read if _is_english(text)]


def _is_english(text: str) -> bool:
    if text in REASONS:
        # The stable code, for who looks it up in the documentation.
        return False
    rest = _NAMES.sub("", re.sub(r"⟦[^⟦⟧]*⟧|\{\w+\}", " ", text))
    return re.search(r"[A-Za-z]", rest) is not None


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.read: list[tuple[str, str]] = []
        self._open: list[str] = []
        self._is_typed = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self._open.append(tag)
        # What is in a field was typed, unless it is there only to be read.
        self._is_typed = tag == "textarea" and "readonly" not in dict(attrs)
        self.read += [(f"<{tag} {name}>", value) for name, value in self._seen(tag, attrs)]

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.read += [(f"<{tag} {name}>", value) for name, value in self._seen(tag, attrs)]

    def handle_endtag(self, tag: str) -> None:
        self._is_typed = False
        while self._open and self._open.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if data.strip() and not self._is_typed and not _UNREAD & set(self._open):
            self.read.append((f"<{self._open[-1]}>" if self._open else "", " ".join(data.split())))

    def _seen(self, tag: str, attrs: list[tuple[str, str | None]]) -> Iterator[tuple[str, str]]:
        for name, value in attrs:
            is_said = name.startswith(_SCRIPTS) and name not in _TOLD
            if value and tag != "meta" and (name in _READ or is_said):
                yield name, value
