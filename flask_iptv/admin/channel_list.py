"""The list of channels, and what is done to channels right in it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from flask import Response, request

from .. import channels as verbs
from .. import database, numbering, records
from ..errors import InvalidInput
from ..fields import ChannelNumber, Input, check
from ..models import Channel
from ..words import spoken, tr
from . import choices, lists
from .door import routes
from .edits import carried
from .pages import see, show

#: Groups that the list can be narrowed to by a click.
GROUPS = 300


class _Place(Input):
    """What is typed as a channel's number."""

    number: ChannelNumber


@dataclass(frozen=True)
class _Refused:
    """A number that can't be used.

    :param channel_id: whose number it would be.
    """

    channel_id: int
    typed: str
    message: str


@routes.add("/channels")
def channels() -> Response:
    return shown()


def shown(status: int = 200, complaint: str = "", refused: _Refused | None = None) -> Response:
    """The list that the address asks for.

    :param complaint: what is wrong with what was asked for on it.
    :param refused: what is wrong with a number in it.
    """
    which, cursor = wanted(), request.args.get("cursor") or None
    page = verbs.page(**which, sort="number", limit=lists.ROWS, cursor=cursor)
    above = verbs.before(page.items[0], **which) if cursor and page.items else None
    below = verbs.after(page.items[-1], **which) if page.next else None
    neighbourhood = [channel for channel in (above, *page.items, below) if channel]
    return show(
        "channels",
        status,
        page=page,
        seen=json.dumps({channel.id: channel.number for channel in neighbourhood}),
        above=above,
        below=below,
        here=lists.here(),
        narrow={
            "groups": [(group, group) for group in verbs.groups(GROUPS)],
            "servers": [(server.name, server.title) for server in choices.servers().rows],
            "packages": [(package.name, package.title) for package in choices.packages().rows],
        },
        refused=refused,
        complaint=complaint,
    )


def wanted() -> verbs.Which:
    """Which channels the address asks for, as for :func:`flask_iptv.channels.found`."""
    return {
        "search": lists.search(),
        "package": request.args.get("package") or None,
        "server": request.args.get("server") or None,
        "group": lists.group(),
        "enabled": lists.enabled(),
    }


@routes.add("/channels/<int:channel_id>/enabled", methods=["POST"])
def channel_enabled(channel_id: int) -> Response:
    sent: dict[str, Any] = {"enabled": request.form.get("enabled", "")}
    channel = verbs.update(_get(channel_id), **sent)
    database.commit()
    if lists.wants_json():
        return Response(status=204)
    done = "channel-enabled" if channel.enabled else "channel-disabled"
    if output := request.args.get("watch"):
        return see(".admin_channel_watch", done, channel_id=channel.id, output=output)
    return see(".admin_channels", done, _anchor=f"channel-{channel.id}", **lists.here())


@routes.add("/channels/<int:channel_id>/place", methods=["POST"])
def channel_place(channel_id: int) -> Response:
    """Give a channel the number that was typed, or the place right before or after another."""
    database.commit()
    channel, typed = _get(channel_id), request.form.get("number", "").strip()
    neighbours = [_neighbour(side) for side in ("before", "after") if side in request.form]
    numbering.wait_for_others(channel, *neighbours)
    if not _are_where_they_were(channel, *neighbours):
        database.session().rollback()
        return shown(409, tr("The numbers have changed meanwhile, so nothing was moved: look at "
                             "the list and try again."))  # fmt: skip
    try:
        if "before" in request.form:
            numbering.put_before(channel, neighbours[0])
        elif "after" in request.form:
            numbering.put_after(channel, neighbours[0])
        elif typed:
            numbering.place(channel, check(_Place, {"number": typed}).number)
        else:
            verbs.update(channel, number=None)
        database.commit()
    except InvalidInput as error:
        database.session().rollback()
        message = spoken(error.problems[0].message)
        return shown(422, refused=_Refused(channel_id, typed, message))
    return see(".admin_channels", "channel-placed", _anchor=f"channel-{channel_id}", **lists.here())


@routes.add("/channels/group", methods=["POST"])
def channels_group() -> Response:
    """Give the group that is shown another name."""
    group, name = lists.group() or "", request.form.get("name", "").strip()
    try:
        if not verbs.rename_group(group, name or None):
            database.session().rollback()
            return shown(409, tr("No channel is in this group any more: somebody else may have "
                                 "renamed it."))  # fmt: skip
        database.commit()
    except InvalidInput as error:
        database.session().rollback()
        why = spoken(error.problems[0].told)
        return shown(422, tr("Nothing was changed: %(why)s.", why=why))
    here = {**lists.here(), "group": name}
    here.pop("cursor", None)
    return see(".admin_channels", "group-renamed", **here)


def _are_where_they_were(*moved: Channel) -> bool:
    """Whether channels have the numbers that the list has shown."""
    seen = carried()
    numbers = {str(channel.id): channel.number for channel in moved}
    return seen is not None and numbers.items() <= seen.items()


def _neighbour(name: str) -> Channel:
    return _get(lists.id_of(request.form[name]))


def _get(channel_id: int) -> Channel:
    return records.by_id(Channel, "channel", channel_id)
