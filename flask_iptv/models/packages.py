"""The tables of packages and of the channels in them."""

from __future__ import annotations

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Base, Record
from .channels import Channel
from .columns import Text

#: Which packages have which channels.
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


class Package(Record):
    """A set of channels that is given to users as a whole."""

    __tablename__ = "iptv_packages"

    title: Mapped[str] = mapped_column(Text(255))

    channels: Mapped[list[Channel]] = relationship(
        secondary=package_channels, order_by="Channel.name", passive_deletes=True
    )
