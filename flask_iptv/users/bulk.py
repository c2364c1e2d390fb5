"""The verbs on many users at once: a few statements for hundreds, and a signal for each."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta, timezone
from typing import Annotated, Any

import sqlalchemy as sa
from pydantic import Field
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.attributes import set_committed_value

from .. import database, signals, upserts
from ..errors import Conflict, Problem
from ..fields import Input, UTCTime, WholeNumber, check
from ..models import Package, User, user_packages, utcnow
from ..phrases import Phrase

#: Users that are held at a time.
_AT_ONCE = 500
_LAST = datetime(9999, 12, 31, 23, 59, tzinfo=timezone.utc)

_Changes = Callable[[User], bool]


class Extension(Input):
    """By how much an expiry is moved."""

    #: 3650 is ten years.
    days: Annotated[int, Field(ge=1, le=3650), WholeNumber]


class _Extending(Extension):
    #: When who has expired begins anew.
    now: UTCTime


def read_days(typed: str) -> int:
    """What was typed as the days of :func:`extend`.

    :raises InvalidInput: if the days can't be used.
    """
    return check(Extension, {"days": typed}).days


def enable(user_ids: Sequence[int]) -> int:
    """Let users watch; says how many could not before.

    :param user_ids: ids that are gone are passed over, here and in the other verbs on many.
    """
    return _switch(user_ids, True)


def disable(user_ids: Sequence[int]) -> int:
    """Let users watch no more, and end their sessions; says how many could before."""
    return _switch(user_ids, False)


def state_of(user_ids: Sequence[int]) -> str:
    """A short text that is another one once the expiry of one of these users has changed."""
    return _state(user_ids, sa.select(User.id, User.expires_at))


def changed_meanwhile() -> Conflict:
    """Why an extension is refused that was decided on before the last one."""
    message = Phrase(
        "the expiry of these users has changed since this was asked, such as by a second click"
    )
    return Conflict([Problem("", None, message)])


def extend(user_ids: Sequence[int], days: int, *, now: datetime, state: str | None = None) -> int:
    """Move the expiry of users; says of how many.

    A user who has expired gets the days from now on, every other from the old expiry on. Who never
    expires goes on like that, and is not counted.

    :param days: from 1 to 3650.
    :param now: UTC where it has no time zone.
    :param state: what :func:`state_of` said when somebody decided this; checked unless left out.
    :raises InvalidInput: if the days or the time can't be used.
    :raises Conflict: if the state is another one now, such as by a second click.
    """
    given = check(_Extending, {"days": days, "now": now})
    length = timedelta(days=given.days)
    held = sa.select(User.id, User.expires_at).with_for_update()
    if state is not None and state != _state(user_ids, held):
        raise changed_meanwhile()

    def move(user: User) -> bool:
        if user.expires_at is None:
            return False
        begin = max(user.expires_at, given.now)
        later = begin + min(length, _LAST - begin) if begin < _LAST else begin
        is_moved = later != user.expires_at
        user.expires_at = later
        return is_moved

    return _change(user_ids, "expires_at", move)


def give(user_ids: Sequence[int], package: Package) -> int:
    """Add a package to users; says how many did not have it.

    :raises Conflict: if the package or a user is deleted at the same moment.
    """
    return _exchange(user_ids, package, _add)


def take(user_ids: Sequence[int], package: Package) -> int:
    """Take a package away from users; says how many had it.

    Whose last one it was has nothing to watch then, until another is given.
    """
    return _exchange(user_ids, package, _remove)


def _switch(user_ids: Sequence[int], enabled: bool) -> int:
    count = 0
    for some in _parts(user_ids):
        changed = _locked(some, User.enabled.is_not(enabled))
        now = utcnow()
        mine = User.id.in_([user.id for user in changed])
        database.session().execute(
            sa.update(User).where(mine).values(enabled=enabled, updated_at=now),
            execution_options={"synchronize_session": False},
        )
        for user in changed:
            set_committed_value(user, "enabled", enabled)
            set_committed_value(user, "updated_at", now)
            signals.send(signals.user_updated, user=user, changed={"enabled"})
        count += len(changed)
    return count


def _change(user_ids: Sequence[int], field: str, change: _Changes) -> int:
    count = 0
    for some in _parts(user_ids):
        changed = [user for user in _locked(some) if change(user)]
        _tell(changed, field)
        count += len(changed)
    return count


def _exchange(
    user_ids: Sequence[int],
    package: Package,
    write: Callable[[Package, list[int], set[int]], set[int]],
) -> int:
    count = 0
    session = database.session()
    for some in _parts(user_ids):
        held = _locked(some)
        owners = user_packages.c
        having = sa.select(owners.user_id).where(
            owners.package_id == package.id, owners.user_id.in_(some)
        )
        connection = database.current().connection()
        owning = set(connection.execute(having).scalars())
        written = write(package, [user.id for user in held], owning)
        changed = [user for user in held if user.id in written]
        for user in changed:
            session.expire(user, ["packages"])
            # Who loses the last one has nothing to watch then, rather than everything.
            user.by_packages = True
        _tell(changed, "packages")
        count += len(changed)
    return count


def _add(package: Package, user_ids: list[int], owning: set[int]) -> set[int]:
    missing = set(user_ids) - owning
    rows: list[dict[str, Any]] = [{"user_id": id, "package_id": package.id} for id in missing]
    if rows:
        connection = database.current().connection()
        # Not every database has held those who give the same at this moment.
        statement = upserts.inserting(connection.dialect.name, user_packages)
        try:
            connection.execute(sa.insert(user_packages) if statement is None else statement, rows)
        except IntegrityError:
            database.session().rollback()
            message = Phrase("the package or a user was deleted at the same moment; try again")
            raise Conflict([Problem("", None, message)]) from None
    return missing


def _remove(package: Package, user_ids: list[int], owning: set[int]) -> set[int]:
    losing = owning.intersection(user_ids)
    owners = user_packages.c
    mine = (owners.package_id == package.id) & owners.user_id.in_(losing)
    database.current().connection().execute(sa.delete(user_packages).where(mine))
    return losing


def _tell(changed: list[User], field: str) -> None:
    now = utcnow()
    for user in changed:
        user.updated_at = now
    database.flush()
    for user in changed:
        signals.send(signals.user_updated, user=user, changed={field})


def tell_changed(user_ids: Sequence[int], field: str) -> None:
    """Send the signal for each of these users, of whom this field was changed elsewhere.

    Nobody is read unless a host listens: it may be about a hundred thousand.
    """
    if not signals.hosts_listen(signals.user_updated):
        return
    for some in _parts(user_ids):
        for user in database.session().scalars(sa.select(User).where(User.id.in_(some))):
            signals.send(signals.user_updated, user=user, changed={field})


def _state(user_ids: Sequence[int], statement: Any) -> str:
    digest = hashlib.sha256()
    for some in _parts(user_ids):
        rows = database.session().execute(statement.where(User.id.in_(some)).order_by(User.id))
        digest.update(repr([(id, str(expires_at)) for id, expires_at in rows]).encode())
    return digest.hexdigest()


def _locked(user_ids: Sequence[int], *conditions: sa.ColumnElement[bool]) -> list[User]:
    # In the order of their ids: two who change the same users at once wait for each other.
    mine = (User.id.in_(user_ids), *conditions)
    statement = sa.select(User).where(*mine).order_by(User.id).with_for_update()
    return list(database.session().scalars(statement))


def _parts(user_ids: Sequence[int]) -> Iterator[list[int]]:
    ordered = sorted(set(user_ids))
    for start in range(0, len(ordered), _AT_ONCE):
        yield ordered[start : start + _AT_ONCE]
