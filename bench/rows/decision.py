"""The decision without HTTP: called in this process, beside an empty Flask view called the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import count, islice, repeat
from time import perf_counter
from typing import TYPE_CHECKING, Any, TypeVar

from flask_iptv.authorization import Play
from flask_iptv.models import utcnow
from flask_iptv.sessions import Event

from .. import provider, sites
from ..arena import Arena, in_turn
from ..figures import Result, Row, Series, Skipped, at_most, compared
from ..machine import pinned
from ..wsgi import environ, run

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment

ROWS = (
    Row("warm", "decision in process, viewers who go on ÷ empty Flask view in process",
        at_most(0.12)),
    Row("cold", "decision in process, each question another user's first ÷ the same",
        at_most(0.3)),
    Row("door", "the WSGI door in process, viewers who go on ÷ the same"),
)  # fmt: skip
#: Questions of one turn.
_BATCH = 2000

T = TypeVar("T")


def measure(arena: Arena, wanted: Sequence[Row]) -> Iterator[Result | Skipped]:
    """Fill the lines, all in the same rounds."""
    config = {"IPTV_AUTH_DURATION": 3600, "IPTV_SESSION_STORE": "memory:"}
    app = sites.iptv(arena.site(arena.users), config)
    state = app.extensions["iptv"]
    decide = state.authorizer.decide
    viewers = list(provider.viewers(arena.users, arena.users // 50))
    updates = [_play(viewer, Event.UPDATE) for viewer in viewers]
    for viewer in viewers:
        decide(_play(viewer, Event.OPEN), now=utcnow())
    # Between those users are others who were never asked about.
    strangers = (
        _play(provider.Viewer(viewer.user + 7), Event.OPEN) for viewer in _scattered(viewers)
    )
    goers_on = _scattered(updates)
    asked = _scattered([environ(viewer.update()) for viewer in viewers])
    # All turns together must not come to the same one again.
    few = len(viewers) // (2 * arena.rounds + 2)
    nothing = sites.empty(arena.folder, {})
    view = environ("/tv/auth")
    measured: dict[str, Callable[[], float]] = {
        "view": lambda: _called(nothing, repeat(view, _BATCH)),
        "warm": lambda: _decided(decide, islice(goers_on, _BATCH)),
        "cold": lambda: _decided(decide, islice(strangers, few)),
        "door": lambda: _called(app.wsgi_app, islice(asked, _BATCH)),
    }
    with pinned(arena.cores.server):
        values = in_turn(2 * arena.rounds, *measured.values())
    state.close()
    series = {name: Series(taken, "µs") for name, taken in zip(measured, values, strict=True)}
    for row in wanted:
        yield compared(row, series[row.name], series["view"])


def _scattered(items: Sequence[T]) -> Iterator[T]:
    """One after the other for ever, but never neighbours."""
    return (items[number * 7919 % len(items)] for number in count())


def _play(viewer: provider.Viewer, event: Event) -> Play:
    return Play(
        token=viewer.token,
        stream=viewer.channel,
        address=viewer.address,
        user_agent="VLC/3.0.20 LibVLC/3.0.20",
        protocol="hls",
        event=event,
        server_session=viewer.server_session,
    )


def _decided(decide: Callable[..., Any], plays: Iterable[Play]) -> float:
    given = list(plays)
    began = perf_counter()
    for play in given:
        decide(play, now=utcnow())
    return 1e6 * (perf_counter() - began) / len(given)


def _called(application: WSGIApplication, environs: Iterable[WSGIEnvironment]) -> float:
    given = list(environs)
    began = perf_counter()
    for one in given:
        run(application, one)
    return 1e6 * (perf_counter() - began) / len(given)
