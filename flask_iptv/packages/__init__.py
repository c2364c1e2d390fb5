"""The verbs on packages."""

from __future__ import annotations

from ..records import Page
from .fields import NewPackage, PackageChanges
from .fields import PackageFields as PackageFields
from .listing import count_channels, count_users, page
from .members import add, remove
from .members import groups_of as groups_of
from .members import member_ids as member_ids
from .members import members_of as members_of
from .package import create, delete, get, update

__all__ = [
    "NewPackage",
    "PackageChanges",
    "Page",
    "add",
    "count_channels",
    "count_users",
    "create",
    "delete",
    "get",
    "page",
    "remove",
    "update",
]
