"""The conditions of a request: what a caller has seen of a record, by its ETag (RFC 9110, 13)."""

from __future__ import annotations

from flask import Response, request
from pydantic import BaseModel
from werkzeug.exceptions import PreconditionFailed

from .answer import etag, nothing


def is_given() -> bool:
    """Whether this request is to change only what is still as the caller has seen it."""
    return "If-Match" in request.headers


def require(record: BaseModel) -> None:
    """Check that a record is as the caller has seen it.

    :raises PreconditionFailed: if it was changed since.
    """
    if not request.if_match.contains(etag(record)):
        raise PreconditionFailed(
            "it was changed since you got the ETag of If-Match, so nothing was done; get it again"
        )


def without_etag() -> PreconditionFailed:
    """Refuse a condition that nobody can look at."""
    return PreconditionFailed("nothing at this address has an ETag; leave If-Match out")


def spared(response: Response) -> Response:
    """An answer, or no more than that it is still what the caller has (``If-None-Match``)."""
    tag, _ = response.get_etag()
    if tag is None or not request.if_none_match.contains_weak(tag):
        return response
    short = nothing(304)
    short.set_etag(tag)
    return short
