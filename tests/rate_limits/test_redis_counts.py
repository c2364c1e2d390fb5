"""Counts in Redis: nobody waits for a server that does not answer, and nothing secret is there."""

from __future__ import annotations

import socket
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from flask import Flask

from flask_iptv.rate_limits import DEFAULTS, Limiter
from flask_iptv.rate_limits import redis_counts as module
from flask_iptv.rate_limits.redis_counts import REST, RedisCounts
from tests.clock import Clock
from tests.conftest import LOGIN, furnish
from tests.real.ports import LOOPBACK
from tests.real.valkey import Valkey

HERE = "192.0.2.7"


class Seconds:
    """A clock that only ever grows."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def guess(limiter: Limiter, times: int) -> list[int]:
    return [limiter.count("login_address", HERE, HERE) for _ in range(times)]


@pytest.fixture
def silent() -> Iterator[str]:
    """The URL of a server that takes connections and says nothing."""
    with socket.create_server((LOOPBACK, 0)) as listener:
        yield f"redis://{LOOPBACK}:{listener.getsockname()[1]}/0?socket_timeout=60"


def test_while_it_is_away_nobody_is_limited_and_it_is_logged_once(
    tmp_path: Path, clock: Clock, caplog: pytest.LogCaptureFixture
) -> None:
    seconds = Seconds()
    with Valkey(tmp_path / "valkey") as server:
        counts = RedisCounts(server.url, seconds)
        limiter = Limiter(DEFAULTS, counts, clock)
        assert guess(limiter, 11) == [0] * 10 + [30]
        server.stop()
        assert guess(limiter, 20) == [0] * 20
        assert limiter.refused() == []
        seconds.now += REST
        assert guess(limiter, 2) == [0] * 2
        assert caplog.text.count("Redis does not answer") == 1
        server.__enter__()
        # It is asked again after a rest.
        assert guess(limiter, 11) == [0] * 11
        seconds.now += REST
        assert guess(limiter, 11) == [0] * 10 + [30]
        server.stop()
        assert guess(limiter, 1) == [0]
        assert caplog.text.count("Redis does not answer") == 2
        counts.close()


def test_a_server_that_says_nothing_is_waited_for_once(
    silent: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "PATIENCE", 0.05)
    asked: list[str] = []
    real = RedisCounts._connected

    def connected(self: RedisCounts) -> object:
        asked.append("again")
        return real(self)

    monkeypatch.setattr(RedisCounts, "_connected", connected)
    limiter = Limiter(DEFAULTS, RedisCounts(silent, Seconds()), clock)
    assert guess(limiter, 50) == [0] * 50
    assert asked == ["again"]


def test_a_cluster_counts_as_well(tmp_path: Path, clock: Clock) -> None:
    with Valkey(tmp_path / "valkey", cluster=True) as server:
        counts = RedisCounts(f"{server.url}?cluster=1", Seconds())
        limiter = Limiter(DEFAULTS, counts, clock)
        assert guess(limiter, 11) == [0] * 10 + [30]
        assert [refused.address for refused in limiter.refused()] == [HERE]
        counts.close()


def test_what_people_type_is_in_no_key_and_every_key_ends(
    make_app: Callable[..., Flask], valkey: Valkey, valkey_url: str
) -> None:
    app = make_app(IPTV_SESSION_STORE=valkey_url, IPTV_RATE_LIMITS={"login_name": "1 per hour"})
    with app.app_context():
        furnish()
    client = app.test_client()
    for _ in range(3):
        client.get("/tv/api/users", auth=("a name or a password", "wrong secret"))
        client.get("/tv/my/a-wrong-token")
        client.put("/tv/api/users/1", auth=LOGIN)
    keys = valkey.execute("KEYS", "*")
    texts = [key.decode() for key in keys if b"limits" in key]
    assert {key.split(":")[2] for key in texts} == {
        "refused", "login_address", "login_name", "unknown_token", "api_writes"
    }  # fmt: skip
    assert min(valkey.execute("TTL", key) for key in texts) >= 0
    values = [str(valkey.execute("ZRANGE", "iptv:{limits}:refused", "0", "-1"))]
    for key in texts:
        with suppress(Exception):
            values.append(str(valkey.execute("GET", key)))
    told = " ".join([*texts, *values])
    for secret in ("password", "secret", "a-wrong-token", LOGIN[1]):
        assert secret not in told


def test_the_television_does_not_notice_that_it_is_away(
    make_app: Callable[..., Flask], silent: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The sessions are elsewhere, so that only the limits could be in the way.
    app = make_app(IPTV_SESSION_STORE="sql:")
    with app.app_context():
        furnish()
        from flask_iptv import database

        database.session().commit()
    asked: list[str] = []
    counts = RedisCounts(silent, Seconds())
    monkeypatch.setattr(counts, "_connected", lambda: asked.append("asked"))
    services = app.extensions["iptv"].services
    services.limiter = Limiter(DEFAULTS, counts)
    answer = app.test_client().get("/tv/auth?name=ort&ip=192.0.2.1&token=bobs-token")
    assert (answer.status_code, asked) == (200, [])
