"""The table of channels."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from .base import Record
from .columns import Text, Values
from .servers import Server


class Channel(Record):
    """A stream as viewers know it; its name is the stream's name on its server."""

    __tablename__ = "iptv_channels"
    # A playlist that is remembered is compared with the youngest change.
    __table_args__ = (sa.Index(None, "updated_at"), Record.__table_args__)

    title: Mapped[str] = mapped_column(Text(255))
    number: Mapped[int | None]
    group: Mapped[str | None] = mapped_column("group_title", Text(255))
    logo: Mapped[str | None] = mapped_column(Text(2048))
    epg_id: Mapped[str | None] = mapped_column(Text(255))
    enabled: Mapped[bool] = mapped_column(default=True)
    #: What a publisher must bring; nobody may publish while it is empty.
    publish_key: Mapped[str | None] = mapped_column(Text(128))
    #: The fields as its server last said them: what was edited by hand differs, and stays.
    synced: Mapped[dict[str, Any] | None] = mapped_column(Values)
    server_id: Mapped[int | None] = mapped_column(sa.ForeignKey("iptv_servers.id"), index=True)

    server: Mapped[Server | None] = relationship()
