"""What is on the site that is shown in pictures: a small provider on a Sunday evening."""

from __future__ import annotations

import math
import random
from datetime import datetime, timedelta, timezone
from typing import NamedTuple

from flask import Response

from flask_iptv import channels, database, packages, servers, users
from flask_iptv.models import Attendance, Refusals

from .clock import Clock
from .lively import watch
from .site import Site

NOW = datetime(2026, 3, 1, 19, 42, tzinfo=timezone.utc)

SERVER = "main"

CONFIG = {
    "IPTV_PUBLIC_URL": "https://tv.example.org",
    # Who began to watch long ago is watching still.
    "IPTV_AUTH_DURATION": 3 * 60 * 60,
}


class OnAir(NamedTuple):
    """A channel, and the colour of its logo."""

    number: int
    name: str
    title: str
    group: str
    colour: str


CHANNELS = (
    OnAir(1, "news/one", "News One", "News", "#b3261e"),
    OnAir(2, "news/europe", "Europe Today", "News", "#1d4ed8"),
    OnAir(3, "news/business", "Market Watch", "News", "#0f766e"),
    OnAir(10, "sport/arena", "Arena Sport", "Sport", "#15803d"),
    OnAir(11, "sport/arena-2", "Arena Sport 2", "Sport", "#166534"),
    OnAir(12, "sport/winter", "Winter Games", "Sport", "#0369a1"),
    OnAir(20, "films/lantern", "Lantern Films", "Films", "#7e22ce"),
    OnAir(21, "films/classics", "Cinema Archive", "Films", "#374151"),
    OnAir(30, "kids/puffin", "Puffin Club", "Children", "#c2410c"),
    OnAir(31, "kids/stories", "Story Hour", "Children", "#a16207"),
    OnAir(40, "music/jazz", "Jazz Cellar", "Music", "#9d174d"),
    OnAir(41, "music/concert", "Concert Hall", "Music", "#4338ca"),
)

PACKAGES = {
    "basic": ("Basic", ["news/one", "news/europe", "kids/puffin", "kids/stories"]),
    "family": ("Family", ["films/lantern", "films/classics", "music/jazz", "music/concert"]),
    "sport": ("Sport", ["sport/arena", "sport/arena-2", "sport/winter"]),
    "business": ("Business", ["news/one", "news/europe", "news/business"]),
}


class Viewer(NamedTuple):
    """A user; ``days`` until the subscription ends."""

    name: str
    packages: str
    devices: int | None
    days: int | None
    enabled: bool = True


VIEWERS = (
    Viewer("anna.keller", "basic family", 3, 212),
    Viewer("Café Lumière", "business sport", 6, None),
    Viewer("d.okafor", "basic sport", 2, 48),
    Viewer("Hotel Seeblick", "basic family sport", None, 301),
    Viewer("ines", "basic", 1, -9),
    Viewer("Дмитрий Орлов", "basic family sport", 3, 94),
    Viewer("jonas.weber", "basic", 2, 3),
    Viewer("layla", "basic family", 2, 120, False),
    Viewer("marta", "basic family", 2, 17),
    Viewer("olaf", "sport", 1, 65),
    Viewer("sofia.r", "basic family", 3, 180),
    Viewer("town-hall", "business", 4, None),
)

VLC = "VLC/3.0.20 LibVLC/3.0.20"
KODI = "Kodi/21.0 (Linux; Android 12) Android/12 App_Bitness/64"
TIVIMATE = "TiviMate/5.1.0 (Linux; Android 11; BRAVIA 4K VH2)"
TIZEN = "Mozilla/5.0 (SMART-TV; LINUX; Tizen 7.0) AppleWebKit/537.36 Version/7.0 TV Safari/537.36"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) Version/18.1 Safari/604.1"

