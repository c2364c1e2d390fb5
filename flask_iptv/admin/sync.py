"""The page that takes over a server's streams, after it has shown what that would change."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from flask import Response, current_app, request

from .. import channel_sync, elsewhere, records
from ..channel_sync import Plan, Report, Told
from ..errors import InvalidInput, Problem
from ..fetching import FetchError
from ..management import ManagementError, NotManageable, kind_of
from ..models import Server
from ..words import spoken
from .door import routes
from .forms import Form, Value
from .pages import see, show

_BLANK: Mapping[str, Value] = {"m3u": ""}

#: Channels of each kind of change that the page names.
NAMED = 200


@routes.add("/servers/<int:server_id>/sync", methods=["GET", "POST"])
def server_sync(server_id: int) -> Response:
    server = _get(server_id)
    form, report = Form(_BLANK), None
    if request.method == "POST":
        # Asking another server is nothing for a GET, which browsers repeat as they like.
        form = Form.sent(_BLANK)
        report = form.save(lambda: _plan(server, form).report())
    return _page(server, form, report)


@routes.add("/servers/<int:server_id>/sync/now", methods=["POST"])
def server_sync_now(server_id: int) -> Response:
    server = _get(server_id)
    form = Form.sent(_BLANK)

    def carry_out() -> Plan:
        plan = _plan(server, form)
        plan.carry_out()
        return plan

    if form.save(carry_out) is None:
        return _page(server, form, None)
    return see(".admin_channels", "server-synced", server=server.name)


def _plan(server: Server, form: Form) -> Plan:
    m3u = form.text("m3u")
    only_live = not m3u and channel_sync.lists_only_live(server)
    id = server.id
    try:
        told = _told(server, m3u)
        return channel_sync.plan(_get(id), told, only_live=only_live)
    except InvalidInput as error:
        # The fields that these are about are none of this form.
        raise InvalidInput([Problem("", None, p.told) for p in error.problems]) from None
    except (FetchError, ManagementError, NotManageable) as error:
        field = "m3u" if m3u else ""
        raise InvalidInput([Problem(field, None, error.message)]) from None


def _told(server: Server, m3u: str) -> Iterable[Told]:
    fetcher = current_app.extensions["iptv"].fetcher
    if m3u:
        with elsewhere.waiting():
            playlist = channel_sync.download(m3u, fetcher)
        return channel_sync.from_playlist(playlist, server)
    access = channel_sync.access(server)
    with elsewhere.waiting():
        return list(channel_sync.read_streams(access, fetcher))


def _page(server: Server, form: Form, report: Report | None) -> Response:
    return show(
        "sync",
        form.status,
        server=server,
        form=form,
        report=report,
        named=NAMED,
        program=spoken(kind_of(server.kind).program),
        reads_streams=kind_of(server.kind).reads_streams,
        can_be_read=channel_sync.can_be_read(server),
        lists_only_live=channel_sync.lists_only_live(server),
    )


def _get(server_id: int) -> Server:
    return records.by_id(Server, "server", server_id)
