"""The pages of channels."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from .. import channels as verbs
from .. import database, records
from ..models import Channel
from . import choices
from .door import routes
from .forms import Form, Value
from .pages import see, show

_BLANK: Mapping[str, Value] = {
    "name": "",
    "title": "",
    "server": "",
    "number": "",
    "group": "",
    "logo": "",
    "epg_id": "",
    "publish_key": "",
    "enabled": True,
}


@routes.add("/channels/new", methods=["GET", "POST"])
def channel_new() -> Response:
    servers = choices.servers()
    only = servers.rows[0].name if len(servers.rows) == 1 else ""
    form = Form({**_BLANK, "server": only})
    if request.method == "POST":
        form = Form.sent(_BLANK)
        if form.save(lambda: verbs.create(**form.changes(_BLANK))):
            return see(".admin_channels", "channel-created")
    return show(
        "channel",
        form.status,
        form=form,
        servers=servers,
        namesake=form.namesake(verbs.get),
        channel=None,
    )


@routes.add("/channels/<int:channel_id>", methods=["GET", "POST"])
def channel(channel_id: int) -> Response:
    channel = _get(channel_id)
    servers, before = choices.servers(), _values(channel)
    form = Form(before)
    if request.method == "POST":
        form = Form.sent(before)
        if form.save(lambda: verbs.update(channel, **form.changes(before))):
            return see(".admin_channel", "channel-saved", channel_id=channel.id)
    namesake = form.namesake(verbs.get, channel)
    return show(
        "channel", form.status, form=form, servers=servers, namesake=namesake, channel=channel
    )


@routes.add("/channels/<int:channel_id>/delete", methods=["GET", "POST"])
def channel_delete(channel_id: int) -> Response:
    channel = _get(channel_id)
    if request.method != "POST":
        return show("channel_delete", channel=channel)
    verbs.delete(channel)
    database.session().commit()
    return see(".admin_channels", "channel-deleted")


def _get(channel_id: int) -> Channel:
    return records.by_id(Channel, "channel", channel_id)


def _values(channel: Channel) -> dict[str, Value]:
    return {
        "name": channel.name,
        "title": channel.title,
        "server": channel.server.name if channel.server else "",
        "number": "" if channel.number is None else str(channel.number),
        "group": channel.group or "",
        "logo": channel.logo or "",
        "epg_id": channel.epg_id or "",
        "publish_key": channel.publish_key or "",
        "enabled": channel.enabled,
    }
