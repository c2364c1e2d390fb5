"""The cursors of paged lists: where the next part begins, as a text for URLs."""

from __future__ import annotations

import base64
import json
from datetime import datetime, timezone
from typing import Any

from .errors import InvalidInput, Problem
from .phrases import Phrase

_MAX_ID = 2**53 - 1


def encode(sort: str, value: object, key: int) -> str:
    """Make the cursor after a row.

    :param sort: what the list is sorted by.
    :param value: of the row, in what it is sorted by.
    :param key: the row's id.
    """
    shown = {"t": value.isoformat()} if isinstance(value, datetime) else value
    text = json.dumps([sort, shown, key], separators=(",", ":"))
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def decode(cursor: str, sort: str, expected: type[Any]) -> tuple[Any, int]:
    """Read a cursor: the value and the id of the row after which to begin.

    :param expected: type of the values.
    :raises InvalidInput: if it was not made for this sort.
    """
    try:
        text = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4))
        made_for, value, key = json.loads(text)
        if isinstance(value, dict):
            value = _aware(datetime.fromisoformat(value["t"]))
        if made_for == sort and isinstance(value, expected) and _fits(value) and _is_id(key):
            return value, key
    except (ValueError, KeyError, TypeError, OverflowError, RecursionError):
        pass
    message = Phrase("must be the cursor that the list itself gave, asked for with the same sort")
    raise InvalidInput([Problem("cursor", cursor, message)])


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("no cursor of ours has a time without a time zone")
    return moment.astimezone(timezone.utc)


def _is_id(value: object) -> bool:
    return isinstance(value, int) and _fits(value)


def _fits(value: object) -> bool:
    if isinstance(value, int):
        return abs(value) <= _MAX_ID
    return b"\0" not in str(value).encode()
