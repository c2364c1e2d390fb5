"""What was measured, and whether it is what was promised."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any


class Unmeasured(Exception):
    """Something can't be measured here; the message says why."""


@dataclass(frozen=True)
class Target:
    """What is promised.

    :param bound: the least, or the most, that the figure may be.
    :param at_least: whether it is the least.
    """

    bound: float
    at_least: bool

    def is_met(self, figure: float) -> bool:
        """Whether a figure keeps the promise."""
        return figure >= self.bound if self.at_least else figure <= self.bound

    def __str__(self) -> str:
        return f"{'≥' if self.at_least else '≤'} {self.bound:g}"


def at_least(bound: float) -> Target:
    """A figure that should be large."""
    return Target(bound, True)


def at_most(bound: float) -> Target:
    """A figure that should be small."""
    return Target(bound, False)


@dataclass(frozen=True)
class Row:
    """One line of the table.

    :param name: what ``--only`` takes.
    :param title: what is compared.
    :param target: ``None`` if it is only told, and nothing was promised.
    :param unit: of the figure: ``x`` for a ratio.
    """

    name: str
    title: str
    target: Target | None = None
    unit: str = "x"


@dataclass(frozen=True)
class Series:
    """The same measured several times.

    :param unit: such as ``requests/s``.
    """

    values: Sequence[float]
    unit: str

    @property
    def median(self) -> float:
        """The value in the middle."""
        return statistics.median(self.values)

    @property
    def low(self) -> float:
        """A quarter of the values is lower."""
        return self._quartiles()[0]

    @property
    def high(self) -> float:
        """A quarter of the values is higher."""
        return self._quartiles()[2]

    def _quartiles(self) -> Sequence[float]:
        if len(self.values) < 2:
            return list(self.values) * 3
        return statistics.quantiles(self.values, n=4, method="inclusive")

    def per(self, other: Series) -> Series:
        """What it is of another one, round by round: both of a round had the same weather."""
        pairs = zip(self.values, other.values, strict=True)
        return Series([own / theirs for own, theirs in pairs], "x")


@dataclass(frozen=True)
class Result:
    """A line of the table, filled.

    :param figure: what the target is about, once per round.
    :param ours: what the figure was computed from, and ``peer`` what it was compared with.
    :param notes: what one must know to read it.
    :param more: what else was seen of those who were compared, by their names.
    """

    row: Row
    figure: Series
    ours: Series | None = None
    peer: Series | None = None
    notes: str = ""
    more: dict[str, Any] = field(default_factory=dict)

    @property
    def is_met(self) -> bool | None:
        """Whether the median keeps the promise; ``None`` if there is none."""
        return None if self.row.target is None else self.row.target.is_met(self.figure.median)


@dataclass(frozen=True)
class Skipped:
    """A line of the table that could not be filled.

    :param why: what is missing.
    """

    row: Row
    why: str


def compared(
    row: Row, ours: Series, peer: Series, notes: str = "", more: dict[str, Any] | None = None
) -> Result:
    """Fill a line with the ratio of two series that were measured in the same rounds."""
    return Result(row, ours.per(peer), ours, peer, notes, more or {})
