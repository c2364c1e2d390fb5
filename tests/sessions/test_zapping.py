"""What viewers do with their remote controls, replayed against every store with every policy."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.sessions.conftest import STORES
from tests.sessions.household import Household, move_in
from tests.sessions.simulator import AUTH_DURATION, GRACE, LEASE, SEGMENTED_LEASE
from tests.sessions.traces import CHANNELS, Player, loses, restarts, zaps

TV = Player("tv")
PHONE = Player("phone")
TABLET = Player("tablet")
#: Outside the house.
MOBILE = "198.51.100.7"
#: Seconds after which everything has been asked about a few times.
LATER = 4 * AUTH_DURATION


@pytest.fixture(scope="module", params=STORES)
def household(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Household]:
    """On each of the stores; a trace takes less time than to move in."""
    with move_in(request.param, request, tmp_path_factory.mktemp("household")) as household:
        yield household


@pytest.fixture(params=["reject", "replace"])
def home(request: pytest.FixtureRequest, household: Household) -> Household:
    """With each of the policies."""
    household.replace = request.param == "replace"
    return household


@pytest.mark.parametrize("closed_after", [0.3, 2.5, 20, 300, None])
def test_a_channel_each_second(home: Household, closed_after: float | None) -> None:
    played = home.replay(*zaps(TV, 30, every=1, closed_after=closed_after), until=LATER)
    assert played.refusals == []
    assert played.most == 1
    # Of sessions that are never closed the server goes on asking, and the last one is shown.
    assert played.watching == ([] if closed_after is not None else [("tv", "three")])


def test_another_device_while_one_zaps(home: Household) -> None:
    played = home.replay(*zaps(TV, 30, every=1, closed_after=2.5), PHONE.opens("p", at=27.5))
    if home.replace:
        # The next channel is a new wish: now the viewer at the TV takes the slot back.
        assert played.refusals == []
        assert played.moments[-1].after == {TV}
    else:
        assert played.refusals == [(27.5, "phone", "too_many_sessions")]
    assert played.most == 1


@pytest.mark.parametrize("late", [0.1, 3])
def test_kodi_asks_three_times_before_it_plays(home: Household, late: float) -> None:
    # HEAD and two short GETs; the server may notice only later that they are over.
    probes = [TV.opens(name, at=at) for at, name in enumerate(("head", "get", "get again"))]
    ends = [TV.closes(step.session or "", at=step.at + late) for step in probes]
    played = home.replay(
        *probes, *ends, TV.opens("film", at=3), PHONE.opens("p", at=100), until=LATER
    )
    winner = "phone" if home.replace else "tv"
    loser = (183, "tv") if home.replace else (100, "phone")
    assert played.refusals == [(*loser, "too_many_sessions")]
    assert played.watching == [(winner, "one")]


@pytest.mark.parametrize("first", ["a", "b"])
def test_mpv_opens_the_playlist_twice(home: Household, first: str) -> None:
    stays = "b" if first == "a" else "a"
    trace = [TV.opens("a", at=0), TV.opens("b", at=0.2), TV.closes(first, at=0.5)]
    played = home.replay(*trace, PHONE.opens("p", at=60), until=LATER)
    assert played.most == 1
    assert played.watching == [("phone" if home.replace else "tv", "one")]
    assert [who for _, who, _ in played.refusals] == ["tv" if home.replace else "phone"]
    played = home.replay(*trace, TV.closes(stays, at=50), PHONE.opens("p", at=60), until=LATER)
    assert played.refusals == []
    assert played.watching == [("phone", "one")]


def test_a_connection_from_before_the_zap_gets_nothing_back(home: Household) -> None:
    lost = [TV.opens("a", at=0), loses("a", at=0.1), TV.opens("b", at=0.2), TV.closes("b", at=11)]
    played = home.replay(*lost, TV.opens("c", at=10, on="two"), TV.closes("c", at=20))
    assert played.watching == []


def test_two_devices_behind_one_address(home: Household) -> None:
    trace = [TV.opens("t", at=0), PHONE.opens("p", at=10, on="two")]
    played = home.replay(*trace, until=LATER)
    assert played.most == 1
    if home.replace:
        assert played.refusals == [(180, "tv", "too_many_sessions")]
        assert played.watching == [("phone", "two")]
    else:
        assert played.refusals == [(10, "phone", "too_many_sessions")]
        assert played.watching == [("tv", "one")]
    played = home.replay(*trace, limit=2, until=LATER)
    assert played.refusals == []
    assert played.most == 2
    # The third gets the place of the one that has watched for the longest, or none.
    played = home.replay(*trace, TABLET.opens("x", at=LATER), limit=2, until=2 * LATER)
    assert played.most == 2
    assert {who for _, who, _ in played.refusals} == ({"tv"} if home.replace else {"tablet"})


def test_a_device_that_lost_its_slot_gets_it_back_with_a_new_session(home: Household) -> None:
    trace = [TV.opens("t", at=0), PHONE.opens("p", at=10), TV.opens("t2", at=180 + GRACE + 1)]
    played = home.replay(*trace, until=2 * LATER)
    losers = [(180, "tv"), (370, "phone")] if home.replace else [(10, "phone")]
    assert played.refusals == [(*loser, "too_many_sessions") for loser in losers]
    assert played.watching == [("tv", "one")]


def test_two_equal_tvs_behind_one_address_count_as_one(home: Household) -> None:
    # As docs/mediaservers/README.md says. Nobody is ever cut off for it.
    trace = [TV.opens("kitchen", at=0), TV.opens("bedroom", at=60, on="two")]
    played = home.replay(*trace, TV.closes("bedroom", at=LATER), until=2 * LATER)
    assert played.refusals == []
    assert played.most == 1
    assert played.watching == [("tv", "one")]


@pytest.mark.parametrize("slept", [60, LEASE + 1, 3 * LEASE])
def test_a_laptop_that_wakes_up(home: Household, slept: float) -> None:
    begun = [TV.opens("a", at=0), loses("a", at=100)]
    for step in (TV.opens("b", at=100 + slept), TV.opens("a", at=100 + slept)):
        played = home.replay(*begun, step, until=100 + slept + LATER)
        assert played.refusals == []
        assert played.watching == [("tv", "one")]
    # The server never noticed that the laptop slept, or asks about the old session.
    played = home.replay(*begun, TV.updates("a", at=100 + slept), until=100 + slept + LATER)
    assert played.refusals == []
    assert played.most == 1


def test_a_laptop_that_slept_for_too_long_has_no_slot(home: Household) -> None:
    trace = [TV.opens("a", at=0), loses("a", at=1), PHONE.opens("p", at=LEASE)]
    played = home.replay(*trace, TV.opens("b", at=LEASE + 60), until=LATER)
    assert played.most == 1
    assert played.watching == [("tv" if home.replace else "phone", "one")]
    played = home.replay(*trace, PHONE.closes("p", at=LATER), TV.opens("b", at=LATER + 1))
    assert played.refusals == []
    assert played.watching == [("tv", "one")]


def test_sessions_that_a_server_never_closes(home: Household) -> None:
    trace = zaps(TV, 5, every=1, closed_after=None)
    played = home.replay(*trace, until=LATER)
    assert played.refusals == []
    assert played.watching == [("tv", "two")]
    played = home.replay(*trace, PHONE.opens("p", at=30), until=LATER)
    assert played.most == 1
    assert len(played.watching) == 1
    if home.replace:
        # Each of them is refused once, and none of them takes the slot from the phone.
        assert [who for _, who, _ in played.refusals] == ["tv"] * 5
        assert played.watching == [("phone", "one")]
    else:
        assert played.refusals == [(30, "phone", "too_many_sessions")]


def test_a_media_server_that_restarts(home: Household) -> None:
    before = [TV.opens("t", at=0), PHONE.opens("p", at=5, on="two")]
    after = [TV.opens("t2", at=103), PHONE.opens("p2", at=104, on="two")]
    played = home.replay(*before, restarts(at=100), *after, limit=2, until=LATER)
    assert played.refusals == []
    assert played.most == 2
    # Its last words are for the new sessions; of the old ones it knows nothing.
    ends = [TV.closes("t2", at=LATER), PHONE.closes("p2", at=LATER)]
    later = [TABLET.opens("x", at=LATER + LEASE), TV.opens("y", at=LATER + LEASE + 1)]
    played = home.replay(*before, restarts(at=100), *after, *ends, *later, limit=2)
    assert played.refusals == []
    assert [who for who, _ in played.watching] == ["tablet", "tv"]


def test_a_proxy_that_asks_about_every_segment(home: Household) -> None:
    watched = [TV.asks(at=6 * number, on=CHANNELS[number // 20 % 3]) for number in range(60)]
    zapped = [TV.asks(at=360 + number / 2, on=CHANNELS[number % 3]) for number in range(30)]
    silent = zapped[-1].at + SEGMENTED_LEASE
    played = home.replay(*watched, *zapped, PHONE.asks(at=silent - 1))
    assert [who for _, who, _ in played.refusals] == ([] if home.replace else ["phone"])
    assert played.most == 1
    played = home.replay(*watched, *zapped, PHONE.asks(at=silent))
    assert played.refusals == []
    assert played.watching == [("phone", "one")]


def test_two_that_share_a_proxy_and_a_slot(home: Household) -> None:
    trace = [step for n in range(40) for step in (TV.asks(at=6 * n), PHONE.asks(at=6 * n + 3))]
    played = home.replay(*trace)
    assert played.most == 1
    refused = [at for at, who, _ in played.refusals if who == "phone"]
    if not home.replace:
        assert refused == [6 * n + 3 for n in range(40)]
        return
    # Who was told that the slot is gone gets it back after as long as the refusal holds.
    assert refused[:2] == [39, 45]
    assert [who for _, who, _ in played.refusals[:5]] == ["tv"] * 5


@pytest.mark.parametrize("zapped", [False, True])
def test_a_phone_that_leaves_the_house(home: Household, zapped: bool) -> None:
    outside = PHONE._replace(address=MOBILE)
    trace = [PHONE.opens("a", at=0), PHONE.moves(MOBILE, at=300)]
    session, channel = "a", "one"
    if zapped:
        session, channel = "b", "two"
        trace += [PHONE.opens("b", at=50, on="two"), PHONE.closes("a", at=52)]
    played = home.replay(*trace, until=LATER)
    assert played.refusals == []
    assert played.most == 1
    assert played.moments[-1].after == {outside}
    played = home.replay(*trace, outside.closes(session, at=LATER), TV.opens("t", at=LATER + 1))
    assert played.refusals == []
    assert played.watching == [("tv", "one")]
    played = home.replay(*trace, outside.closes(session, at=301), TV.opens("t", at=302))
    assert played.refusals == []
    assert played.watching == [("tv", "one")]
    played = home.replay(*trace, outside.opens("c", at=500, on=channel), until=LATER)
    assert played.refusals == []


def test_two_media_servers_that_number_alike(home: Household) -> None:
    trace = [TV.opens("1", at=0, server="east"), PHONE.opens("1", at=5, on="two", server="west")]
    played = home.replay(*trace, limit=2, until=LATER)
    assert played.refusals == []
    assert played.most == 2
    assert played.watching == [("phone", "two"), ("tv", "one")]
    played = home.replay(*trace, until=LATER)
    assert played.most == 1
    assert [who for _, who, _ in played.refusals] == ["tv" if home.replace else "phone"]
    slept = [PHONE.opens("1", at=0, server="west"), loses("1", at=1, server="west")]
    awake = PHONE.updates("1", at=LATER, server="west")
    later = TV.opens("1", at=LEASE, on="two", server="east")
    played = home.replay(*slept, later, awake)
    # The same number, but not the same stream: this is no phone that went to another network.
    assert home.replace or played.refusals == [(LATER, "phone", "too_many_sessions")]
    closed = TV.closes("1", at=600, server="east")
    played = home.replay(*trace, closed, limit=2, until=2 * LATER)
    assert played.refusals == []
    assert played.watching == [("phone", "two")]
