"""``/api/cuts``: viewers who were cut, and what became of telling their media servers."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field

from .. import cuts
from ..cuts import TrackedCut
from ..fields import told
from .answer import Out
from .listing import Listing
from .query import Paging, Sort, page
from .resource import Resource


class CutQuery(Paging):
    """Which part of the list of cuts is wanted."""

    sort: Annotated[Sort, told.sorts("id")] = Field(
        "-id", description="`id` for those first that were cut first, `-id` for the last ones."
    )


class CutOut(Out):
    """A viewer who was cut."""

    id: int
    user: str | None = Field(
        description="Name of the user; `null` for a signed link, or if it was deleted since."
    )
    channel: str | None = Field(description="`null` if it was deleted since.")
    server: str | None = Field(description="The server that is told, if the channel is on one.")
    address: str | None
    asked_at: datetime = Field(description="When the viewer was cut here.")
    attempts: int = Field(description="How often the server was told.")
    due_at: datetime | None = Field(description="When it is told next; `null` once it is over.")
    done: bool = Field(description="Whether the server has ended the session, or had it no more.")
    outcome: str | None = Field(description="What the server said, or why it can't be told.")


class CutList(Listing):
    """A part of the list of cuts."""

    cuts: list[CutOut]


collection = Resource("/cuts", "cuts")


@collection.on("GET", query=CutQuery, answer=CutList)
def list_cuts(query: CutQuery) -> CutList:
    """List viewers who were cut, the last ones first."""
    found = page(cuts.page, query)
    shown = [_shown(cut) for cut in found.items]
    return CutList(cuts=shown, next=found.next, estimated_count=found.count)


def _shown(cut: TrackedCut) -> CutOut:
    return CutOut(**{name: getattr(cut, name) for name in CutOut.model_fields})
