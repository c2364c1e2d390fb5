"""The pages of media servers."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from flask import Response, current_app, request

from .. import checking, config, database, elsewhere, records, sessions
from .. import servers as verbs
from ..errors import InUse, NotFound
from ..fetching import Fetcher, Patience
from ..fields import faults
from ..management import Finding, kind_of
from ..models import Server, utcnow
from ..phrases import Phrase, mark
from ..public_url import external_url
from ..stream_urls import HLS_TEMPLATE, MPEGTS_TEMPLATE
from ..words import said
from . import lists
from .door import routes
from .edits import Edit, asked, opened, orphan
from .forms import Form, Value
from .own_endpoint import OwnEndpoint
from .pages import see, show
from .questions import Question

#: A site with a single worker would wait for itself.
_PATIENCE = Patience(read=3, whole=6)

_BLANK: Mapping[str, Value] = {
    "name": "",
    "title": "",
    "kind": "flussonic",
    "url": "",
    "hls_template": HLS_TEMPLATE,
    "mpegts_template": MPEGTS_TEMPLATE,
    "securetoken_keys": "",
    "api_url": "",
    "api_username": "",
    "api_password": "",
}

_KINDS = [
    ("flussonic", "Flussonic Media Server"),
    ("nginx-rtmp", mark("nginx with the RTMP module")),
    ("srs", "SRS"),
    ("mediamtx", "MediaMTX"),
    ("icecast", "Icecast"),
    ("node-media-server", "node-media-server"),
    ("alta", "Cesbo Alta"),
    ("astra", "Cesbo Astra"),
    ("ovenmediaengine", "OvenMediaEngine"),
    ("mistserver", "MistServer"),
    ("proxy", mark("A proxy: nginx, Caddy, Traefik, HAProxy, Varnish")),
]


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
        kind_of=kind_of,
        auth_urls={server.kind: _auth_url(server.kind) for server in page.items},
        auth_url=external_url(".auth"),
        auth_secret=config.current().auth_secret is not None,
    )


@routes.add("/servers/new", methods=["GET", "POST"])
def server_new() -> Response:
    form = Form(_BLANK)
    if request.method == "POST":
        form = Form.sent(_BLANK)
        if form.save(lambda: verbs.create(**_fields(form.changes(_BLANK)))):
            return see(".admin_servers", "server-created")
    return _page(form, None)


@routes.add("/servers/<int:server_id>", methods=["GET", "POST"])
def server(server_id: int) -> Response:
    try:
        server = opened(Server, "server", server_id)
    except NotFound as error:
        return _page(orphan(error, _BLANK), None)
    now, versions = asked(_values(server)), {"api_password": server.updated_at.isoformat()}
    form = Edit(now, versions)
    if request.method == "POST":
        form = Edit.posted(now, versions)
        had_password = server.api_password is not None
        if form.save(lambda: verbs.update(server, **_fields(form.edited))):
            is_forgotten = had_password and server.api_password is None
            done = "server-saved-without-password" if is_forgotten else "server-saved"
            return see(".admin_server", done, server_id=server.id, **form.beside)
    else:
        names = verbs.ServerFields.model_fields
        form.look_over(faults(verbs.ServerFields, {name: getattr(server, name) for name in names}))
    return _page(form, server)


@routes.add("/servers/<int:server_id>/check", methods=["GET", "POST"])
def server_check(server_id: int) -> Response:
    server = _get(server_id)
    if request.method != "POST":
        return show("check", server=server, findings=None)
    # Of this host's own networks too, only what the fetcher allows is asked: a page is not a shell.
    fetcher = current_app.extensions["iptv"].fetcher
    name, access = server.name, verbs.access(server)
    with elsewhere.waiting():
        findings = [
            *checking.check_server(name, access, fetcher),
            *_check_site(name, access.kind),
            *checking.check_processes(sessions.current(), now=utcnow()),
            *checking.check_tables(),
        ]
    return show("check", server=server, findings=findings)


def _check_site(name: str, kind: str) -> Iterator[Finding]:
    """Ask this site's own endpoint, from outside only where the operator said that it is.

    The host of the request could be anybody's, and the secret must not go there.
    """
    settings, url = config.current(), _auth_url(kind)
    secret, path = settings.auth_secret, urlsplit(url).path
    clock = current_app.extensions["iptv"].clock
    yield from checking.check_endpoint(kind, path, OwnEndpoint(kind), secret=secret, clock=clock)
    command = f"flask iptv check {shlex.quote(name)}"
    if settings.public_url is None:
        text = Phrase(
            "Whether the server reaches %(path)s can't be told here without IPTV_PUBLIC_URL. Type "
            "on the server's machine or this one:",
            path=path,
        )
        yield Finding(None, text, f"{command} --auth-url http://ADDRESS{path}")
        return
    fetcher = Fetcher(settings.fetch_networks, patience=_PATIENCE)
    hint = Phrase(
        "Is the address right (IPTV_PUBLIC_URL)? A site with a single worker can't answer while "
        "it makes this page. Then type:"
    )
    yield from checking.check_endpoint(
        kind, url, fetcher, secret=secret, clock=clock, hint=hint, command=command
    )


@routes.add("/servers/<int:server_id>/delete", methods=["GET", "POST"])
def server_delete(server_id: int) -> Response:
    server = _get(server_id)
    question, status = Question(server.title), 200
    if question.is_answered:
        try:
            verbs.delete(server)
            database.commit()
            return see(".admin_servers", "server-deleted")
        except InUse:
            # It got a channel after the question was shown.
            database.session().rollback()
            status = 409
    channels = verbs.count_channels([server.id]).get(server.id, 0)
    return show(
        "server_delete",
        max(status, question.status),
        question=question,
        server=server,
        channels=channels,
    )


def _page(form: Form, server: Server | None) -> Response:
    namesake = form.namesake(verbs.get, server)
    return show(
        "server",
        form.status,
        form=form,
        namesake=namesake,
        server=server,
        kinds=[(name, said(program)) for name, program in _KINDS],
        auth_url=_auth_url(server.kind) if server is not None else None,
        auth_secret=config.current().auth_secret is not None,
    )


def _auth_url(kind: str) -> str:
    return external_url(checking.auth_endpoint(kind))


def _get(server_id: int) -> Server:
    return records.by_id(Server, "server", server_id)


def _fields(typed: Mapping[str, Any]) -> dict[str, Any]:
    changed = dict(typed)
    keys = changed.get("securetoken_keys")
    if keys is not None:
        changed["securetoken_keys"] = [line for line in keys.splitlines() if line.strip()]
    return changed


def _values(server: Server) -> dict[str, Value]:
    return {
        "name": server.name,
        "title": server.title,
        "kind": server.kind,
        "url": server.url,
        "hls_template": server.hls_template,
        "mpegts_template": server.mpegts_template,
        "securetoken_keys": "\n".join(server.securetoken_keys),
        "api_url": server.api_url or "",
        "api_username": server.api_username or "",
        # Never shown again: left empty it stays.
        "api_password": "",
    }
