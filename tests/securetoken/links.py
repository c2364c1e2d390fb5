"""Links to test with: the known tokens, and how to make and to check others."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import NamedTuple

from flask_iptv.securetoken import Claims, sign, verify


def utc(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc)


START, END = utc(1700000000), utc(1700010800)
NOW = utc(1700000060)
KEY = "SECRETKEY"

CAPTURED = (
    "3e1f03301ca8ce2f74ae3391bfbd4237c09c8e2e-55d8fc7b5e656a51c6da90b0818bebae"
    "-1786225234-1786214434"
)
ALTA = "e8bff06f373694dda657e8417fe76f6b54b69807-a5cd6c00-1669890000-1669810000"
COMPUTED = (
    "a03fd28d8b8b32690a04d2c3ae934e83cf5f2da0-00112233445566778899aabbccddeeff"
    "-1700010800-1700000000"
)
WITH_USER = "d0396225ecc770e6a68ccccde186f5cb7fd6b7b0-abcd-1700010800-1700000000-42"


class Vector(NamedTuple):
    token: str
    name: str
    ip: str | None
    key: str
    claims: Claims
    user_id: str | None = None


VECTORS = [
    Vector(
        CAPTURED, "encoder4", None, "Rahil", Claims(utc(1786214434), utc(1786225234), False, None)
    ),
    Vector(
        ALTA,
        "/tv/travel-channel/index.m3u8",
        "192.168.88.98",
        "secret",
        Claims(utc(1669810000), utc(1669890000), True, None),
    ),
    Vector(COMPUTED, "cam/1", "10.77.0.150", KEY, Claims(START, END, True, None)),
    Vector(WITH_USER, "ort", "10.0.0.1", KEY, Claims(START, END, True, None), "42"),
]


def link(
    name: str = "ort",
    ip: str | None = "10.0.0.1",
    key: str = KEY,
    starts_at: datetime = START,
    ends_at: datetime = END,
    user_id: str | None = None,
    salt: str | None = None,
) -> str:
    return sign(
        name=name, ip=ip, starts_at=starts_at, ends_at=ends_at, key=key, user_id=user_id, salt=salt
    )


def check(token: str, name: str = "ort", ip: str | None = "10.0.0.1", *keys: str) -> Claims:
    return verify(token, name=name, ip=ip, keys=keys or (KEY,), now=NOW)


def ask(vector: Vector, token: str) -> Claims:
    now = vector.claims.starts_at
    return verify(token, name=vector.name, ip=vector.ip, keys=[vector.key], now=now)
