"""The envelope of every list."""

from __future__ import annotations

from pydantic import Field

from ..records import COUNTED
from .answer import Out


class Listing(Out):
    """A part of a list; the objects are in the field of their noun."""

    next: str | None = Field(description="The cursor of the part after it, `null` at the end.")
    prev: None = None
    estimated_count: int = Field(
        description=f"How many there are in all parts. Exact up to {COUNTED}; of more, an estimate "
        f"by their ids, or {COUNTED} if the list is filtered."
    )
