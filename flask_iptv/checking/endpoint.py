"""Asking our own endpoint as a media server does, for a viewer who must be refused."""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import Protocol
from urllib.parse import urlencode

from ..fetching import Fetched, FetchError
from ..management import Finding
from ..mediaservers import DIALECTS
from ..phrases import Phrase
from .ways import FLUSSONIC, WAYS, Way

#: Seconds after which an answer is told to be slow; media servers wait about three.
SLOW = 1.0

_HINT = Phrase(
    "Is the site running there, and is the address right (IPTV_PUBLIC_URL, or --auth-url)?"
)


class Asker(Protocol):
    """Whoever carries a question to an endpoint, such as a :class:`Fetcher`."""

    def fetch(
        self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]
    ) -> Fetched:
        """Ask once."""


def check_endpoint(
    kind: str,
    url: str,
    asker: Asker,
    *,
    secret: str | None,
    clock: Callable[[], float],
    hint: str = _HINT,
    command: str | None = None,
) -> Iterator[Finding]:
    """Ask our own endpoint as a server does, for a viewer who must be refused.

    :param kind: of the server.
    :param url: of the endpoint; may have a query.
    :param secret: ``IPTV_AUTH_SECRET``; the address must not be one that a request brought.
    :param clock: seconds of a clock that is never set.
    :param hint: what to look at when nobody answers.
    :param command: to be typed then.
    """
    way = WAYS.get(kind, FLUSSONIC)
    question = way.ask(secrets.token_urlsafe(16))
    query, headers = dict(question.query), dict(question.headers)
    if kind == "ovenmediaengine":
        if secret is None:
            text = Phrase(
                "OvenMediaEngine signs its questions, which can't be checked: set "
                "IPTV_AUTH_SECRET to the secret that it has."
            )
            yield Finding(False, text)
            return
        headers["X-OME-Signature"] = _signature(question.body or b"", secret)
    elif secret is not None:
        query["secret"] = secret
    joint = ("&" if "?" in url else "?") if query else ""
    place = url.partition("?")[0].rpartition("@")[2]
    before = clock()
    try:
        answer = asker.fetch(
            question.method, url + joint + urlencode(query), body=question.body, headers=headers
        )
    except FetchError as error:
        text = Phrase(
            "%(place)s can't be asked: %(why)s. %(hint)s", place=place, why=error.message, hint=hint
        )
        yield Finding(False, text, command)
        return
    seconds = clock() - before
    wrong = _what_is_wrong(way, answer)
    fine = Phrase("refuses a made-up token as it should, in %(ms)s ms", ms=round(seconds * 1000))
    text = Phrase("%(place)s %(what)s.", place=place, what=wrong or fine)
    yield Finding(wrong is None, text)
    if seconds > SLOW:
        text = Phrase(
            "The answer took %(seconds)s seconds: media servers wait for about 3 seconds and then "
            "refuse every new viewer.",
            seconds=f"{seconds:.1f}",
        )
        yield Finding(False, text)


def auth_endpoint(kind: str) -> str:
    """The endpoint that a kind of server is to ask, for ``url_for``."""
    return f".auth_{kind.replace('-', '_')}" if kind in DIALECTS else ".auth"


def _signature(body: bytes, secret: str) -> str:
    return urlsafe_b64encode(hmac.digest(secret.encode(), body, "sha1")).rstrip(b"=").decode()


def _what_is_wrong(way: Way, answer: Fetched) -> Phrase | None:
    status = answer.status
    is_page = answer.headers.get("Content-Type", "").lower().startswith("text/html")
    if way.allows(answer):
        return _lets_in(status, is_page)
    if status in _WRONG:
        return _WRONG[status]
    if status >= 500:
        return Phrase(
            "is broken (%(status)s): look into the log of the site or of the proxy before it",
            status=status,
        )
    if status in (401, 407) or 300 <= status < 400 or is_page:
        return Phrase(
            "is behind something that stops media servers (%(status)s): a login, a CSRF "
            "protection or a redirect of the site or its proxy; let this address pass",
            status=status,
        )
    if b"this host may not ask" in answer.body:
        return Phrase(
            "says that this host may not ask: its address is not in IPTV_AUTH_NETWORKS, or "
            "IPTV_AUTH_SECRET is another one there"
        )
    if way.timed and (status != 403 or "X-AuthDuration" not in answer.headers):
        return Phrase(
            "refuses in a form that is not ours (%(status)s, no X-AuthDuration): something else "
            "than this site answers",
            status=status,
        )
    return None


def _lets_in(status: int, is_page: bool) -> Phrase:
    if is_page:
        return Phrase(
            "answers every viewer with a web page (%(status)s), which lets everybody in: "
            "another part of the site has this address",
            status=status,
        )
    return Phrase(
        "lets in whoever brings any token (%(status)s): look for 'allow default' in "
        "IPTV_AUTH_RULES and at the backends of IPTV_UPSTREAM_AUTH",
        status=status,
    )


_WRONG = {
    404: Phrase(
        "is not there (404): compare it with the url_prefix that the blueprint is mounted at"
    ),
    503: Phrase(
        "can't answer new viewers (503): the database or the session store is away; the log says "
        "which"
    ),
}
