"""The table: for the terminal and ``latest.md``, and everything that was measured as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from .figures import Result, Series, Skipped

HEADER = ("", "target", "measured", "middle half", "met", "ours", "beside it")
CONTENDERS = ("over HTTP", "requests/s", "CPU µs per request", "p99 ms")

Outcome = Result | Skipped


def table(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """A line for each outcome, in the columns of :data:`HEADER`."""
    return [_line(outcome) for outcome in outcomes]


def _line(outcome: Outcome) -> tuple[str, ...]:
    row = outcome.row
    target = "-" if row.target is None else f"{row.target} {row.unit}"
    if isinstance(outcome, Skipped):
        return row.title, target, "-", "-", "skipped", "-", "-"
    met = {None: "-", True: "yes", False: "NO"}[outcome.is_met]
    figure = outcome.figure
    spread = f"{_number(figure.low)} to {_number(figure.high)}"
    ours, peer = (_series(series) for series in (outcome.ours, outcome.peer))
    return row.title, target, f"{_number(figure.median)} {row.unit}", spread, met, ours, peer


def _series(series: Series | None) -> str:
    return "-" if series is None else f"{_number(series.median)} {series.unit}"


def _number(value: float) -> str:
    if value >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def contenders(outcomes: Sequence[Outcome]) -> list[tuple[str, ...]]:
    """Everybody who was asked over HTTP, in the columns of :data:`CONTENDERS`."""
    told: dict[str, Mapping[str, float]] = {}
    for outcome in outcomes:
        if isinstance(outcome, Result):
            told |= outcome.more
    return [
        (name, *(_number(seen[column]) if column in seen else "-" for column in CONTENDERS[1:]))
        for name, seen in sorted(told.items(), key=lambda item: -item[1][CONTENDERS[1]])
    ]


def notes(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """What one must know to read the table."""
    for outcome in outcomes:
        if isinstance(outcome, Skipped):
            yield f"skipped: {outcome.row.title}: {outcome.why}"
        elif outcome.notes:
            yield f"{outcome.row.title}: {outcome.notes}"


def markdown(outcomes: Sequence[Outcome], facts: Mapping[str, Any]) -> str:
    """The table and what it was measured on."""
    lines = [
        "# The latest run of `make bench`",
        "",
        "What the lines mean is told in [docs/performance.md](../../docs/performance.md).",
        "",
        *_piped(HEADER, table(outcomes)),
        "",
        *(f"- {note}" for note in notes(outcomes)),
        "",
        *_piped(CONTENDERS, contenders(outcomes)),
        "",
        *_piped(("measured on", ""), [(name, str(value)) for name, value in facts.items()]),
        "",
    ]
    return "\n".join(lines)


def _piped(header: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    if not lines:
        return []
    cells = [header, ["---"] * len(header), *lines]
    return ["| " + " | ".join(line) + " |" for line in cells]


def plain(outcomes: Sequence[Outcome], facts: Mapping[str, Any]) -> str:
    """The same for a terminal."""
    told = [f"{name}: {value}" for name, value in facts.items()]
    parts = (_aligned(HEADER, table(outcomes)), list(notes(outcomes)),
             _aligned(CONTENDERS, contenders(outcomes)), told)  # fmt: skip
    return "\n\n".join("\n".join(part) for part in parts if part)


def _aligned(header: Sequence[str], lines: Sequence[Sequence[str]]) -> list[str]:
    if not lines:
        return []
    widths = [max(map(len, column)) for column in zip(header, *lines, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (header, *lines)
    ]


def as_json(outcomes: Sequence[Outcome], facts: Mapping[str, Any]) -> str:
    """Every value of every round."""
    rows = [_facts_of(outcome) for outcome in outcomes]
    return json.dumps({"facts": dict(facts), "rows": rows}, indent=1, ensure_ascii=False) + "\n"


def _facts_of(outcome: Outcome) -> dict[str, Any]:
    row = outcome.row
    facts: dict[str, Any] = {"name": row.name, "title": row.title, "unit": row.unit}
    facts["target"] = None if row.target is None else str(row.target)
    if isinstance(outcome, Skipped):
        return facts | {"skipped": outcome.why}
    facts |= {"measured": outcome.figure.median, "met": outcome.is_met}
    series = {"figure": outcome.figure, "ours": outcome.ours, "peer": outcome.peer}
    facts["rounds"] = {
        name: {"unit": values.unit, "values": list(values.values)}
        for name, values in series.items()
        if values is not None
    }
    return facts | {"notes": outcome.notes, "contenders": outcome.more}


def write(folder: Path, outcomes: Sequence[Outcome], facts: Mapping[str, Any]) -> None:
    """Write ``latest.md`` and ``latest.json``."""
    folder.mkdir(exist_ok=True)
    (folder / "latest.md").write_text(markdown(outcomes, facts))
    (folder / "latest.json").write_text(as_json(outcomes, facts))
