"""The verbs on channels."""

from __future__ import annotations

from ..records import Page
from .bulk import change_all, rename_group
from .channel import create, delete, get, update
from .fields import ChannelChanges, NewChannel, SharedChanges
from .fields import ChannelFields as ChannelFields
from .listing import Which, found, groups, ids, page
from .listing import after as after
from .listing import before as before
from .listing import named as named

__all__ = [
    "ChannelChanges",
    "NewChannel",
    "Page",
    "SharedChanges",
    "Which",
    "change_all",
    "create",
    "delete",
    "found",
    "get",
    "groups",
    "ids",
    "page",
    "rename_group",
    "update",
]
