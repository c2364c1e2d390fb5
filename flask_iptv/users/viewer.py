"""The verbs on one user, who is a viewer."""

from __future__ import annotations

import secrets
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import model_validator

from .. import database, records, signals
from ..errors import NotFound
from ..fields import (
    Comment,
    Email,
    EmptyIsNone,
    Input,
    Key,
    MaxSessions,
    Name,
    Names,
    Networks,
    UTCTime,
    check,
)
from ..models import Package, Session, User, user_packages, utcnow
from ..phrases import Phrase
from .tokens import make_key

_PLAIN = (
    "name",
    "email",
    "max_sessions",
    "enabled",
    "starts_at",
    "expires_at",
    "allowed_networks",
    "comment",
)


class UserFields(Input):
    """What a user is made of."""

    name: Name
    email: Annotated[Email | None, EmptyIsNone] = None
    #: The viewer's token; made when absent.
    key: Annotated[Key | None, EmptyIsNone] = None
    #: Devices that may watch at once; unlimited when absent.
    max_sessions: Annotated[MaxSessions | None, EmptyIsNone] = None
    #: Names of packages; none is what ``IPTV_WITHOUT_PACKAGES`` says.
    packages: Names = []
    enabled: bool = True
    starts_at: Annotated[UTCTime | None, EmptyIsNone] = None
    expires_at: Annotated[UTCTime | None, EmptyIsNone] = None
    #: CIDR networks the viewer may watch from; anywhere when empty.
    allowed_networks: Networks = []
    comment: Annotated[Comment | None, EmptyIsNone] = None

    @model_validator(mode="after")
    def _start_before_end(self) -> UserFields:
        if self.starts_at and self.expires_at and self.starts_at >= self.expires_at:
            raise ValueError(
                Phrase(
                    "expires_at (%(end)s UTC) must be after starts_at (%(start)s UTC)",
                    end=f"{self.expires_at:%Y-%m-%d %H:%M}",
                    start=f"{self.starts_at:%Y-%m-%d %H:%M}",
                )
            )
        return self


def create(**fields: Any) -> User:
    """Create a user; the fields are those of :class:`UserFields`.

    :raises InvalidInput: if a field can't be used, or a package is unknown.
    """
    checked = check(UserFields, fields)
    key = checked.key or make_key()
    records.require_unique("user", User.name, checked.name)
    records.require_unique("user", User.key, key)
    packages = records.all_named(Package, "package", "packages", checked.packages)
    user = User(key=key, packages=packages, by_packages=bool(packages))
    for name in _PLAIN:
        setattr(user, name, getattr(checked, name))
    database.session().add(user)
    database.flush()
    signals.send(signals.user_created, user=user)
    return user


def update(user: User, /, **fields: Any) -> User:
    """Change the given fields of a user.

    An absent or empty ``key`` keeps the token; :func:`rotate_key` makes a new one.

    :raises InvalidInput: if a field can't be used; nothing is changed then.
    """
    before = {name: getattr(user, name) for name in (*_PLAIN, "key")}
    checked = check(UserFields, before | fields)
    key = checked.key or user.key
    records.require_unique("user", User.name, checked.name, user.id)
    records.require_unique("user", User.key, key, user.id)
    changed = {name for name in _PLAIN if getattr(checked, name) != before[name]}
    if "packages" in fields:
        packages = records.all_named(Package, "package", "packages", checked.packages)
        if packages != user.packages or bool(packages) != user.by_packages:
            user.packages, user.by_packages = packages, bool(packages)
            changed.add("packages")
    for name in changed - {"packages"}:
        setattr(user, name, getattr(checked, name))
    if key != user.key:
        user.key = key
        changed.add("key")
    user.updated_at = utcnow()
    database.flush()
    signals.send(signals.user_updated, user=user, changed=changed)
    return user


def rotate_key(user: User, key: str | None = None) -> User:
    """Replace a user's token; the old one is refused from now on.

    :param key: the new one, as :func:`make_key` has made it before; made now if it is left out.
    """
    user.key = make_key() if key is None else key
    database.flush()
    signals.send(signals.user_key_rotated, user=user)
    return user


def delete(user: User) -> None:
    """Delete a user and end the user's sessions."""
    signals.send(signals.user_deleted, user=user)
    session = database.session()
    # In the order in which a question of this user takes its locks.
    session.execute(sa.select(User.id).where(User.id == user.id).with_for_update())
    session.execute(sa.delete(Session).where(Session.user_id == user.id))
    session.execute(sa.delete(user_packages).where(user_packages.c.user_id == user.id))
    session.expire(user, ["packages"])
    session.delete(user)
    database.flush()


def get(user_id: int) -> User:
    """Look up a user by id.

    :raises NotFound: if there is none.
    """
    return records.by_id(User, "user", user_id)


def by_name(name: str) -> User:
    """Look up a user by name.

    :raises NotFound: if there is none.
    """
    return records.by_name(User, "user", name)


def by_token(name: str, token: str) -> User:
    """Look up the user who has both this name and this token.

    :raises NotFound: if there is none; it does not tell which of the two was wrong.
    """
    try:
        user = by_name(name)
    except NotFound:
        user = None
    held = user.key if user else make_key()
    if not secrets.compare_digest(held.encode(), token.encode(errors="replace")) or user is None:
        raise NotFound("user with this token", name)
    return user
