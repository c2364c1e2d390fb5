"""What a sync does, as plain values that outlive its transaction."""

from __future__ import annotations

from dataclasses import dataclass

from ..channel_import import ChangedChannel


@dataclass(frozen=True)
class Kept:
    """Fields of a channel that were edited by hand, and stay."""

    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Taken:
    """A stream whose name is that of a channel on another server."""

    name: str
    server: str


@dataclass(frozen=True)
class Report:
    """What is done, by the names of channels.

    :param disabled: channels whose stream the server no longer has.
    :param kept: what was edited by hand, of channels that are otherwise changed or not.
    :param taken: streams that are left out.
    :param unchanged: how many stay as they are.
    :param note: a sentence on why nothing is disabled, where that is so.
    """

    server: str
    added: tuple[str, ...]
    changed: tuple[ChangedChannel, ...]
    disabled: tuple[str, ...]
    kept: tuple[Kept, ...]
    taken: tuple[Taken, ...]
    unchanged: int
    note: str | None = None
