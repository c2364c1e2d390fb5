"""The verbs on one user, who is a viewer."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import sqlalchemy as sa

from .. import database, records, signals
from ..errors import NotFound
from ..fields import check, check_changes
from ..models import Package, Session, User, user_packages, utcnow
from .fields import NewToken, NewUser, UserChanges, UserFields
from .tokens import make_key

if TYPE_CHECKING:
    from typing_extensions import Unpack

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

#: The fields of a user that are columns.
STORED = (*_PLAIN, "key")


def create(**fields: Unpack[NewUser]) -> User:
    """Create a user.

    :param fields: those of :class:`NewUser`; ``name`` is required.
    :raises InvalidInput: if a field can't be used or is unknown, or a package is unknown.
    """
    checked = check(UserFields, fields)
    key = checked.key or make_key()
    records.require_unique("user", User.name, checked.name)
    records.require_unique("user", User.key, key)
    packages = records.all_named(Package, "package", "packages", checked.packages or ())
    user = User(key=key, packages=packages, by_packages=checked.packages is not None)
    for name in _PLAIN:
        setattr(user, name, getattr(checked, name))
    database.session().add(user)
    database.flush()
    # Read again in the order in which everybody reads them.
    database.session().expire(user, ["packages"])
    signals.send(signals.user_created, user=user)
    return user


def update(user: User, /, **fields: Unpack[UserChanges]) -> User:
    """Change the given fields of a user.

    An absent ``key``, or ``None``, keeps the token; :func:`rotate_key` makes a new one. What is
    so already is no change: no signal is sent then.

    :param fields: those of :class:`UserChanges`.
    :raises InvalidInput: if a field can't be used or is unknown; nothing is changed then.
    """
    before = {name: getattr(user, name) for name in STORED}
    # An old token may be shorter than one may be today.
    is_same = fields.get("key") == user.key
    changes = {name: value for name, value in fields.items() if name != "key" or not is_same}
    checked = check_changes(UserFields, before, changes)
    key = checked.key or user.key
    records.require_unique("user", User.name, checked.name, user.id)
    records.require_unique("user", User.key, key, user.id)
    changed = {name for name in _PLAIN if getattr(checked, name) != before[name]}
    if "packages" in fields:
        packages = records.all_named(Package, "package", "packages", checked.packages or ())
        by_packages = checked.packages is not None
        if set(packages) != set(user.packages) or by_packages != user.by_packages:
            user.packages, user.by_packages = packages, by_packages
            changed.add("packages")
    for name in changed - {"packages"}:
        setattr(user, name, getattr(checked, name))
    if key != user.key:
        user.key = key
        changed.add("key")
    if not changed:
        return user
    user.updated_at = utcnow()
    database.flush()
    # Read again in the order in which everybody reads them.
    database.session().expire(user, ["packages"])
    signals.send(signals.user_updated, user=user, changed=changed)
    return user


def rotate_key(user: User, key: str | None = None) -> User:
    """Replace a user's token; the old one is refused from now on.

    :param key: the new one, as :func:`make_key` has made it before; made now if it is left out. The
        one that the user has is no change: no signal is sent then.
    :raises InvalidInput: if it can't be used.
    """
    new = make_key() if key is None else check(NewToken, {"key": key}).key
    if new == user.key:
        return user
    user.key = new
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
    # By the token: looked for by the name, a user who is there would take longer than one who is
    # not, and tell so.
    user = _with_key(token)
    held = user.key if user else make_key()
    is_same = secrets.compare_digest(held.encode(), token.encode(errors="surrogatepass"))
    if not is_same or user is None or user.name != name:
        raise NotFound("user with this token", name)
    return user


def _with_key(token: str) -> User | None:
    try:
        token.encode()
    except UnicodeEncodeError:
        return None
    if "\0" in token:
        return None
    return database.session().scalars(sa.select(User).where(User.key == token)).first()
