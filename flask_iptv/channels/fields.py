"""What a channel is made of: as callers give it, and as it is checked."""

from __future__ import annotations

from typing import Annotated, TypedDict

from ..fields import ChannelNumber, Flag, Input, Key, NotBlank, StreamName, Title, WebURL


class SharedChanges(TypedDict, total=False):
    """The fields of :func:`channels.change_all`; the group ``None`` is none."""

    enabled: bool
    group: str | None


class ChannelDetails(SharedChanges, total=False):
    """The fields that a new channel may do without."""

    #: The name, unless something else is given.
    title: str | None
    number: int | None
    logo: str | None
    epg_id: str | None
    #: What a publisher must bring as its token; nobody may publish while it is empty.
    publish_key: str | None
    #: Name of the server it is played from.
    server: str | None


class NewChannel(ChannelDetails):
    """The fields of :func:`channels.create`; all but the name may be absent.

    ``name`` (the stream's on its server; may contain ``/``), ``title``, ``number``, ``group``,
    ``logo`` (a web address), ``epg_id``, ``enabled``, ``publish_key`` (what a publisher must bring
    as its token; nobody may publish while it is empty) and ``server`` (the name of the one that it
    is played from).
    """

    name: str


class ChannelChanges(ChannelDetails, total=False):
    """The fields of :func:`channels.update`: those of :class:`NewChannel`, none is required."""

    name: str


class SharedFields(Input):
    """What many channels may have in common."""

    enabled: Flag = True
    group: Annotated[Title | None, NotBlank] = None


class ChannelFields(Input):
    """What a channel is made of."""

    name: StreamName
    title: Annotated[Title | None, NotBlank] = None
    number: Annotated[ChannelNumber | None, NotBlank] = None
    group: Annotated[Title | None, NotBlank] = None
    logo: Annotated[WebURL | None, NotBlank] = None
    epg_id: Annotated[Title | None, NotBlank] = None
    enabled: Flag = True
    publish_key: Annotated[Key | None, NotBlank] = None
    server: Annotated[Title | None, NotBlank] = None
