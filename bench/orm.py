"""What everyone writes first: the ORM, a few queries and a commit at each question."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, sessionmaker

_LEASE = timedelta(seconds=210)


class _Base(DeclarativeBase):
    pass


class Viewer(_Base):
    """A user, in the table of ours."""

    __tablename__ = "iptv_users"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str]
    enabled: Mapped[bool]
    expires_at: Mapped[datetime | None]
    max_sessions: Mapped[int | None]


class Stream(_Base):
    """A channel, in the table of ours."""

    __tablename__ = "iptv_channels"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    enabled: Mapped[bool]


class Watching(_Base):
    """A session, in a table of its own."""

    __tablename__ = "bench_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    server_session: Mapped[str] = mapped_column(index=True)
    user_id: Mapped[int] = mapped_column(index=True)
    channel_id: Mapped[int]
    address: Mapped[str]
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]


_MEMBERS = sa.table("iptv_package_channels", sa.column("package_id"), sa.column("channel_id"))
_HELD = sa.table("iptv_user_packages", sa.column("package_id"), sa.column("user_id"))


def opened(folder: Path) -> sessionmaker[Session]:
    """Open a copy of our database as SQLAlchemy and SQLite come, only more patient.

    With the usual 5 seconds some of many questions at once end with "database is locked".
    """
    engine = sa.create_engine(f"sqlite:///{folder / 'iptv.sqlite'}", connect_args={"timeout": 60})
    with engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA journal_mode=DELETE")
    _Base.metadata.create_all(engine, tables=[Watching.metadata.tables["bench_sessions"]])
    return sessionmaker(engine)


def may_watch(db: Session, name: str, address: str, token: str, server_session: str) -> bool:
    """Look up, count, insert or update, commit."""
    now = datetime.now(timezone.utc).replace(tzinfo=None)
    viewer = db.query(Viewer).filter(Viewer.key == token).first()
    if viewer is None or not viewer.enabled or (viewer.expires_at and viewer.expires_at <= now):
        return False
    stream = (
        db.query(Stream)
        .join(_MEMBERS, _MEMBERS.c.channel_id == Stream.id)
        .join(_HELD, _HELD.c.package_id == _MEMBERS.c.package_id)
        .filter(_HELD.c.user_id == viewer.id, Stream.name == name, Stream.enabled)
        .first()
    )
    if stream is None:
        return False
    own = db.query(Watching).filter(Watching.server_session == server_session).first()
    if own is None:
        live = db.query(Watching).filter(
            Watching.user_id == viewer.id, Watching.seen_at > now - _LEASE
        )
        if viewer.max_sessions is not None and live.count() >= viewer.max_sessions:
            return False
        own = Watching(
            server_session=server_session, user_id=viewer.id, address=address, opened_at=now
        )
        db.add(own)
    own.channel_id = stream.id
    own.seen_at = now
    db.commit()
    return True
