"""The table of media servers."""

from __future__ import annotations

from sqlalchemy.orm import Mapped, mapped_column

from .base import Record
from .columns import Text, Texts


class Server(Record):
    """A media server that streams the channels."""

    __tablename__ = "iptv_servers"

    #: Which program it is: decides how it is told to cut a viewer, and how its streams are read.
    kind: Mapped[str] = mapped_column(Text(32), default="flussonic", server_default="flussonic")
    title: Mapped[str] = mapped_column(Text(255))
    #: Public base URL, without a slash at its end.
    url: Mapped[str] = mapped_column(Text(2048))
    hls_template: Mapped[str] = mapped_column(Text(512))
    mpegts_template: Mapped[str] = mapped_column(Text(512))
    #: Keys of signed links: the first signs, all verify.
    securetoken_keys: Mapped[list[str]] = mapped_column(Texts, default=list)
    #: Base URL of its management API; a server without one can be told nothing.
    api_url: Mapped[str | None] = mapped_column(Text(2048))
    api_username: Mapped[str | None] = mapped_column(Text(255))
    api_password: Mapped[str | None] = mapped_column(Text(255))
