"""The dialect of proxies: nginx auth_request, Caddy forward_auth and Traefik forwardAuth."""

from __future__ import annotations

from urllib.parse import quote, unquote

from .. import stream_urls
from ..authorization import Decision, Play
from . import flussonic
from .dialect import Dialect, Unreadable
from .question import Answer, Question, pairs

# They ask about a URI that a viewer wants, and tell it and the viewer's address in headers: the
# first pair is that of nginx, HAProxy and Varnish, the second that of Caddy and Traefik. A proxy
# sets only its own pair and passes every other header and the whole query on as the viewer sent
# them. So nothing is read from the query, nothing from the other pair, and a question that has
# both URIs can't be trusted.
_PAIRS = {
    "HTTP_X_ORIGINAL_URI": "HTTP_X_REAL_IP",
    "HTTP_X_FORWARDED_URI": "HTTP_X_FORWARDED_FOR",
}

#: Players drop ``?token=`` on the segments of a playlist, but nearly all return a cookie.
COOKIE = "iptv_token"

#: Seconds without a request after which a viewer of short segments has left.
SEGMENTED_LEASE = 60


def is_asked(question: Question) -> bool:
    """Whether a proxy asks: no viewer can take away the header that the proxy sets."""
    return any(header in question.environ for header in _PAIRS)


def parse(question: Question) -> Play:
    """Read the question from the proxy's own headers."""
    if all(header in question.environ for header in _PAIRS):
        # The viewer may have added the header of another proxy.
        raise Unreadable("X-Original-URI and X-Forwarded-Uri are both there; the proxy must "
                         "remove the one that it does not set")  # fmt: skip
    header = _uri_header(question)
    uri: str = question.environ[header]
    path = stream_urls.decode_path(uri)
    segmented = path is not None and stream_urls.is_segmented(path)
    # The last address is the one that the asking proxy saw; those before it are hearsay.
    address = question.environ.get(_PAIRS[header], "").split(",")[-1]
    return Play(
        token=_query_token(uri) or _cookie_token(question),
        path=path or "",
        address=address,
        user_agent=question.environ.get("HTTP_USER_AGENT"),
        protocol="hls" if segmented else "http",
        lease=SEGMENTED_LEASE if segmented else None,
    )


def answer(question: Question, decision: Decision) -> Answer:
    """Word the decision, and on a playlist hand out the cookie for its segments."""
    worded = flussonic.answer(question, decision)
    if not decision.allowed:
        return worded
    uri: str = question.environ[_uri_header(question)]
    path = stream_urls.decode_path(uri)
    token = _query_token(uri)
    if token and path and stream_urls.is_playlist(path):
        # As the viewer wrote it: browsers compare paths to the letter. Only ";" would end it.
        written = uri.partition("?")[0].rpartition("/")[0] + "/"
        folder = quote(written, safe="/%!$&'()*+,:=@~")
        worded.headers["Set-Cookie"] = (
            f"{COOKIE}={quote(token, safe='')}; Path={folder}; HttpOnly; SameSite=Lax"
        )
    return worded


def _uri_header(question: Question) -> str:
    return next(header for header in _PAIRS if header in question.environ)


def _query_token(uri: str) -> str | None:
    query = uri.partition("#")[0].partition("?")[2]
    return next((value for name, value in pairs(query) if name == "token"), None)


def _cookie_token(question: Question) -> str | None:
    # Of several, browsers send the one of the longest path first (RFC 6265, section 5.4).
    for part in question.environ.get("HTTP_COOKIE", "").split(";"):
        name, _, value = part.strip().partition("=")
        if name == COOKIE and value:
            return unquote(value.strip('"'))
    return None


DIALECT = Dialect(
    parse,
    answer,
    without_address=(
        "a proxy asks without the viewer's address, so devices are told apart by their "
        "user agents alone and users with allowed_networks are refused; if waitress "
        "serves the site, give it clear_untrusted_proxy_headers=False"
    ),
)
