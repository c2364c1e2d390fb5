"""``/tv/auth`` over HTTP, as many questions a second as a server answers, beside its peers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

from .. import provider
from ..arena import Arena, rotated
from ..contender import Contender
from ..databases import postgresql, valkey
from ..figures import Result, Row, Series, Skipped, Unmeasured, at_least, compared


@dataclass(frozen=True)
class Line(Row):
    """Two contenders beside each other: ``ours`` ÷ ``peer``."""

    ours: str = "iptv"
    peer: str = "empty"


ROWS = (
    Line("auth", "`/tv/auth` ÷ empty Flask view (1 M users, 20 k sessions)", at_least(1.8)),
    Line("bare", "`/tv/auth` ÷ bare WSGI callable", at_least(0.8), peer="bare"),
    Line("scale", "1 M users, 100 k sessions ÷ 1 k users, 10 sessions", at_least(0.85),
         ours="large", peer="small"),
    Line("view", '`IPTV_AUTH_DOOR="view"` ÷ empty Flask view', at_least(0.8), ours="view"),
    Line("redis", "Valkey store ÷ empty Flask view", at_least(1.0), ours="redis"),
    Line("postgresql", "PostgreSQL as the only store ÷ empty Flask view", at_least(0.65),
         ours="postgresql"),
    Line("sqlite", 'SQLite as the only store (`"sql:"`) ÷ empty Flask view', ours="sqlite"),
    Line("naive", "`/tv/auth` ÷ the ORM view that everyone writes first", peer="naive"),
    Line("twin", "`/tv/auth` ÷ the FastAPI twin's way of working", at_least(40), peer="twin"),
    Line("fastapi", "`/tv/auth` ÷ FastAPI + uvicorn, one SQLite look-up", at_least(1.5),
         peer="look_up"),
)  # fmt: skip


@dataclass
class _Turns:
    """What a contender did in each of its turns."""

    rate: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    slow: list[float] = field(default_factory=list)

    @property
    def told(self) -> dict[str, float]:
        turns = {"requests/s": self.rate, "CPU µs per request": self.cpu, "p99 ms": self.slow}
        return {name: Series(values, "").median for name, values in turns.items() if values}


class _Field:
    """The contenders that this run needs, all open at the same time."""

    def __init__(self, arena: Arena, stack: ExitStack) -> None:
        self._arena, self._stack = arena, stack
        self.contenders: dict[str, Contender] = {}
        #: Why a contender is not there.
        self.away: dict[str, str] = {}

    def need(self, name: str) -> None:
        """Let a contender in, unless it is there or can't come."""
        if name in self.contenders or name in self.away:
            return
        try:
            contender = self._let_in(name)
        except Unmeasured as error:
            self.away[name] = _in_short(error)
        else:
            self.contenders[name] = contender

    def _let_in(self, name: str) -> Contender:
        arena = self._arena
        users, sessions, site, config = self._kind(name)
        viewers = list(provider.viewers(users, sessions))
        paths = arena.paths(name, (viewer.update() for viewer in viewers))
        contender = self._stack.enter_context(
            arena.contender(name, site, arena.site(users), paths, **config)
        )
        if site not in ("empty", "bare", "look_up"):
            arena.say(f"{name}: opening {sessions:,} sessions")
            contender.asked_each([viewer.opening() for viewer in viewers])
        contender.asked_for(1)
        return contender

    def _kind(self, name: str) -> tuple[int, int, str, dict[str, Any]]:
        many, usual = self._arena.users, self._arena.users // 50
        if name == "large":
            return many, many // 10, "iptv", {}
        if name == "small":
            return 1000, 10, "iptv", {}
        if name in ("naive", "twin"):
            # Each opening takes them a hundredth of a second or two.
            return many, usual // 20, name, {}
        if name in ("empty", "bare"):
            return 1000, 1000, name, {}
        if name == "look_up":
            return many, usual, name, {}
        return many, usual, "iptv", self._config(name)

    def _config(self, name: str) -> dict[str, Any]:
        if name == "view":
            return {"IPTV_AUTH_DOOR": "view"}
        if name == "redis":
            url = self._stack.enter_context(valkey(self._arena))
            return {"IPTV_SESSION_STORE": url}
        if name == "postgresql":
            url = self._stack.enter_context(postgresql(self._arena))
            return {"SQLALCHEMY_DATABASE_URI": url, "IPTV_SESSION_STORE": "sql:"}
        return {"IPTV_SESSION_STORE": "sql:"} if name == "sqlite" else {}


def _in_short(error: Unmeasured) -> str:
    return " ".join(str(error).split())[:300]


def measure(arena: Arena, wanted: Sequence[Row]) -> Iterator[Result | Skipped]:
    """Fill the wanted lines, all in the same rounds."""
    lines = [row for row in wanted if isinstance(row, Line)]
    with ExitStack() as stack:
        field_ = _Field(arena, stack)
        for line in lines:
            field_.need(line.ours)
            field_.need(line.peer)
        turns = _rounds(arena, list(field_.contenders.values()), field_.away)
    for line in lines:
        away = [field_.away[name] for name in (line.ours, line.peer) if name in field_.away]
        if away:
            yield Skipped(line, away[0])
        else:
            yield _filled(line, turns[line.ours], turns[line.peer])


def _filled(line: Line, ours: _Turns, peer: _Turns) -> Result:
    rate, beside = (Series(turns.rate, "requests/s") for turns in (ours, peer))
    return compared(line, rate, beside, more={line.ours: ours.told, line.peer: peer.told})


def _rounds(arena: Arena, contenders: list[Contender], away: dict[str, str]) -> dict[str, _Turns]:
    turns = {contender.name: _Turns() for contender in contenders}
    for number in range(arena.rounds):
        arena.say(f"round {number + 1} of {arena.rounds}, {len(contenders)} contenders")
        for contender in rotated(contenders, number):
            if contender.name in away:
                continue
            try:
                done, cpu = contender.asked_for(arena.seconds)
            except Unmeasured as error:
                away[contender.name] = _in_short(error)
                continue
            turn = turns[contender.name]
            turn.rate.append(done.rate)
            turn.slow.append(done.slow)
            if cpu is not None:
                turn.cpu.append(cpu)
    return turns
