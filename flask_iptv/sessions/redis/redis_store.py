"""Sessions in Redis or Valkey: for many processes and hosts, with one round trip a question."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol

from ... import redis_urls
from ...errors import ConfigError, Unavailable
from ..store import Admission, Audience, Device, OpenSession, Remember, Selection, SetAside
from .listing import Place, audience_of, count_of, count_of_each, merged, page_of, shards_of
from .rows import ended_session, microseconds, number, open_session, text
from .scripts import SHARDS, Call, Script

#: In seconds: a media server waits three for its answer, so ours must be known well before.
_TIMEOUTS = {"socket_connect_timeout": 1.0, "socket_timeout": 1.0, "protocol": 2}
#: Sessions of one shard that a tick lets go of at most: a tick must not hold up the questions.
_SWEPT = 200
#: Users whose sessions are ended in one round trip.
_ENDED = 200


class _Servers(Protocol):
    def ask(self, calls: Sequence[Call]) -> list[Any]: ...

    def close(self) -> None: ...


class RedisStore:
    """The store behind ``redis:``.

    It connects at the first question. Whatever happens to the server meanwhile, a question ends
    within a few seconds, and soon after it has come back all is well again.

    :param url: ``redis://``, ``rediss://`` (TLS), ``unix://`` or ``valkey://``, with the options
        that redis-py knows; ``cluster=1`` for a cluster.
    :param remember: takes what has ended.
    :raises ConfigError: if the URL can't be used, or redis-py is not installed.
    """

    def __init__(self, url: str, remember: Remember) -> None:
        self._servers = _servers(url)
        self._remember = remember
        self._admit = Script("admit")
        self._end = Script("end")
        self._end_all = Script("end_all")
        self._keep_oldest = Script("keep_oldest")
        self._cut = Script("cut")
        self._sweep = Script("sweep")
        self._get = Script("get")
        self._select = Script("select")
        self._count = Script("count")
        self._audience = Script("audience")

    def admit(self, wish: Admission, *, now: datetime) -> str | None:
        device = wish.device
        moment = microseconds(now)
        digest = device.digest
        arguments = (
            b"%d" % moment,
            _held_by(digest),
            number(device.user_id),
            b"%d" % wish.channel_id,
            wish.event.value.encode(),
            text(device.address),
            text(device.user_agent),
            text(wish.protocol),
            text(wish.server_session),
            number(wish.max_sessions),
            b"1" if wish.replace else b"",
            b"%d" % (moment + wish.lease * 1_000_000),
            b"%d" % (moment + wish.grace * 1_000_000),
            number(wish.bytes),
        )
        refusal = self._change(self._admit, _shard(device, digest), arguments)
        return None if refusal is None else str(refusal.decode())

    def end(
        self,
        device: Device,
        server_session: str | None = None,
        *,
        now: datetime,
        bytes: int | None = None,
    ) -> None:
        digest = device.digest
        arguments = (
            b"%d" % microseconds(now),
            _held_by(digest),
            number(device.user_id),
            text(server_session),
            number(bytes),
        )
        self._change(self._end, _shard(device, digest), arguments)

    def end_all(self, user_id: int, *, now: datetime) -> None:
        arguments = (b"%d" % microseconds(now), b"%d" % user_id)
        self._change(self._end_all, user_id % SHARDS, arguments)

    def end_all_of(self, user_ids: Sequence[int], *, now: datetime) -> None:
        moment = b"%d" % microseconds(now)
        for start in range(0, len(user_ids), _ENDED):
            replies = self._servers.ask([
                Call(self._end_all, user_id % SHARDS, (moment, b"%d" % user_id))
                for user_id in user_ids[start : start + _ENDED]
            ])  # fmt: skip
            self._take([reply for reply in replies if isinstance(reply, list)])
            _all_answered(replies)

    def keep_oldest(self, user_id: int, count: int, *, now: datetime) -> None:
        arguments = (b"%d" % microseconds(now), b"%d" % user_id, b"%d" % count)
        self._change(self._keep_oldest, user_id % SHARDS, arguments)

    def cut(self, session_id: int, *, now: datetime) -> bool:
        arguments = (b"%d" % microseconds(now), b"%016d" % session_id)
        return self._change(self._cut, session_id % SHARDS, arguments) is not None

    def get(self, session_id: int, *, now: datetime) -> OpenSession | None:
        arguments = (b"%d" % microseconds(now), b"%016d" % session_id)
        (row,) = self._ask([Call(self._get, session_id % SHARDS, arguments)])
        return None if row is None else open_session(row)

    def select(self, wanted: Selection, *, limit: int, now: datetime) -> list[OpenSession]:
        def ask(after: Mapping[int, Place | None], size: int) -> list[Any]:
            return self._ask([
                Call(self._select, shard, page_of(wanted, place, size, now))
                for shard, place in after.items()
            ])  # fmt: skip

        return merged(wanted, limit, ask)

    def count(self, wanted: Selection, *, now: datetime) -> int:
        arguments = count_of(wanted, now)
        calls = [Call(self._count, shard, arguments) for shard in shards_of(wanted)]
        return sum(count for (count,) in self._ask(calls))

    def count_by_user(self, user_ids: Sequence[int], *, now: datetime) -> dict[int, int]:
        by_shard = defaultdict(list)
        for user_id in user_ids:
            by_shard[user_id % SHARDS].append(user_id)
        calls = [Call(self._count, shard, count_of_each(users, now))
                 for shard, users in by_shard.items()]  # fmt: skip
        counts: dict[int, int] = {}
        if calls:
            for users, found in zip(by_shard.values(), self._ask(calls), strict=True):
                counts.update(zip(users, found, strict=True))
        return counts

    def audience(self, *, now: datetime) -> Audience:
        arguments = [b"%d" % microseconds(now)]
        return audience_of(self._ask([Call(self._audience, n, arguments) for n in range(SHARDS)]))

    def refused_at(self) -> datetime | None:
        return None

    def set_aside(self) -> SetAside | None:
        return None

    def tick(self, now: datetime) -> None:
        arguments = (b"%d" % microseconds(now), b"%d" % _SWEPT)
        calls = [Call(self._sweep, shard, arguments) for shard in range(SHARDS)]
        replies = self._servers.ask(calls)
        # What some shards have let go of must not be lost because others don't answer.
        self._take([reply for reply in replies if isinstance(reply, list)])
        _all_answered(replies)

    def close(self) -> None:
        self._servers.close()

    def _change(self, script: Script, shard: int, arguments: Sequence[bytes]) -> Any:
        (reply,) = self._ask([Call(script, shard, arguments)])
        if type(reply) is list:
            self._take([reply])
            return reply[0]
        return reply

    def _ask(self, calls: Sequence[Call]) -> list[Any]:
        return _all_answered(self._servers.ask(calls))

    def _take(self, replies: Sequence[list[Any]]) -> None:
        ended = [ended_session(row) for reply in replies for row in reply[1:]]
        if ended:
            self._remember(ended)


def _all_answered(replies: list[Any]) -> list[Any]:
    for reply in replies:
        if isinstance(reply, Unavailable):
            raise reply
    return replies


def _held_by(digest: str) -> bytes:
    # Half of it is more than enough to tell devices apart, and memory is dear.
    return digest[:32].encode()


def _shard(device: Device, digest: str) -> int:
    return (int(digest[:8], 16) if device.user_id is None else device.user_id) % SHARDS


def _servers(url: str) -> _Servers:
    try:
        import redis  # noqa: F401 - told in words if it is missing
    except ImportError as error:
        message = "sessions in Redis need redis-py: install flask-iptv[redis]"
        raise ConfigError(message) from error
    from .cluster import Cluster
    from .server import Server

    try:
        given, is_cluster = redis_urls.parse(url)
        options = _TIMEOUTS | given
        return Cluster(options) if is_cluster else Server(options)
    except (ValueError, TypeError):
        # What exactly was wrong may hold the password.
        message = (
            "the URL of the session store can't be used: it should look like redis://host:6379/0"
        )
        raise ConfigError(message) from None
