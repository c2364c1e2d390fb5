"""What holds whatever players do, in whatever order and however late media servers notice."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from flask_iptv.sessions import Event
from tests.examples import examples
from tests.sessions.conftest import STORES
from tests.sessions.household import Household, move_in
from tests.sessions.simulator import AUTH_DURATION, GRACE, LEASE, SEGMENTED_LEASE
from tests.sessions.traces import CHANNELS, Deed, Player, Step

TV = Player("tv")
PLAYERS = [TV, Player("phone"), Player("tv", "198.51.100.7")]
#: Questions that a question may meet: at once, just before something ends, and just after.
DELAYS = st.sampled_from([0, 0.5, 1, GRACE, SEGMENTED_LEASE, AUTH_DURATION, LEASE, 3 * LEASE])
ONE = st.just(TV)
SEVERAL = st.sampled_from(PLAYERS)


@pytest.fixture(scope="module", params=STORES)
def household(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Household]:
    with move_in(request.param, request, tmp_path_factory.mktemp("household")) as household:
        yield household


@st.composite
def traces(draw: st.DrawFn, players: st.SearchStrategy[Player]) -> list[Step]:
    """Anything, each step some time after the one before."""
    steps = []
    at = 0.0
    for _ in range(draw(st.integers(1, 12))):
        at += draw(DELAYS)
        deed = draw(st.sampled_from([Deed.OPENS, *Deed]).filter(lambda deed: deed != Deed.MOVES))
        session = draw(st.sampled_from("abc"))
        step = Step(at, deed, draw(players), draw(st.sampled_from(CHANNELS[:2])), session)
        steps.append(step._replace(server=draw(st.sampled_from(["east", "west"]))))
    return steps


@st.composite
def evenings(draw: st.DrawFn, players: st.SearchStrategy[Player]) -> list[Step]:
    """Sessions that are opened once and all closed in the end, in any order."""
    steps = []
    for number in range(draw(st.integers(1, 6))):
        player, channel = draw(players), draw(st.sampled_from(CHANNELS[:2]))
        begin = draw(st.integers(0, 300))
        steps.append(player.opens(f"s{number}", at=begin, on=channel))
        steps.append(player.closes(f"s{number}", at=begin + draw(st.integers(0, 600)) + 0.5))
    return steps


def tries(household: Household) -> settings:
    """Many where they cost next to nothing."""
    return settings(max_examples=examples(200 if household.name == "memory" else 15))


def test_a_viewer_alone_is_never_refused(household: Household) -> None:
    @tries(household)
    @given(trace=traces(ONE), replace=st.booleans())
    def holds(trace: list[Step], replace: bool) -> None:
        household.replace = replace
        played = household.replay(*trace, until=trace[-1].at + LEASE)
        assert played.refusals == []
        assert played.most <= 1

    holds()


def test_never_more_devices_than_the_limit(household: Household) -> None:
    @tries(household)
    @given(trace=traces(SEVERAL), limit=st.integers(1, 2), replace=st.booleans())
    def holds(trace: list[Step], limit: int, replace: bool) -> None:
        household.replace = replace
        known: set[str | None] = {None}
        played = household.replay(*trace, limit=limit, until=trace[-1].at + LEASE)
        for moment in played.moments:
            assert moment.counted == len(moment.after) <= limit
            assert (moment.player in moment.after) == (moment.reason is None)
            if not replace and moment.reason is not None:
                # Nobody loses a slot to another, and none is kept from anybody while it is free.
                assert len(moment.before) == limit
                assert moment.player not in moment.before
            elif moment.event is Event.OPEN and moment.session not in known:
                assert not replace or moment.reason is None
            known.add(moment.session)

    holds()


def test_when_all_is_closed_nobody_watches(household: Household) -> None:
    @tries(household)
    @given(trace=evenings(SEVERAL), replace=st.booleans())
    def holds(trace: list[Step], replace: bool) -> None:
        household.replace = replace
        assert household.replay(*trace).watching == []

    holds()
