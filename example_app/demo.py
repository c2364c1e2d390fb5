"""What is in a new site: a media server with channels, packages, and users who watch them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask_iptv import channels, config, packages, servers, users
from flask_iptv.authorization import may_watch
from flask_iptv.errors import NotFound

# Of these, config and authorization are not public: a site of its own must do without them.

SERVER = "demo"

#: Number, name on the media server, title and group.
CHANNELS = (
    (1, "harbour", "Harbour One", "Town"),
    (2, "tide", "Tide and Weather", "Town"),
    (3, "quay/news", "Quayside News", "News"),
    (10, "regatta", "Regatta Live", "Sport"),
    (20, "puffin", "Puffin Club", "Children"),
    (30, "lantern", "Lantern Films", "Films"),
)

PACKAGES = {
    "basic": ("Basic", ["harbour", "tide", "quay/news"]),
    "family": ("Family", ["puffin", "lantern"]),
    "sport": ("Sport", ["regatta"]),
}

#: Who watches in the examples that are printed.
VIEWER = "maria"


def fill(now: datetime) -> None:
    """Put the demonstration into a site that has nothing yet.

    :param now: UTC.
    """
    nouns = (users, packages, channels, servers)
    if any(noun.page(limit=1).count for noun in nouns):
        return
    # The address follows at each start, see move_server.
    servers.create(name=SERVER, title="Demonstration server", url="http://127.0.0.1")
    for number, name, title, group in CHANNELS:
        channels.create(number=number, name=name, title=title, group=group, server=SERVER)
    for name, (title, names) in PACKAGES.items():
        packages.create(name=name, title=title, channels=names)
    _create_users(now)


def _create_users(now: datetime) -> None:
    everything = list(PACKAGES)
    month = timedelta(days=30)
    users.create(name=VIEWER, packages=["basic", "family"], max_sessions=3)
    users.create(name="boathouse", packages=everything, comment="The screen in the club room.")
    users.create(name="olaf", packages=["basic", "sport"], max_sessions=1, expires_at=now + month)
    users.create(name="ines", packages=["basic"], max_sessions=1, expires_at=now - month)
    users.create(name="summer-guest", packages=everything, enabled=False)


def move_server(url: str) -> None:
    """Tell the site where the demonstration server is now."""
    try:
        server = servers.get(SERVER)
    except NotFound:
        return
    if server.url != url:
        servers.update(server, url=url)


@dataclass(frozen=True)
class Example:
    """Somebody who may watch something: ``token`` is the user's, ``channel`` the stream's name."""

    user: str
    token: str = field(repr=False)
    channel: str


def example(now: datetime) -> Example | None:
    """The viewer of the printed examples, ``None`` when the demonstration was changed too much.

    :param now: UTC.
    """
    try:
        user = users.by_name(VIEWER)
    except NotFound:
        return None
    if users.refusal(user, now) or user.allowed_networks:
        return None
    for channel in channels.page(enabled=True, sort="number").items:
        in_package = any(channel in package.channels for package in user.packages)
        if may_watch(config.current(), user.by_packages, in_package):
            return Example(user.name, user.key, channel.name)
    return None
