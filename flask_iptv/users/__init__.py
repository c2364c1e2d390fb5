"""The verbs on users, who are the viewers."""

from __future__ import annotations

from ..records import Page
from .bulk import changed_meanwhile as changed_meanwhile
from .bulk import disable, enable, extend, give, take
from .bulk import read_days as read_days
from .bulk import state_of as state_of
from .bulk import tell_changed as tell_changed
from .fields import NewUser, UserChanges
from .fields import UserFields as UserFields
from .listing import PLAIN_SORTS as PLAIN_SORTS
from .listing import Wanted, ids, page
from .listing import named as named
from .listing import part as part
from .state import STATES, refusal
from .state import UNREADABLE as UNREADABLE
from .state import refusal_by as refusal_by
from .tokens import has_page as has_page
from .tokens import make_key
from .viewer import STORED as STORED
from .viewer import by_name, by_token, create, delete, get, rotate_key, update

__all__ = [
    "STATES",
    "NewUser",
    "Page",
    "UserChanges",
    "Wanted",
    "by_name",
    "by_token",
    "create",
    "delete",
    "disable",
    "enable",
    "extend",
    "get",
    "give",
    "ids",
    "make_key",
    "page",
    "refusal",
    "rotate_key",
    "take",
    "update",
]
