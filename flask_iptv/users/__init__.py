"""The verbs on users, who are the viewers."""

from __future__ import annotations

from .bulk import disable, enable, extend, give, state_of, take
from .listing import PLAIN_SORTS, Wanted, ids, named, page, part
from .state import STATES, refusal, refusal_by
from .tokens import has_page, make_key
from .viewer import (
    UserFields,
    by_name,
    by_token,
    create,
    delete,
    get,
    rotate_key,
    update,
)

__all__ = [
    "PLAIN_SORTS",
    "STATES",
    "UserFields",
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
    "has_page",
    "ids",
    "make_key",
    "named",
    "page",
    "part",
    "refusal",
    "refusal_by",
    "rotate_key",
    "state_of",
    "take",
    "update",
]
