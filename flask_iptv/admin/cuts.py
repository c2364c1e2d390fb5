"""The page of viewers who were cut, and of what became of telling their media servers."""

from __future__ import annotations

from flask import Response, request

from .. import cuts as verbs
from ..words import said
from . import lists
from .door import routes
from .pages import show


@routes.add("/cuts")
def cuts() -> Response:
    page = verbs.page(limit=lists.ROWS, cursor=request.args.get("cursor"))
    return show("cuts", page=page, here=lists.here(), said=said)
