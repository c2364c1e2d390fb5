"""Where an app keeps our tables: the host's database, or one of our own."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import nullcontext, suppress
from threading import Lock
from typing import Any, cast

import sqlalchemy as sa
from flask import Flask, current_app, has_app_context
from flask.globals import app_ctx
from sqlalchemy import event
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session as OrmSession
from sqlalchemy.orm import scoped_session, sessionmaker
from sqlalchemy.orm.exc import ObjectDeletedError, StaleDataError

from . import commits, config, outages, own_file
from .errors import Conflict, IPTVError, Problem, SchemaError
from .lent import came_too_late
from .migrations import NEWER, OLDER, drift, is_current, is_newer, upgrade
from .models import User
from .phrases import Phrase


class Database:
    """One app's database.

    Looked up at first use, so the host may create its own after registering us:
    the one given, else the app's Flask-SQLAlchemy (or -Lite), else a SQLite file of our own.

    :param app: the app.
    :param db: the host's Flask-SQLAlchemy extension, if it gave one.
    """

    def __init__(self, app: Flask, db: Any = None) -> None:
        self._app = app
        self.db = db
        self._own: scoped_session[OrmSession] | None = None
        self._own_engine: sa.Engine | None = None
        self._opening = Lock()
        app.teardown_appcontext(self._end)

    @property
    def session(self) -> OrmSession:
        """The session of the running app context."""
        db = self.db or self._app.extensions.get("sqlalchemy")
        if db is None:
            return self._own_session()
        bind_key = config.bind_key(self._app.config)
        if bind_key is not None and hasattr(db, "get_session"):
            # Flask-SQLAlchemy-Lite does not look at bind keys.
            session = cast(OrmSession, db.get_session(f"iptv:{bind_key}"))
            session.bind = db.get_engine(bind_key)
            return session
        return cast(OrmSession, db.session)

    def connection(self) -> sa.Connection:
        """The connection of :attr:`session`, for statements that are not about one model."""
        return self.session.connection(bind_arguments={"mapper": User})

    def engine(self) -> sa.Engine:
        """The engine of our tables, also outside of an app context."""
        with nullcontext() if has_app_context() else self._app.app_context():
            bind = self.session.get_bind(User)
            return bind if isinstance(bind, sa.Engine) else bind.engine

    def _own_session(self) -> OrmSession:
        with self._opening:
            if self._own is None:
                engine = self._own_engine = self._own_engine or own_file.engine(self._app)
                own_file.prepare(engine)
                self._own = scoped_session(sessionmaker(engine), scopefunc=_context_id)
        return cast(OrmSession, self._own)

    def _end(self, error: BaseException | None) -> None:
        if self._own is not None:
            self._own.remove()

    def close(self) -> None:
        """Close the files of an engine of our own, which is opened again when it is needed."""
        if self._own_engine is not None:
            self._own_engine.dispose()


#: What is raised when somebody else changed the same; see :func:`is_same_moment` for more of it.
SAME_MOMENT = (IntegrityError, ObjectDeletedError, StaleDataError)


def outage_of(error: BaseException, log: logging.Logger | None = None) -> IPTVError | None:
    """Tell an outage from every other error, and undo the transaction.

    :param log: gets the words of the database.
    :returns: what to say of it to a person; ``None`` if it is something else.
    """
    outage = outages.outage_of(error)
    if outage is None:
        return None
    if log is not None:
        log.error("%s", outage)
    undo()
    if outages.lacks_tables(outage):
        # Not worth a second failure: what was said first is true as well.
        with suppress(SQLAlchemyError, IPTVError):
            return SchemaError(schema_complaint() or outage.message)
    return outage


def undo() -> None:
    """Undo the transaction; a database that fails at this too has kept nothing."""
    with suppress(SQLAlchemyError, IPTVError):
        session().rollback()


def is_same_moment(error: BaseException) -> bool:
    """Whether somebody else changed the same at the same moment, so that nothing was changed."""
    if isinstance(error, DBAPIError) and error.orig is not None and came_too_late(error.orig):
        return True
    return isinstance(error, SAME_MOMENT)


def _context_id() -> int:
    return id(app_ctx._get_current_object())  # type: ignore[attr-defined]


def current() -> Database:
    """The database of the app that is serving."""
    return cast(Database, current_app.extensions["iptv"].database)


def session() -> OrmSession:
    """The session of the running app context."""
    return current().session


def flush() -> None:
    """Send pending changes to the database.

    :raises Conflict: if somebody else took a unique value, or deleted what this refers to, a moment
        ago; the transaction is rolled back.
    """
    try:
        session().flush()
    except IntegrityError:
        session().rollback()
        message = Phrase("another change at the same moment is in the way of this one; try again")
        raise Conflict([Problem("", None, message)]) from None


def commit() -> None:
    """Commit the transaction of :func:`session`; what fails after that is only logged."""
    commits.commit(session())


def after_commit(name: str, action: Callable[[], None]) -> None:
    """Do something as soon as the transaction of :func:`session` is committed; nothing if it isn't.

    :param name: what it is called in the log if it fails.
    :param action: must not use the session.
    """
    commits.after(session(), name, action)


def upgrade_schema() -> None:
    """Bring the tables up to date and commit."""
    upgrade(current().connection())
    commit()


def schema_complaint() -> Phrase | None:
    """What is wrong with the version of the tables; ``None`` if it is that of this package."""
    connection = current().connection()
    if is_current(connection):
        return None
    return NEWER if is_newer(connection) else OLDER


def schema_drift() -> list[str]:
    """What differs between the tables and those of this version, in words."""
    return drift(current().connection())


def require_schema() -> None:
    """Check that the tables are those of this version.

    :raises SchemaError: if they are missing, older or newer; it says what to do.
    """
    complaint = schema_complaint()
    if complaint is not None:
        raise SchemaError(complaint)


def follow_create_all(db: Any) -> None:
    """Make the host's ``db.create_all()`` bring our tables along."""
    metadatas = getattr(db, "metadatas", None)
    if metadatas is not None and not event.contains(metadatas[None], "before_create", _along):
        event.listen(metadatas[None], "before_create", _along)


def _along(target: sa.MetaData, connection: sa.Connection, **kwargs: Any) -> None:
    # The metadata is the host's and may serve apps that we are not registered on.
    if not current_app or "iptv" not in current_app.extensions:
        return
    if connection.engine is session().get_bind(User):
        upgrade(connection)
    else:
        upgrade_schema()
