"""Reading what a media server answered, which is anything until it was looked at."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable, Iterator
from typing import Any, NoReturn
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

from ..phrases import Phrase
from .contract import ManagementError, Stream

MAX_STREAMS = 200_000
"""Most streams that one server is believed to have."""

PAGE = 100
"""Streams that are asked for at once where a list comes in pages."""

MAX_PAGES = MAX_STREAMS // PAGE
"""Most pages of a list that are read."""

MAX_NAME = 255
"""Longest name of a stream, in characters."""

MAX_NUMBER = 1_000_000
"""Highest number that a channel can have."""

_MAX_DIGITS = 20
_MAX_DEPTH = 50


def read_json(body: bytes) -> Any:
    """Parse JSON.

    :raises ManagementError: if it is none.
    """
    try:
        return json.loads(body, parse_int=_whole)
    except (ValueError, RecursionError):
        raise ManagementError(Phrase("the answer is not JSON")) from None


def is_object(body: bytes) -> bool:
    """Tell an API's own answer from the page of a web server that does not know the path."""
    try:
        return isinstance(read_json(body), dict)
    except ManagementError:
        return False


def read_xml(body: bytes) -> Element:
    """Parse XML without a document type, so without entities of its own.

    :raises ManagementError: if it is anything else.
    """
    builder, depth = TreeBuilder(), 0

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > _MAX_DEPTH:
            raise ManagementError(Phrase("the answer is XML nested too deeply"))
        builder.start(tag, attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag)

    def refuse(*_declaration: object) -> NoReturn:
        raise ManagementError(
            Phrase("the answer is XML with a document type, which no server needs")
        )

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = parser.EntityDeclHandler = refuse
    try:
        parser.Parse(body, True)
    except (expat.ExpatError, ValueError, LookupError):
        raise ManagementError(Phrase("the answer is not XML")) from None
    return builder.close()


def part(answer: Any, key: str, *kinds: type) -> Any:
    """Take a part out of a JSON object.

    :raises ManagementError: if there is none, or one of another type.
    """
    value = answer.get(key) if isinstance(answer, dict) else None
    if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
        raise ManagementError(Phrase("the answer has no %(key)s of the right type", key=repr(key)))
    return value


def flag(answer: dict[str, Any], key: str) -> bool | None:
    """Read an optional yes or no.

    :raises ManagementError: if it is something else.
    """
    value = answer.get(key)
    if value is not None and not isinstance(value, bool):
        raise ManagementError(
            Phrase(
                "%(key)s is %(value)s in the answer, not true or false",
                key=repr(key),
                value=shortened(value),
            )
        )
    return value


def name_in(value: Any) -> str:
    """Read the name of a stream.

    :raises ManagementError: if a channel can't be called so.
    """
    if not isinstance(value, str) or value != value.strip() or "\\" in value:
        raise ManagementError(
            Phrase(
                "a stream's name is %(value)s, which no channel can have", value=shortened(value)
            )
        )
    if len(value) > MAX_NAME:
        raise ManagementError(
            Phrase(
                "the name of the stream %(value)s has more than %(most)s characters",
                value=shortened(value),
                most=MAX_NAME,
            )
        )
    if not _is_line(value):
        raise ManagementError(
            Phrase(
                "the name of the stream %(value)s has control characters", value=shortened(value)
            )
        )
    if {"", ".", ".."} & set(value.split("/")):
        raise ManagementError(
            Phrase(
                "the name of the stream %(value)s has an empty part, '.' or '..' in it",
                value=shortened(value),
            )
        )
    return value


def title_in(value: Any) -> str | None:
    """Read an optional title, which is for people: what can't be shown is left out of it.

    :raises ManagementError: if it is no text.
    """
    if value is not None and not isinstance(value, str):
        raise ManagementError(
            Phrase("a stream's title is %(value)s, which is no text", value=shortened(value))
        )
    shown = "".join(char if _is_line(char) else " " for char in value or "")
    return " ".join(shown.split())[:MAX_NAME].strip() or None


def number_in(value: Any) -> int | None:
    """Read an optional number of a channel; one that no channel can have counts as none."""
    whole = isinstance(value, int) and not isinstance(value, bool)
    return value if whole and 0 <= value <= MAX_NUMBER else None


class Pages:
    """Sees to it that a list which comes in pages comes to an end.

    :ivar seen: what was on the pages so far.
    """

    def __init__(self) -> None:
        self.seen: set[str] = set()
        self._turned = 0

    def turn(self, page: Iterable[str]) -> None:
        """Take what is on a page, by its names or ids, before the next page is asked for.

        :raises ManagementError: if it brings nothing new, or there were too many pages.
        """
        before = len(self.seen)
        self.seen.update(page)
        if len(self.seen) == before:
            raise ManagementError(
                Phrase(
                    "a page of the list of streams has nothing new on it, so the list would not end"
                )
            )
        self._turned += 1
        if self._turned >= MAX_PAGES:
            raise ManagementError(
                Phrase("the list of streams has more than %(most)s pages", most=MAX_PAGES)
            )


def each_once(found: Iterable[Stream]) -> Iterator[Stream]:
    """Give each stream once: a list can change while its pages are read.

    :raises ManagementError: if there is no end to them.
    """
    names: set[str] = set()
    for count, stream in enumerate(found):
        if count >= MAX_STREAMS:
            raise ManagementError(
                Phrase(
                    "the server says it has more than %(most)s streams",
                    most=MAX_STREAMS,
                )
            )
        if stream.name not in names:
            names.add(stream.name)
            yield stream


def shortened(value: object) -> str:
    """Show a value of an answer without its control characters and not at length."""
    if not isinstance(value, str):
        return Phrase("of the type %(name)s", name=type(value).__name__)
    return ascii(value) if len(value) <= 40 else ascii(value[:40]) + "..."


def _whole(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise ValueError
    return int(digits)


def _is_line(text: str) -> bool:
    return not any(unicodedata.category(char) in ("Cc", "Cs", "Zl", "Zp") for char in text)