#: Who watches, what, from where, on what, and since how many minutes.
WATCHING = (
    ("anna.keller", "films/lantern", "198.51.100.23", TIZEN, 52),
    ("anna.keller", "kids/puffin", "198.51.100.23", IPHONE, 14),
    ("Café Lumière", "sport/arena", "203.0.113.80", KODI, 96),
    ("Café Lumière", "sport/winter", "203.0.113.81", KODI, 95),
    ("d.okafor", "sport/arena", "198.51.100.140", TIVIMATE, 38),
    ("Hotel Seeblick", "news/europe", "203.0.113.12", TIZEN, 21),
    ("Hotel Seeblick", "films/classics", "203.0.113.14", TIZEN, 11),
    ("Hotel Seeblick", "sport/arena", "203.0.113.17", TIZEN, 7),
    ("Дмитрий Орлов", "music/jazz", "2001:db8:41::7", VLC, 5),
    ("olaf", "sport/arena", "198.51.100.77", TIVIMATE, 33),
    ("sofia.r", "films/lantern", "198.51.100.201", VLC, 2),
)

REASONS = {"too_many_sessions": 0.5, "expired": 0.3, "unknown_token": 0.2}


def fill(site: Site, clock: Clock) -> None:
    """Furnish a site, whose time stands still.

    :param clock: shows :data:`NOW`.
    """
    site.app.add_url_rule("/logos/<int:number>.svg", "logos", _logo)
    with site.app.app_context():
        servers.create(name=SERVER, title="Frankfurt", url=site.media)
        _create_channels(site)
        _create_users()
        _record_attendance()
        database.session().commit()
    for number, (name, channel, address, agent, minutes) in enumerate(WATCHING):
        with clock.ago(minutes=minutes, seconds=number * 7):
            status = watch(site, channel, key(name), ip=address, user_agent=agent)
            assert status == 200, (name, channel)


def key(name: str) -> str:
    """Give a user's token; it reads as those that are made at random."""
    return random.Random(name).randbytes(11).hex()


def _create_channels(site: Site) -> None:
    for channel in CHANNELS:
        channels.create(
            number=channel.number,
            name=channel.name,
            title=channel.title,
            group=channel.group,
            logo=f"{site.url}/logos/{channel.number}.svg",
            server=SERVER,
        )
    for name, (title, names) in PACKAGES.items():
        packages.create(name=name, title=title, channels=names)


def _create_users() -> None:
    for number, viewer in enumerate(VIEWERS):
        user = users.create(
            name=viewer.name,
            key=key(viewer.name),
            packages=viewer.packages.split(),
            max_sessions=viewer.devices,
            enabled=viewer.enabled,
            expires_at=None if viewer.days is None else NOW + timedelta(days=viewer.days),
        )
        user.created_at = NOW - timedelta(days=400 - 31 * number)


def _record_attendance() -> None:
    """Write down a month of evenings with more viewers than mornings have, and some refusals."""
    chance = random.Random(5)
    last = int(NOW.timestamp()) // 60
    session = database.session()
    for minute in range(last - 31 * 24 * 60, last + 1):
        hour = minute / 60 % 24
        evening = math.exp(-(((hour - 20) / 3.5) ** 2)) + 0.35 * math.exp(-(((hour - 8) / 2) ** 2))
        weekend = 1.3 if (minute // 1440) % 7 in (2, 3) else 1
        wobble = math.sin(minute / 17) + math.sin(minute / 5.3) / 2
        most = round(max(0, evening * weekend * len(WATCHING) + wobble))
        session.add(Attendance(minute=minute, sessions=most))
        if chance.random() < evening / 15:
            reason = chance.choices(list(REASONS), weights=list(REASONS.values()))[0]
            session.add(Refusals(minute=minute, reason=reason, times=chance.randint(1, 4)))


def _logo(number: int) -> Response:
    channel = next(channel for channel in CHANNELS if channel.number == number)
    letters = "".join(word[0] for word in channel.title.split())[:2]
    return Response(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 64 64">'
        f'<rect width="64" height="64" rx="14" fill="{channel.colour}"/>'
        '<text x="32" y="42" font-family="sans-serif" font-weight="700" font-size="26"'
        f' text-anchor="middle" fill="#fff">{letters}</text></svg>',
        mimetype="image/svg+xml",
    )
