"""A made-up provider of any size: users, channels and packages, and the questions about them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, cast

import sqlalchemy as sa

from flask_iptv.models import Channel, Package, Server, User, package_channels, user_packages
from flask_iptv.stream_urls import HLS_TEMPLATE, MPEGTS_TEMPLATE

#: Channels that everybody may watch, and all channels of the provider.
COMMON, CHANNELS = 100, 300
PACKAGES = 3
#: Multiplied by the one, modulo the other, the ids are all there once more in another order.
_PRIME = 1_000_003
_FACTOR = 387_420_489
_USERS = cast(sa.Table, User.__table__)


def fill(connection: sa.Connection, users: int, channels: int = CHANNELS) -> None:
    """Fill empty tables.

    Every user has a package of 200 channels and three sessions; the keys lie in another order
    than the ids, as real ones do.

    :param users: fewer than 1,000,003.
    """
    _fill_channels(connection, channels)
    numbers = sa.select(sa.literal(1).label("n")).cte("numbers", recursive=True)
    numbers = numbers.union_all(sa.select(numbers.c.n + 1).where(numbers.c.n < users))
    n = numbers.c.n
    key = sa.literal("token-of-viewer-") + sa.cast(_mixed(n), sa.String)
    name = sa.literal("user") + sa.cast(n, sa.String)
    # The other columns get the defaults of the models.
    columns = ["name", "key", "max_sessions", "by_packages", "comment"]
    values = sa.select(name, key, sa.literal(3), sa.true(), sa.literal("made for the benchmark"))
    connection.execute(sa.insert(_USERS).from_select(columns, values))
    held = sa.select(_USERS.c.id, 1 + _USERS.c.id % PACKAGES)
    connection.execute(sa.insert(user_packages).from_select(["user_id", "package_id"], held))
    if connection.dialect.name == "postgresql":
        # It plans by these, and gathers them only some time later by itself.
        connection.execute(sa.text("ANALYZE"))


def _mixed(number: Any) -> Any:
    wide = sa.cast(number, sa.BigInteger) if isinstance(number, sa.ColumnElement) else number
    return wide * _FACTOR % _PRIME


def _fill_channels(connection: sa.Connection, count: int) -> None:
    url = "https://media.example"
    server = {"name": "main", "title": "Main", "url": url}
    templates = {"hls_template": HLS_TEMPLATE, "mpegts_template": MPEGTS_TEMPLATE}
    connection.execute(sa.insert(Server), [server | templates])
    connection.execute(
        sa.insert(Channel),
        [
            {"name": f"channel{n}", "title": f"Channel {n}", "number": n, "group": "News",
             "epg_id": f"channel{n}.example", "logo": f"{url}/logos/{n}.png", "server_id": 1}
            for n in range(1, count + 1)
        ],
    )  # fmt: skip
    connection.execute(
        sa.insert(Package),
        [{"name": f"package{n}", "title": f"Package {n}"} for n in range(1, PACKAGES + 1)],
    )
    special = (count - COMMON) // PACKAGES
    connection.execute(
        sa.insert(package_channels),
        [
            {"package_id": package, "channel_id": channel}
            for package in range(1, PACKAGES + 1)
            for channel in (
                *range(1, COMMON + 1),
                *range(COMMON + 1 + (package - 1) * special, COMMON + 1 + package * special),
            )
        ],
    )


@dataclass(frozen=True)
class Viewer:
    """A user with one device that watches one channel.

    :param user: the user's id.
    """

    user: int

    @property
    def token(self) -> str:
        """The user's key."""
        return f"token-of-viewer-{_mixed(self.user)}"

    @property
    def address(self) -> str:
        """Where the device is."""
        return f"10.{self.user >> 16 & 255}.{self.user >> 8 & 255}.{self.user & 255}"

    @property
    def channel(self) -> str:
        """What is watched."""
        return f"channel{1 + self.user % COMMON}"

    @property
    def server_session(self) -> str:
        """What the media server calls the session."""
        return f"{self.user:08x}-9b1d-4f6e-8c0a-5e2d7c3b1a90"

    def opening(self) -> str:
        """The path of the question when the device begins to watch."""
        return f"{self._question()}&request_type=new_session&request_number=0"

    def update(self) -> str:
        """The path of the question while it goes on, with what Flussonic tells."""
        return (
            f"{self._question()}&request_type=update_session&request_number=7&duration=1260"
            "&bytes=734003200&stream_clients=41&total_clients=20000"
        )

    def _question(self) -> str:
        return (
            f"/tv/auth?name={self.channel}&ip={self.address}&token={self.token}&proto=hls"
            f"&session_id={self.server_session}&user_agent=VLC%2F3.0.20%20LibVLC%2F3.0.20"
        )


def viewers(users: int, sessions: int) -> Iterator[Viewer]:
    """So many users who watch, spread over all.

    :param sessions: how many; at most as many as there are users.
    """
    step = users // sessions
    return (Viewer(1 + number * step) for number in range(sessions))
