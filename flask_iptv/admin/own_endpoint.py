"""This site's own endpoint, asked in this process: nothing leaves it, and no worker waits."""

from __future__ import annotations

from collections.abc import Mapping

from flask import current_app
from urllib3 import HTTPHeaderDict
from werkzeug.test import create_environ

from .. import config
from ..fetching import Fetched
from ..mediaservers import DIALECTS
from ..mediaservers.question import Question


class OwnEndpoint:
    """Is asked as a media server of a network that may ask, past the host's own hooks.

    :param kind: of the server.
    """

    def __init__(self, kind: str) -> None:
        self._server = kind if kind in DIALECTS else None

    def fetch(
        self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]
    ) -> Fetched:
        """Ask once.

        :param url: a path will do.
        """
        networks = config.current().auth_networks
        address = str(networks[0].network_address) if networks else "127.0.0.1"
        environ = create_environ(
            url, method=method, headers=headers, environ_overrides={"REMOTE_ADDR": address}
        )
        question = Question(environ, body or b"")
        answer = current_app.extensions["iptv"].endpoint.answer(question, self._server)
        return Fetched(answer.status, HTTPHeaderDict(answer.lines()), answer.text.encode())
