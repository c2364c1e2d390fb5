"""Absolute addresses of this site's own pages and playlists."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit, urlunsplit

from flask import current_app, has_request_context, request, url_for

from . import config

#: What our blueprints were made in, whatever a host calls its mounts.
_OURS = f"{__package__}.extension"


def external_url(endpoint: str, **values: Any) -> str:
    """Make the address by which others reach one of our views.

    Scheme and host are those of ``IPTV_PUBLIC_URL``, else the request's, else, in a command, those
    of Flask's ``SERVER_NAME``. A command without either gets the path alone.

    :param endpoint: such as ``".playlists_m3u"``: of the mount that serves the request, else of
        the app's first mount.
    :param values: the variables of the address; more than it has become its query.
    """
    name = _mounted(endpoint)
    public = config.current().public_url
    if public is not None:
        return public + _path(name, values)
    if has_request_context() or current_app.config["SERVER_NAME"]:
        return url_for(name, _external=True, **values)
    return _path(name, values)


def _mounted(endpoint: str) -> str:
    blueprints = current_app.blueprints.items()
    mounts = [name for name, blueprint in blueprints if blueprint.import_name == _OURS]
    serving = request.blueprint if has_request_context() else None
    return f"{serving if serving in mounts else mounts[0]}{endpoint}"


def _path(name: str, values: dict[str, Any]) -> str:
    if has_request_context():
        return _without_host(url_for(name, **values))
    root = current_app.config["APPLICATION_ROOT"]
    current_app.inject_url_defaults(name, values)
    map_ = current_app.url_map.bind("localhost", script_name=root)
    return _without_host(map_.build(name, values))


def _without_host(url: str) -> str:
    # A mount under a subdomain is always built with its host.
    return urlunsplit(urlsplit(url)._replace(scheme="", netloc=""))
