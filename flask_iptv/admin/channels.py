"""The pages of channels."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from .. import channels as verbs
from .. import database, records
from ..errors import NotFound
from ..fields import faults
from ..models import Channel
from . import choices
from .choices import Choices
from .door import routes
from .edits import Edit, asked, opened, orphan
from .forms import Form, Value
from .pages import see, show
from .questions import Question

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
    return _page(form, servers, None)


@routes.add("/channels/<int:channel_id>", methods=["GET", "POST"])
def channel(channel_id: int) -> Response:
    try:
        channel = opened(Channel, "channel", channel_id)
    except NotFound as error:
        return _page(orphan(error, _BLANK), choices.servers(), None)
    servers, now = choices.servers(), asked(_values(channel))
    form = Edit(now)
    if request.method == "POST":
        form = Edit.posted(now)
        if form.save(lambda: verbs.update(channel, **form.edited)):
            return see(".admin_channel", "channel-saved", channel_id=channel.id, **form.beside)
    else:
        names = verbs.ChannelFields.model_fields.keys() - {"server"}
        form.look_over(
            faults(verbs.ChannelFields, {name: getattr(channel, name) for name in names})
        )
    return _page(form, servers, channel)


def _page(form: Form, servers: Choices, channel: Channel | None) -> Response:
    return show(
        "channel",
        form.status,
        form=form,
        servers=servers,
        namesake=form.namesake(verbs.get, channel),
        channel=channel,
    )


@routes.add("/channels/<int:channel_id>/delete", methods=["GET", "POST"])
def channel_delete(channel_id: int) -> Response:
    channel: Channel = records.by_id(Channel, "channel", channel_id)
    question = Question(channel.title)
    if not question.is_answered:
        return show("channel_delete", question.status, question=question, channel=channel)
    verbs.delete(channel)
    database.commit()
    return see(".admin_channels", "channel-deleted")


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
