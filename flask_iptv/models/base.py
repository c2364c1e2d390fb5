"""What all tables have in common."""

from __future__ import annotations

from datetime import date, datetime, timezone
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column
from werkzeug.local import LocalProxy

from .. import config
from .columns import Day, Flag, Text, Whole
from .times import UTCDateTime


def utcnow() -> datetime:
    """The time of day, UTC."""
    return datetime.now(timezone.utc)


def _bind_key() -> str | None:
    return config.bind_key(current_app.config)


class Base(DeclarativeBase):
    """Our own base, so the tables are the same whatever the host's model class is."""

    metadata = sa.MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        },
        # Flask-SQLAlchemy picks the engine by this; the proxy gives each app its own choice.
        info={"bind_key": LocalProxy(_bind_key)},
    )
    type_annotation_map = {bool: Flag, int: Whole, date: Day, datetime: UTCDateTime}


class Record(Base):
    """What users, channels, packages and servers have in common: an id, a name and two times."""

    __abstract__ = True
    # SQLite gives the number of a deleted user to the next one otherwise, and with it whatever a
    # host or a media server still remembers by that number.
    __table_args__: Any = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text(255), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow, onupdate=utcnow)
