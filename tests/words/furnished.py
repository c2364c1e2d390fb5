"""A provider of whom there is something of everything, and all of it in no Latin letters."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from flask import Flask

from flask_iptv import channels, database, packages, servers, users
from flask_iptv.models import Attendance, Cut, PastSession, Refusals, Session, Usage, utcnow

TOKEN = "1234567890"

_REASONS = ("no_token", "too_many_sessions", "channel_unknown")
_ENDINGS = ("closed", "silent", "zapped", "cut", "dismissed")


def furnish(app: Flask) -> None:
    """Fill the tables of an app."""
    with app.app_context():
        _nouns()
        database.session().flush()
        database.session().add_all([*_sessions(utcnow()), *_past(utcnow()), *_cuts(utcnow())])
        database.session().commit()


def _nouns() -> None:
    now, day = utcnow(), timedelta(days=1)
    kinds: tuple[servers.ServerKind, ...] = ("flussonic", "proxy", "mediamtx")
    for number, kind in enumerate(kinds, 1):
        servers.create(name=f"сервер {number}", url=f"https://{number}.example", kind=kind)
    servers.update(servers.get("сервер 1"), api_url="http://127.0.0.1:1", securetoken_keys=["1"])
    servers.create(name="сервер 4", url="https://4.example")
    channels.create(name="первый", title="Первый", group="Новости", server="сервер 1", number=1)
    channels.create(name="второй", server="сервер 2", logo="https://4.example/1.png", number=2)
    channels.create(name="третий", enabled=False, server="сервер 1")
    channels.create(name="четвёртый")
    packages.create(name="базовый", title="Базовый", channels=["первый", "второй"])
    packages.create(name="пустой")
    packages.create(name="третий")
    made: list[dict[str, Any]] = [
        {"key": TOKEN, "packages": ["базовый", "пустой", "третий"], "max_sessions": 2},
        {"enabled": False, "email": "1@2.3", "comment": "Сосед"},
        {"expires_at": now - day, "max_sessions": 1, "key": f"{TOKEN}2"},
        {"starts_at": now + day, "expires_at": now + 30 * day, "key": f"{TOKEN}3"},
        {"expires_at": now + timedelta(hours=2), "allowed_networks": ["192.0.2.0/24"]},
        {"packages": ["базовый"], "key": f"{TOKEN}5"},
    ]
    for number, fields in enumerate(made, 1):
        users.create(name=f"зритель {number}", **fields)
    users.update(users.by_name("зритель 6"), packages=[])


def _sessions(now: datetime) -> list[Session]:
    facts: list[dict[str, Any]] = [
        {"user_id": 1, "user_agent": "Плеер/3", "address": "192.0.2.1", "protocol": "1"},
        {"user_id": 1},
        {"user_id": None},
    ]
    return [
        Session(
            device=str(number),
            channel_id=number % 2 + 1,
            opened_at=now - timedelta(minutes=5),
            seen_at=now,
            expires_at=now + timedelta(days=1),
            **fact,
        )
        for number, fact in enumerate(facts)
    ]


def _past(now: datetime) -> list[object]:
    hour = timedelta(hours=1)
    past: list[object] = [
        PastSession(
            user_id=(1, None, 99)[number % 3],
            channel_id=(1, 99)[number % 2],
            opened_at=now - 2 * hour,
            ended_at=now - hour,
            ending=ending,
            bytes=(1, 5_000_000, None)[number % 3],
            address="192.0.2.1" if number % 2 else None,
        )
        for number, ending in enumerate(_ENDINGS)
    ]
    minute = int(now.timestamp()) // 60
    past += [Attendance(minute=minute - ago, sessions=ago) for ago in (1, 3)]
    past += [Refusals(minute=minute - 1, reason=reason, times=2) for reason in _REASONS]
    totals = {"sessions": 1, "seconds": 7000, "bytes": 1}
    past += [Usage(user_id=1, day=now.date(), channel_id=1, **totals)]
    return past


def _cuts(now: datetime) -> list[Cut]:
    states: list[dict[str, Any]] = [
        {"done": True, "outcome": "Готово", "user_id": 1, "server_id": 1},
        {"due_at": now + timedelta(minutes=1), "attempts": 1, "user_id": 99, "address": "::1"},
        {"due_at": now - timedelta(minutes=1), "attempts": 2, "server_id": 1},
        {"due_at": now},
        {},
    ]
    return [
        Cut(channel_id=(1, 99)[number % 2], asked_at=now, **state)
        for number, state in enumerate(states)
    ]
