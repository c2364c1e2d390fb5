"""Answers in JSON."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from flask import Response
from pydantic import BaseModel, ConfigDict

from ..errors import is_secret
from ..redaction import redact


class Out(BaseModel):
    """The root of all that is sent."""

    # Built at the first answer: an app that is started for a command needs none of them.
    model_config = ConfigDict(defer_build=True)

    def __repr_args__(self) -> Iterator[tuple[str | None, Any]]:
        """Called by pydantic for what is shown of this in tracebacks and logs."""
        return ((name, value) for name, value in super().__repr_args__() if _is_shown(name, value))


def _is_shown(name: str | None, value: Any) -> bool:
    return not is_secret(name or "") and not (isinstance(value, str) and redact(value) != value)


class RecordOut(Out):
    """The root of the records, each of which has an ETag."""


@dataclass(frozen=True)
class Created:
    """What a request has made.

    :param location: its address.
    """

    answer: BaseModel
    location: str


def etag(record: BaseModel) -> str:
    """What a record is told by from what it was before and will be: a digest of all of it."""
    return hashlib.sha256(record.model_dump_json().encode()).hexdigest()[:32]


def json_response(answer: BaseModel, status: int = 200) -> Response:
    """Send a model; nothing between us and the caller may keep a copy, there are keys in it."""
    response = Response(answer.model_dump_json(), status, mimetype="application/json")
    if isinstance(answer, RecordOut):
        response.set_etag(etag(answer))
    return _guarded(response)


def nothing(status: int) -> Response:
    """Send an answer without a body."""
    response = Response(status=status)
    del response.headers["Content-Type"]
    return _guarded(response)


def _guarded(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    # A browser that takes a text in it for a page would run what is in there.
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response
