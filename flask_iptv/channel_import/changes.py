"""What changes of a channel, as plain values that outlive the transaction."""

from __future__ import annotations

from dataclasses import dataclass

#: A field's value, old or new.
Value = str | int | bool | None


@dataclass(frozen=True)
class AddedChannel:
    """A channel that is new."""

    name: str
    title: str
    group: str | None


@dataclass(frozen=True)
class FieldChange:
    """A field that gets another value."""

    field: str
    old: Value
    new: Value


@dataclass(frozen=True)
class ChangedChannel:
    """A channel of which something changes."""

    name: str
    fields: tuple[FieldChange, ...]
