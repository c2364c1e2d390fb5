"""Bars stand where they should, as high as their values, and nowhere where nobody knows."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_iptv.plots import LEAST, Gap, Line, ceiling, draw

VALUES = st.lists(st.none() | st.integers(0, 10**6), max_size=150)


@pytest.mark.parametrize(
    ("most", "top"),
    [(0, 1), (0.4, 1), (1, 1), (2, 2), (3, 5), (10, 10), (11, 20), (51, 100), (201, 500)],
)
def test_the_top_is_a_round_number(most: float, top: int) -> None:
    assert ceiling(most) == top


def test_bars_are_as_high_as_their_values() -> None:
    plot = draw([0, 5, None, None, 10], height=118)
    assert [(bar.number, bar.left, bar.height) for bar in plot.bars] == [
        (0, 0, 0),
        (1, 20, 50),
        (4, 80, 100),
    ]
    assert [bar.top for bar in plot.bars] == [118, 68, 18]
    assert plot.gaps == [Gap(40, 40)]
    assert plot.lines == [Line(68, 5), Line(18, 10)]
    assert plot.middle(4) == 90


def test_a_little_is_seen_beside_very_much() -> None:
    small, zero, _ = draw([1, 0, 100_000], height=100).bars
    assert (small.height, zero.height) == (LEAST, 0)


def test_an_odd_top_has_no_half_of_a_device() -> None:
    assert [line.value for line in draw([4], height=100).lines] == [5]


def test_nothing_can_be_drawn() -> None:
    assert draw([], height=100).bars == []
    assert draw([None, None], height=100).gaps == [Gap(0, 100)]


@given(VALUES)
def test_everything_stays_inside_and_every_value_has_its_place(values: list[int | None]) -> None:
    plot = draw(values, height=130)
    assert [bar.number for bar in plot.bars] == [
        place for place, value in enumerate(values) if value is not None
    ]
    for bar in plot.bars:
        assert 0 <= bar.left < 100
        assert round(bar.top, 3) >= 18
        assert round(bar.top + bar.height, 3) == 130
    covered = sum(bar.width for bar in plot.bars) + sum(gap.width for gap in plot.gaps)
    assert covered == pytest.approx(100 if values else 0, abs=0.2)
