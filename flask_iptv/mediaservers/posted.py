"""What media servers post as JSON: an object whose values may be anything."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .dialect import Unreadable
from .question import Question, whole


class Posted:
    """A posted object, of which only what has the right type is seen.

    :param values: as they were posted.
    """

    def __init__(self, values: Mapping[str, Any]) -> None:
        self._values = values

    def text(self, name: str) -> str | None:
        """A text or a whole number as text; ``None`` if it is empty, missing or something else."""
        value = self._values.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        return whole(value) or None if isinstance(value, str) else None

    def count(self, name: str) -> int | None:
        """A number of bytes."""
        value = self._values.get(name)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def within(self, name: str) -> Posted:
        """An object inside; an empty one if there is none."""
        value = self._values.get(name)
        return Posted(value if isinstance(value, dict) else {})

    def first(self, name: str) -> str | None:
        """A text, or the first of a list, which is what a repeated parameter becomes."""
        value = self._values.get(name)
        if isinstance(value, list) and value:
            return Posted({name: value[0]}).text(name)
        return self.text(name)


def posted(question: Question) -> Posted:
    """Read the body, whatever its content type says.

    :raises Unreadable: if it is no object.
    """
    try:
        values = json.loads(question.body)
    except (ValueError, RecursionError):
        values = None
    if not isinstance(values, dict):
        raise Unreadable("the body is no JSON object")
    return Posted(values)
