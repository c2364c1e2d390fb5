"""The conditions of a request: what a caller has seen of a record, by its ETag (RFC 9110, 13)."""

from __future__ import annotations

from flask import Response, request
from pydantic import BaseModel
from werkzeug.datastructures import ETags
from werkzeug.exceptions import PreconditionFailed

from .answer import etag, nothing


def is_given() -> bool:
    """Whether this request is to change only what is still as the caller has seen it."""
    return "If-Match" in request.headers or "If-None-Match" in request.headers


def require(record: BaseModel) -> None:
    """Check that a record is as the caller has seen it, and not as the caller won't have it.

    :raises PreconditionFailed: if it is otherwise.
    """
    tag = etag(record)
    if "If-Match" in request.headers and not _names(request.if_match, tag):
        raise PreconditionFailed(
            "it was changed since you got the ETag of If-Match, so nothing was done; get it again"
        )
    if _names(request.if_none_match, tag):
        raise PreconditionFailed("it is there as If-None-Match names it, so nothing was done")


def without_etag() -> PreconditionFailed:
    """Refuse a condition that nobody can look at."""
    given = "If-Match" if "If-Match" in request.headers else "If-None-Match"
    return PreconditionFailed(f"nothing at this address has an ETag; leave {given} out")


def spared(response: Response) -> Response:
    """An answer, or no more than that it is still what the caller has (``If-None-Match``)."""
    tag, _ = response.get_etag()
    if tag is None or not _names(request.if_none_match, tag):
        return response
    short = nothing(304)
    short.set_etag(tag)
    return short


def _names(tags: ETags, tag: str) -> bool:
    # A proxy that compresses answers makes our ETags weak (nginx) or adds "-gzip" to them (Apache,
    # Caddy). They are digests of the record, not of the bytes sent, so it is still the same record.
    # An empty one in quotes is None for werkzeug.
    given = tags.as_set(include_weak=True)
    return tags.star_tag or any((each or "").partition("-")[0] == tag for each in given)
