"""What a package is made of: as callers give it, and as it is checked."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..fields import Input, Name, Names, NoneIsNoItems, NotBlank, Title


class PackageDetails(TypedDict, total=False):
    """The fields that a new package may do without."""

    #: The name, unless something else is given.
    title: str | None
    #: Names of channels.
    channels: list[str]


class NewPackage(PackageDetails):
    """The fields of :func:`create`; ``title`` and ``channels`` (names) may be absent."""

    name: str


class PackageChanges(PackageDetails, total=False):
    """The fields of :func:`update`: those of :class:`NewPackage`, none of which is required."""

    name: str


class PackageFields(Input):
    """What a package is made of."""

    name: Name
    title: Annotated[Title | None, NotBlank] = None
    channels: Annotated[Names, NoneIsNoItems] = []
