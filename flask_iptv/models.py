"""The tables: users, channels, packages, servers and the sessions now open."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from werkzeug.local import LocalProxy


def utcnow() -> datetime:
    """The time of day, UTC."""
    return datetime.now(timezone.utc)


class UTCDateTime(sa.types.TypeDecorator[datetime]):
    """An aware UTC time, kept as a naive one: the same on every database, SQLite included."""

    impl = sa.DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.astimezone(timezone.utc).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: sa.Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=timezone.utc)


def _bind_key() -> str | None:
    key: str | None = current_app.config["IPTV_BIND_KEY"]
    return key


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
    type_annotation_map = {datetime: UTCDateTime, dict[str, Any]: sa.JSON, list[str]: sa.JSON}


user_packages = sa.Table(
    "iptv_user_packages",
    Base.metadata,
    sa.Column("user_id", sa.ForeignKey("iptv_users.id", ondelete="CASCADE"), primary_key=True),
    sa.Column(
        "package_id",
        sa.ForeignKey("iptv_packages.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)

package_channels = sa.Table(
    "iptv_package_channels",
    Base.metadata,
    sa.Column(
        "package_id", sa.ForeignKey("iptv_packages.id", ondelete="CASCADE"), primary_key=True
    ),
    sa.Column(
        "channel_id",
        sa.ForeignKey("iptv_channels.id", ondelete="CASCADE"),
        primary_key=True,
        index=True,
    ),
)


class Record(Base):
    """What users, channels, packages and servers have in common."""

    __abstract__ = True
    # SQLite gives the number of a deleted user to the next one otherwise, and with it whatever a
    # host or a media server still remembers by that number.
    __table_args__ = {"sqlite_autoincrement": True}

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(sa.String(255), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=utcnow)
    updated_at: Mapped[datetime] = mapped_column(default=utcnow, onupdate=utcnow)


class User(Record):
    """A viewer: who a token belongs to and what it may play."""

    __tablename__ = "iptv_users"

    email: Mapped[str | None] = mapped_column(sa.String(254))
    #: The viewer's token.
    key: Mapped[str] = mapped_column(sa.String(128), unique=True)
    #: How many devices may watch at once; unlimited while ``None``.
    max_sessions: Mapped[int | None]
    enabled: Mapped[bool] = mapped_column(default=True)
    starts_at: Mapped[datetime | None]
    expires_at: Mapped[datetime | None] = mapped_column(index=True)
    #: CIDR networks the viewer may watch from; anywhere while empty.
    allowed_networks: Mapped[list[str]] = mapped_column(default=list)
    comment: Mapped[str | None] = mapped_column(sa.String(2000))
    #: Once packages were given, losing the last one means nothing to watch, not everything.
    by_packages: Mapped[bool] = mapped_column(default=False)

    packages: Mapped[list[Package]] = relationship(
        secondary=user_packages, order_by="Package.name", passive_deletes=True
    )


class Server(Record):
    """A media server that streams the channels."""

    __tablename__ = "iptv_servers"

    title: Mapped[str] = mapped_column(sa.String(255))
    #: Public base URL, without a slash at its end.
    url: Mapped[str] = mapped_column(sa.String(2048))
    hls_template: Mapped[str] = mapped_column(sa.String(512))
    mpegts_template: Mapped[str] = mapped_column(sa.String(512))
    #: Keys of signed links: the first signs, all verify.
    securetoken_keys: Mapped[list[str]] = mapped_column(default=list)


class Channel(Record):
    """A stream as viewers know it; its name is the stream's name on its server."""

    __tablename__ = "iptv_channels"

    title: Mapped[str] = mapped_column(sa.String(255))
    number: Mapped[int | None]
    group: Mapped[str | None] = mapped_column("group_title", sa.String(255))
    logo: Mapped[str | None] = mapped_column(sa.String(2048))
    epg_id: Mapped[str | None] = mapped_column(sa.String(255))
    enabled: Mapped[bool] = mapped_column(default=True)
    server_id: Mapped[int | None] = mapped_column(sa.ForeignKey("iptv_servers.id"), index=True)

    server: Mapped[Server | None] = relationship()


class Package(Record):
    """A set of channels that is given to users as a whole."""

    __tablename__ = "iptv_packages"

    title: Mapped[str] = mapped_column(sa.String(255))

    channels: Mapped[list[Channel]] = relationship(
        secondary=package_channels, order_by="Channel.name", passive_deletes=True
    )


class Session(Base):
    """A device that is watching: one row, one slot of its user's limit."""

    __tablename__ = "iptv_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    #: Digest of user, address and user agent (of the link too, where there is no user).
    device: Mapped[str] = mapped_column(sa.String(64), unique=True)
    #: Empty for a viewer with a signed link.
    user_id: Mapped[int | None] = mapped_column(
        sa.ForeignKey("iptv_users.id", ondelete="CASCADE"), index=True
    )
    channel_id: Mapped[int] = mapped_column(
        sa.ForeignKey("iptv_channels.id", ondelete="CASCADE"), index=True
    )
    #: The session's id on the media server, where it tells one.
    server_session: Mapped[str | None] = mapped_column(sa.String(255))
    address: Mapped[str | None] = mapped_column(sa.String(45))
    user_agent: Mapped[str | None] = mapped_column(sa.String(255))
    protocol: Mapped[str | None] = mapped_column(sa.String(32))
    opened_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    #: When the slot is free again if nothing more is heard.
    expires_at: Mapped[datetime] = mapped_column(index=True)
    #: Why the next question is refused; the slot is free already.
    cut_reason: Mapped[str | None] = mapped_column(sa.String(32))

    user: Mapped[User | None] = relationship()
    channel: Mapped[Channel] = relationship()
