"""Users whose tokens were made elsewhere, shorter than one may choose today."""

from __future__ import annotations

from typing import Any

from flask_iptv import database, users
from flask_iptv.models import User


def old_user(*, key: str, **fields: Any) -> User:
    """Create a user who has brought a token along."""
    user = users.create(**fields)
    user.key = key
    database.flush()
    return user
