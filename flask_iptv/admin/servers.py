"""The pages of media servers."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Response, request

from .. import config, database, records
from .. import servers as verbs
from ..errors import InUse
from ..models import Server
from ..public_url import external_url
from ..stream_urls import HLS_TEMPLATE, MPEGTS_TEMPLATE
from . import lists
from .door import routes
from .forms import Form, Value
from .pages import see, show

_BLANK: Mapping[str, Value] = {
    "name": "",
    "title": "",
    "url": "",
    "hls_template": HLS_TEMPLATE,
    "mpegts_template": MPEGTS_TEMPLATE,
    "securetoken_keys": "",
}


@routes.add("/servers")
def servers() -> Response:
    page = verbs.page(
        search=lists.search(),
        sort="name",
        limit=lists.ROWS,
        cursor=request.args.get("cursor"),
    )
    return show(
        "servers",
        page=page,
        channels=verbs.count_channels([server.id for server in page.items]),
        here=lists.here(),
        has_key=bool(config.current().securetoken_keys),
        auth_url=external_url(".auth"),
        auth_secret=config.current().auth_secret is not None,
    )


@routes.add("/servers/new", methods=["GET", "POST"])
def server_new() -> Response:
    form = Form(_BLANK)
    if request.method == "POST":
        form = Form.sent(_BLANK)
        if form.save(lambda: verbs.create(**form.changes(_BLANK))):
            return see(".admin_servers", "server-created")
    return show("server", form.status, form=form, namesake=form.namesake(verbs.get), server=None)


@routes.add("/servers/<int:server_id>", methods=["GET", "POST"])
def server(server_id: int) -> Response:
    server = _get(server_id)
    before = _values(server)
    form = Form(before)
    if request.method == "POST":
        form = Form.sent(before)
        if form.save(lambda: verbs.update(server, **form.changes(before))):
            return see(".admin_server", "server-saved", server_id=server.id)
    return show(
        "server", form.status, form=form, namesake=form.namesake(verbs.get, server), server=server
    )


@routes.add("/servers/<int:server_id>/delete", methods=["GET", "POST"])
def server_delete(server_id: int) -> Response:
    server = _get(server_id)
    status = 200
    if request.method == "POST":
        try:
            verbs.delete(server)
            database.session().commit()
            return see(".admin_servers", "server-deleted")
        except InUse:
            # It got a channel after the question was shown.
            database.session().rollback()
            status = 409
    channels = verbs.count_channels([server.id]).get(server.id, 0)
    return show("server_delete", status, server=server, channels=channels)


def _get(server_id: int) -> Server:
    return records.by_id(Server, "server", server_id)


def _values(server: Server) -> dict[str, Value]:
    return {
        "name": server.name,
        "title": server.title,
        "url": server.url,
        "hls_template": server.hls_template,
        "mpegts_template": server.mpegts_template,
        "securetoken_keys": "\n".join(server.securetoken_keys),
    }
