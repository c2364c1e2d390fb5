"""Bars for a plot: where each stands, in percent of the width and pixels of the height."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

#: Pixels above the tallest bar, for the number of the line there.
HEADROOM = 18
#: A bar of something is never lower.
LEAST = 2


@dataclass(frozen=True)
class Bar:
    """One value.

    :param number: its place among the values.
    :param left: percent.
    :param width: percent.
    :param top: pixels.
    :param height: pixels.
    """

    number: int
    left: float
    width: float
    top: float
    height: float


@dataclass(frozen=True)
class Gap:
    """Values in a row that nobody knows; both in percent."""

    left: float
    width: float


@dataclass(frozen=True)
class Line:
    """A line across, and the value that it stands for."""

    top: float
    value: int


@dataclass(frozen=True)
class Plot:
    """Bars beside each other.

    :param floor: pixels to where they stand.
    """

    bars: list[Bar]
    gaps: list[Gap]
    lines: list[Line]
    floor: int
    step: float

    def middle(self, number: int) -> float:
        """Where the middle of a value is, in percent."""
        return round((number + 0.5) * self.step, 3)


def draw(values: Sequence[float | None], *, height: int) -> Plot:
    """Lay out bars.

    :param values: from left to right, none below zero; ``None`` where nobody knows.
    :param height: pixels that there are.
    """
    top = ceiling(max((value for value in values if value is not None), default=0))
    step = 100 / max(1, len(values))
    room = height - HEADROOM

    def bar(number: int, value: float) -> Bar:
        tall = max(LEAST, round(room * value / top, 1)) if value else 0
        return Bar(number, round(number * step, 3), round(step, 3), height - tall, tall)

    return Plot(
        bars=[bar(number, value) for number, value in enumerate(values) if value is not None],
        gaps=list(_gaps(values, step)),
        lines=[Line(height - room * value / top, value) for value in _lines(top)],
        floor=height,
        step=step,
    )


def ceiling(most: float) -> int:
    """The next round number: 1, 2, 5, 10, 20, 50 …"""
    size = 1
    while True:
        for first in (1, 2, 5):
            if first * size >= most:
                return first * size
        size *= 10


def _lines(top: int) -> list[int]:
    return [top // 2, top] if top % 2 == 0 else [top]


def _gaps(values: Sequence[float | None], step: float) -> list[Gap]:
    gaps = []
    places = enumerate(values)
    for is_gap, group in groupby(places, key=lambda place: place[1] is None):
        numbers = [number for number, _ in group]
        if is_gap:
            gaps.append(Gap(round(numbers[0] * step, 3), round(len(numbers) * step, 3)))
    return gaps
