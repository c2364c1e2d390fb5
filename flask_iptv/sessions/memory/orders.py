"""What other processes want done with the sessions."""

from __future__ import annotations

from datetime import datetime

from ..registry import Registry

#: A verb of the store, the id of a user or session, a count.
Order = tuple[str, int, int | None]

VERBS = ("end_all", "keep_oldest", "cut")


def obey(order: Order, now: datetime, registry: Registry) -> None:
    """Do what another process wants done."""
    verb, id, kept = order
    if verb == "end_all":
        registry.end_all(id, now)
    elif verb == "keep_oldest":
        registry.keep_oldest(id, kept or 0, now)
    elif verb == "cut":
        registry.cut(id, now)
