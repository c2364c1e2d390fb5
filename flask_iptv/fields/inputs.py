"""An input as a whole: its fields are checked, and all that is wrong with them is said at once."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import islice
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from ..errors import MAX_PROBLEMS, InvalidInput, Problem, is_secret
from ..phrases import Phrase, mark
from ..unreadable import Unreadable

M = TypeVar("M", bound="Input")

#: Says of a message what was given; a form shows that anyway.
WAS = mark("%(problem)s (was %(value)s)")

#: What is said of a required field that was left empty, besides other things that are no texts.
A_TEXT = mark("must be a text")

A_TIME = mark("must be a time such as '2026-01-31T18:00Z'")

#: Letters of a field's name that are looked at.
_NAME = 50

#: Our words for pydantic's kinds of errors, by how their names begin.
_WORDS = {
    "bool": mark("must be true or false"),
    "datetime": A_TIME,
    "greater_than_equal": mark("must be at least %(ge)s"),
    "int": mark("must be a whole number"),
    "less_than_equal": mark("must be at most %(le)s"),
    "list_type": mark("must be a list"),
    "literal_error": mark("must be %(expected)s"),
    "string_too_long": mark("may have at most %(max_length)s characters"),
    "string_too_short": mark("must not be empty"),
    "string": A_TEXT,
    "too_long": mark("may have at most %(max_length)s items"),
}


class Input(BaseModel):
    """The root of all inputs: fields nobody knows are refused, spaces around texts dropped."""

    model_config = ConfigDict(extra="forbid", str_strip_whitespace=True, hide_input_in_errors=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Called by pydantic for what is shown of this in tracebacks and logs."""
        return (
            (name, value) for name, value in super().__repr_args__() if not is_secret(name or "")
        )


def check(model: type[M], data: Mapping[str, Any]) -> M:
    """Check an input.

    :param data: the fields as they came: from JSON, a form or a Python call.
    :raises InvalidInput: with every problem that was found, up to :data:`MAX_PROBLEMS`.
    """
    try:
        return model.model_validate(_without_most_unknown(model, data))
    except ValidationError as error:
        found = error.errors(include_url=False)[:MAX_PROBLEMS]
        raise InvalidInput([_problem(model, item) for item in found]) from None


def _without_most_unknown(model: type[Input], data: Mapping[str, Any]) -> dict[str, Any]:
    # Somebody may send a million, and each that is left will be a problem to be worded.
    known = {name: data[name] for name in model.model_fields if name in data}
    unknown = (name for name in data if name not in known)
    return known | {name: data[name] for name in islice(unknown, MAX_PROBLEMS)}


def check_changes(model: type[M], before: Mapping[str, Any], changes: Mapping[str, Any]) -> M:
    """Check what a record would be with some fields changed.

    What cannot be used in it already, since a host's own SQL has written it, is left as it is:
    whoever disables a user need not mend the user's networks first.

    :param before: the fields as they are.
    :raises InvalidInput: as :func:`check` does, of the changed fields.
    """
    try:
        return check(model, {**before, **changes})
    except InvalidInput as error:
        wrong = {problem.field.partition(".")[0] for problem in error.problems}
        old = wrong & before.keys() - changes.keys()
        if not old:
            raise
    as_they_are: dict[str, Any] = dict.fromkeys(old, (Any, ...))
    lenient = create_model(model.__name__, __base__=model, **as_they_are)
    return check(lenient, {**before, **changes})


def faults(model: type[Input], record: Mapping[str, Any]) -> tuple[Problem, ...]:
    """What is wrong with a record that something else than our verbs has written.

    :param record: its fields.
    """
    unreadable = tuple(
        Problem(name, None, _cannot_be_read(name, value))
        for name, value in record.items()
        if isinstance(value, Unreadable)
    )
    told = {problem.field for problem in unreadable}
    try:
        check(model, record)
    except InvalidInput as error:
        return (*unreadable, *(p for p in error.problems if p.field.partition(".")[0] not in told))
    return unreadable


def _cannot_be_read(name: str, value: Unreadable) -> str:
    problem = Phrase("can't be read in the database; enter it again")
    if is_secret(name):
        return problem
    return Phrase(WAS, problem=problem, value=_short(value.written))


def _problem(model: type[Input], item: Any) -> Problem:
    field = ".".join(str(part) for part in item["loc"])
    if item["type"] == "extra_forbidden":
        return Problem(field, None, _unknown(model, field))
    if item["type"] == "missing":
        return Problem(field, None, Phrase("is required"))
    value = item["input"] if _may_be_shown(field, item["input"]) else None
    message = _worded(item)
    if value is not None:
        message = Phrase(WAS, problem=message, value=_short(value))
    return Problem(field, value, message)


def _unknown(model: type[Input], field: str) -> Phrase:
    known = [name for name, info in model.model_fields.items() if not info.exclude]
    listed = ", ".join(known)
    # Of a name of any length, more than this is like none of ours.
    near = difflib.get_close_matches(field[:_NAME].lower(), known)
    if not near:
        return Phrase("there is no such field; there are %(known)s", known=listed)
    return Phrase(
        "there is no such field, did you mean %(near)s? There are %(known)s",
        near=", ".join(near),
        known=listed,
    )


def _may_be_shown(field: str, value: object) -> bool:
    # Messages end in logs, where no token may be: a list may hold one, a web address too.
    if not field or is_secret(field) or not isinstance(value, str | int | float | datetime):
        return False
    text = str(value)
    return field == "email" or not ("@" in text or ("://" in text and "?" in text))


def _worded(item: Any) -> str:
    if item["type"] == "string_too_short" and item["ctx"]["min_length"] > 1:
        return Phrase("must have at least %(min_length)s characters", **item["ctx"])
    for kind, words in _WORDS.items():
        if item["type"].startswith(kind):
            context = item.get("ctx", {})
            if "expected" in context:
                context = {"expected": _choices(context["expected"])}
            return Phrase(words, **context) if "%" in words else Phrase(words)
    cause = item.get("ctx", {}).get("error")
    if isinstance(cause, ValueError) and isinstance(cause.args[0], Phrase):
        return cause.args[0]
    message: str = item["msg"].removeprefix("Value error, ")
    return message[:1].lower() + message[1:]


def _choices(expected: str) -> str:
    # So pydantic words it: 'hls' or 'mpegts'.
    most, _, last = expected.rpartition(" or ")
    return Phrase("%(most)s or %(last)s", most=most, last=last) if most else last


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
