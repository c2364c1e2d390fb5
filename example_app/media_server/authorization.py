"""The question to the site before and while a stream plays, as Flussonic's on_play asks it."""

from __future__ import annotations

import http.client
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from urllib.parse import urlencode, urlsplit

TIMEOUT_SECONDS = 3
#: How long a verdict holds when the site does not say.
DEFAULT_DURATION = timedelta(seconds=180)
#: More of an answer's text than this (bytes) is not shown to the viewer.
REASON_LIMIT = 1000


class BackendError(Exception):
    """The site can't answer now, which is neither an allow nor a deny.

    :param why: a status such as ``"503"`` or the name of a network error.
    """

    def __init__(self, why: str) -> None:
        self.why = why
        super().__init__(f"the authorization backend does not answer: {why}")


@dataclass(frozen=True)
class Verdict:
    """What the site answered.

    :param playing: whether the viewer may watch.
    :param duration: how long this holds.
    :param reason: text for the viewer who may not.
    :param location: where the viewer is sent instead.
    """

    playing: bool
    duration: timedelta
    reason: str = ""
    location: str = field(default="", repr=False)


class Backend:
    """The site's authorization address, asked without any proxy of the environment.

    :param url: ``http`` or ``https``; may have a query of its own.
    :param secret: sent as a bearer token, for a site that only answers servers it knows.
    :raises ValueError: the URL is not one of HTTP.
    """

    def __init__(self, url: str, secret: str | None = None) -> None:
        parts = urlsplit(url)
        if parts.scheme not in {"http", "https"} or not parts.hostname:
            raise ValueError(f"auth_url {url!r} must look like http://site.example/tv/auth")
        self._connection = (
            http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
        )
        self._host, self._port = parts.hostname, parts.port
        self._target = (parts.path or "/") + "?" + (parts.query and parts.query + "&")
        self._headers = {"Authorization": f"Bearer {secret}"} if secret else {}

    def ask(self, question: Mapping[str, str | int]) -> Verdict:
        """Ask and wait for the answer.

        :param question: the parameters of Flussonic's authorization backend API.
        :raises BackendError: no answer within :data:`TIMEOUT_SECONDS`, or a status from 500 on.
        """
        connection = self._connection(self._host, self._port, timeout=TIMEOUT_SECONDS)
        try:
            connection.request("GET", self._target + urlencode(question), headers=self._headers)
            answer = connection.getresponse()
            text = answer.read(REASON_LIMIT).decode("utf-8", "replace").strip()
        except (OSError, http.client.HTTPException) as error:
            # Its text may hold the address asked, and so the viewer's token.
            raise BackendError(type(error).__name__) from None
        finally:
            connection.close()
        return _verdict(answer, text)


def _verdict(answer: http.client.HTTPResponse, text: str) -> Verdict:
    if answer.status >= 500:
        raise BackendError(str(answer.status))
    duration = _duration(answer.headers.get("X-AuthDuration", ""))
    location = answer.headers.get("Location", "")
    if answer.status == 302 and location and location.isprintable():
        return Verdict(False, duration, location=location)
    return Verdict(answer.status == 200, duration, reason=text)


def _duration(header: str) -> timedelta:
    text = header.strip()
    if text.isascii() and text.isdecimal() and len(text) < 10:
        return timedelta(seconds=int(text))
    return DEFAULT_DURATION
