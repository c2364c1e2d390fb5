"""Media servers that play a trace against a session store, by a clock that does not run."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from functools import partial
from heapq import heappop, heappush
from itertools import count

from flask_iptv.sessions import Admission, Device, Event, Selection, Store
from tests.sessions.traces import Deed, Player, Step

START = datetime(2026, 1, 1, tzinfo=timezone.utc)
#: What the site tells and does unless it is configured otherwise, in seconds.
AUTH_DURATION = 180
LEASE = AUTH_DURATION + 30
SEGMENTED_LEASE = 60
GRACE = 30
#: Seconds between two looks at what is due.
TICK = 90


@dataclass(frozen=True)
class Moment:
    """One question and what became of it.

    :param reason: of the refusal.
    :param before: who held a slot when it was asked, and ``after`` it was answered.
    :param counted: how many slots the store counted then.
    """

    at: float
    player: Player
    event: Event
    session: str | None
    reason: str | None
    before: frozenset[Player]
    after: frozenset[Player]
    counted: int


@dataclass
class Outcome:
    """What became of a trace.

    :param watching: who watches what at its end.
    """

    moments: list[Moment] = field(default_factory=list)
    watching: list[tuple[str, str]] = field(default_factory=list)

    @property
    def refusals(self) -> list[tuple[float, str, str | None]]:
        """When was who refused, and why."""
        return [
            (moment.at, moment.player.user_agent, moment.reason)
            for moment in self.moments
            if moment.reason is not None
        ]

    @property
    def most(self) -> int:
        """The most devices that held a slot at once."""
        return max((moment.counted for moment in self.moments), default=0)


@dataclass(eq=False)
class ServerSession:
    """A session as its media server sees it."""

    player: Player
    channel: str
    id: str


@dataclass
class Simulator:
    """The media servers of one user's players.

    They ask about each session that was allowed once in :data:`AUTH_DURATION` until it is closed,
    lost or refused.

    :param channel_ids: by the names that traces use.
    """

    store: Store
    user_id: int
    channel_ids: dict[str, int]
    limit: int | None = 1
    replace: bool = False

    def replay(self, trace: Sequence[Step], *, until: float = 0) -> Outcome:
        """Play a trace, from a state in which nobody watches.

        :param until: seconds; at least to its last step.
        """
        self.store.end_all(self.user_id, now=START)
        self._outcome = Outcome()
        self._sessions: dict[tuple[str, str], ServerSession] = {}
        self._agenda: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = count()
        for step in trace:
            self._plan(step.at, partial(self._do, step))
        end = max([until, *(step.at for step in trace)])
        for number in range(int(end // TICK)):
            self._plan(number * TICK, self._tick)
        while self._agenda and self._agenda[0][0] <= end:
            at, _, work = heappop(self._agenda)
            work(at)
        names = {id: name for name, id in self.channel_ids.items()}
        found = self.store.select(self._mine(), limit=100, now=_time(end))
        watching = sorted((str(item.user_agent), names[item.channel_id]) for item in found)
        self._outcome.watching = watching
        return self._outcome

    def _plan(self, at: float, work: Callable[[float], None]) -> None:
        heappush(self._agenda, (at, next(self._order), work))

    def _do(self, step: Step, at: float) -> None:
        key = (step.server, step.session or "")
        match step:
            case Step(deed=Deed.OPENS, player=Player() as player, session=str() as session):
                self._begin(step.server, ServerSession(player, step.channel, session), at)
            case Step(deed=Deed.UPDATES, player=Player() as player, session=str() as session):
                self._sessions[key] = ServerSession(player, step.channel, session)
                self._go_on(key, self._sessions[key], at)
            case Step(deed=Deed.CLOSES, player=Player() as player):
                known = self._sessions.pop(key, None)
                device = self._device(known.player if known is not None else player)
                self.store.end(device, step.session, now=_time(at))
            case Step(deed=Deed.ASKS, player=Player() as player):
                self._ask(player, step.channel, None, Event.OPEN, at, SEGMENTED_LEASE)
            case Step(deed=Deed.MOVES, player=Player() as player, address=str() as address):
                for known in self._sessions.values():
                    if known.player == player:
                        known.player = player._replace(address=address)
            case Step(deed=Deed.LOSES):
                for other in list(self._sessions):
                    if other == key or (step.session is None and other[0] == step.server):
                        del self._sessions[other]

    def _begin(self, server: str, session: ServerSession, at: float) -> None:
        reason = self._ask(session.player, session.channel, session.id, Event.OPEN, at)
        if reason is None:
            self._sessions[server, session.id] = session
            next_time = partial(self._go_on, (server, session.id), session)
            self._plan(at + AUTH_DURATION, next_time)

    def _go_on(self, key: tuple[str, str], session: ServerSession, at: float) -> None:
        if self._sessions.get(key) is not session:
            return
        if self._ask(session.player, session.channel, session.id, Event.UPDATE, at) is None:
            self._plan(at + AUTH_DURATION, partial(self._go_on, key, session))
        else:
            del self._sessions[key]

    def _ask(
        self,
        player: Player,
        channel: str,
        session: str | None,
        event: Event,
        at: float,
        lease: int = LEASE,
    ) -> str | None:
        wish = Admission(
            device=self._device(player),
            channel_id=self.channel_ids[channel],
            event=event,
            server_session=session,
            protocol="hls",
            max_sessions=self.limit,
            replace=self.replace,
            lease=lease,
            grace=GRACE,
        )
        before = self._holders(at)
        reason = self.store.admit(wish, now=_time(at))
        after = self._holders(at)
        counted = self.store.count(self._mine(), now=_time(at))
        moment = Moment(at, player, event, session, reason, before, after, counted)
        self._outcome.moments.append(moment)
        return reason

    def _holders(self, at: float) -> frozenset[Player]:
        found = self.store.select(self._mine(), limit=100, now=_time(at))
        return frozenset(Player(str(item.user_agent), str(item.address)) for item in found)

    def _device(self, player: Player) -> Device:
        return Device(self.user_id, player.address, player.user_agent)

    def _mine(self) -> Selection:
        return Selection(user_id=self.user_id)

    def _tick(self, at: float) -> None:
        self.store.tick(_time(at))


def _time(at: float) -> datetime:
    return START + timedelta(seconds=at)
