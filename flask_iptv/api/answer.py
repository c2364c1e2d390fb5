"""Answers in JSON."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Response
from pydantic import BaseModel, ConfigDict


class Out(BaseModel):
    """The root of all that is sent."""

    # Built at the first answer: an app that is started for a command needs none of them.
    model_config = ConfigDict(defer_build=True)


@dataclass(frozen=True)
class Created:
    """What a request has made.

    :param location: its address.
    """

    answer: BaseModel
    location: str


def json_response(answer: BaseModel, status: int = 200) -> Response:
    """Send a model; nothing between us and the caller may keep a copy, there are keys in it."""
    response = Response(answer.model_dump_json(), status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
