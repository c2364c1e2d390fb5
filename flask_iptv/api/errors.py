"""What went wrong, in JSON: never HTML, a traceback or half of a change."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec

from flask import Response
from pydantic import Field
from werkzeug.exceptions import HTTPException

from .. import database, unexpected
from ..errors import (
    MAX_PROBLEMS,
    Conflict,
    Duplicate,
    InUse,
    InvalidInput,
    NotFound,
    Problem,
    is_secret,
)
from .answer import Out, json_response

P = ParamSpec("P")

log = logging.getLogger("flask_iptv.api")

_MAX_VALUE = 200
_CODES = {
    400: "malformed",
    401: "unauthorized",
    403: "forbidden",
    404: "not_found",
    405: "method_not_allowed",
    409: "conflict",
    412: "changed",
    413: "too_large",
    422: "invalid",
    429: "too_many_requests",
    502: "server_failed",
    503: "unavailable",
}


class ProblemOut(Out):
    """One thing that is wrong."""

    field: str = Field(
        description="The field or query parameter, empty when it is the request as a whole."
    )
    value: str | int | float | bool | None = Field(
        description="What was given, if it is no list, object or secret."
    )
    message: str = Field(description="What is wrong, and what would be right.")
    code: str


class Refusal(Out):
    """Why nothing was done."""

    errors: list[ProblemOut]
    message: str = Field(description="All of it in one sentence.")


def refusal(status: int, message: str, code: str | None = None) -> Response:
    """Refuse a request as a whole."""
    code = code or _CODES.get(status, "error")
    problem = ProblemOut(field="", value=None, message=message, code=code)
    return json_response(Refusal(errors=[problem], message=message), status)


def word_errors(view: Callable[P, Response]) -> Callable[P, Response]:
    """Decorate a view so that whatever it raises is undone and answered in JSON."""

    @wraps(view)
    def worded(*args: P.args, **kwargs: P.kwargs) -> Response:
        try:
            return view(*args, **kwargs)
        except Exception as error:
            database.undo()
            return _worded(error)

    return worded


def _worded(error: Exception) -> Response:
    if isinstance(error, InvalidInput):
        return _invalid(error)
    if isinstance(error, NotFound):
        return refusal(404, str(error))
    if isinstance(error, InUse):
        return refusal(409, str(error), "in_use")
    if isinstance(error, HTTPException):
        return refuse(error)
    if database.is_same_moment(error):
        return refusal(409, "another request changed the same at this moment; try again")
    outage = database.outage_of(error, log)
    if outage is not None:
        return refusal(503, f"{outage}; nothing was changed")
    return _unexpected(error)


def _invalid(error: InvalidInput) -> Response:
    code = "duplicate" if isinstance(error, Duplicate) else "invalid"
    noun = error.noun if isinstance(error, Duplicate) else ""
    told = [_problem(problem, code, noun) for problem in error.problems[:MAX_PROBLEMS]]
    texts = [f"{p.field}: {p.message}" if p.field else p.message for p in told]
    untold = error.untold + len(error.problems) - len(told)
    if untold:
        texts.append(f"and {untold} more")
    status = 409 if isinstance(error, Duplicate | Conflict) else 422
    return json_response(Refusal(errors=told, message="; ".join(texts)), status)


def _problem(problem: Problem, code: str, noun: str) -> ProblemOut:
    field, value, message = problem.field, problem.value, problem.message
    if is_secret(field):
        value = None
        # Both of these sentences repeat what was given.
        message = message.partition(" (was ")[0]
        if code == "duplicate":
            message = f"another {noun} has this {field}; choose a different one"
    if isinstance(value, str):
        value = value if len(value) <= _MAX_VALUE else value[:_MAX_VALUE] + "…"
    elif not isinstance(value, int | float):
        value = None
    return ProblemOut(field=field[:_MAX_VALUE], value=value, message=message, code=code)


def refuse(error: HTTPException) -> Response:
    """Say in JSON why a request was refused before anything looked at it."""
    response = refusal(error.code or 500, error.description or error.name)
    for name, value in error.get_headers():
        if name != "Content-Type":
            response.headers[name] = value
    return response


def _unexpected(error: Exception) -> Response:
    unexpected.tell(error)
    return refusal(500, "something went wrong here and nothing was changed; see the site's log")
