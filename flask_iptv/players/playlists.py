"""``/playlists/…``: a user's channels as a file that a player opens."""

from __future__ import annotations

import logging
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from itertools import chain, islice
from urllib.parse import quote

from flask import Response, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.wsgi import wrap_file

from .. import database, lineup, rate_limits, users
from ..errors import InvalidInput, NotFound, SchemaError
from ..models import User, utcnow
from ..phrases import capital
from ..playlists import m3u as m3u_format
from ..playlists import xspf as xspf_format
from ..playlists.entry import Entry
from ..routes import Routes
from . import remembered
from .attachment import disposition

routes = Routes("/playlists", "playlists")

log = logging.getLogger("flask_iptv.players")

#: Entries that are sent at once.
_ENTRIES = 100
#: Bytes that are sent at once of a list that is remembered.
_BLOCK = 65_536
#: The largest form that is looked into, in bytes; a name and a token fit many times.
_MAX_FORM = 16_384
#: Makes zlib write the header of gzip (zlib manual, deflateInit2).
_GZIP = 31

_UNKNOWN = "There is no playlist of this name and token.\n"
_GUESSED = "Too many unknown tokens came from this address."
_FETCHED = "This playlist was fetched too often."
_LATER = "This can't be given now; please try again in a moment.\n"
_REFUSALS = {
    "disabled": "This access is switched off; please ask your provider.\n",
    "not_started": "This access begins on {user.starts_at:%Y-%m-%d at %H:%M} UTC.\n",
    "rule_unreadable": "This access can't be given now; please ask your provider.\n",
    "expired": "This access ended on {user.expires_at:%Y-%m-%d at %H:%M} UTC.\n",
}


@dataclass(frozen=True)
class _Format:
    """How a playlist is written and sent.

    :param ending: of its file's name.
    :param after_url: what follows the address, and so the token, of every entry.
    """

    content_type: str
    ending: str
    write: Callable[[Iterable[Entry]], Iterator[str]]
    after_url: str


_M3U = _Format("audio/x-mpegurl; charset=utf-8", ".m3u", m3u_format.write, m3u_format.AFTER_URL)
_PLUGINS_M3U = replace(_M3U, content_type="application/x-mpegurl")
_XSPF = _Format("application/xspf+xml", ".xspf", xspf_format.write, xspf_format.AFTER_URL)


@routes.add("/<name>.m3u", methods=("GET", "POST"))
def m3u(name: str) -> Response:
    """The playlist of a user, under a name that players know as one."""
    # The user's own name may end in .m3u; a token is only one user's, so this can't be mistaken.
    return _answer((name, f"{name}.m3u"), _M3U)


@routes.add("/<name>.xspf", methods=("GET", "POST"))
def xspf(name: str) -> Response:
    """The same as XML, which VLC knows best."""
    return _answer((name, f"{name}.xspf"), _XSPF)


@routes.add("/<name>", methods=("GET", "POST"))
def plain(name: str) -> Response:
    """The same as the Flussonic IPTV plugin has it."""
    return _answer((name,), _PLUGINS_M3U)


def _answer(names: tuple[str, ...], form: _Format) -> Response:
    try:
        given = _parameters()
    except UnicodeDecodeError:
        return _words(400, "This address is not UTF-8.\n")
    try:
        return _to(given, names, form)
    except Exception as error:
        outage = database.outage_of(error, log)
        if outage is None:
            raise
        # Who sets the site up is told what to type, and a viewer not where the database is.
        told = f"{outage}.\n" if isinstance(outage, SchemaError) else _LATER
        return _words(503, capital(told))


def _to(given: MultiDict[str, str], names: tuple[str, ...], form: _Format) -> Response:
    user = _find(names, given.get("token", ""))
    if user is None:
        wait = rate_limits.count("unknown_token")
        return _wait(_GUESSED, wait) if wait else _words(403, _UNKNOWN)
    refusal = _refusal(user)
    if refusal is not None:
        return _words(403, refusal)
    if wait := rate_limits.count("playlist", str(user.id)):
        return _wait(_FETCHED, wait)
    try:
        return _playlist(user, given.get("output", "hls"), form)
    except InvalidInput as error:
        return _words(400, f"{error}.\n")


def _parameters() -> MultiDict[str, str]:
    # The length of a form that comes in chunks is known only once all of it is there.
    is_long = request.content_length is None or request.content_length > _MAX_FORM
    return request.args if is_long else request.values


def _find(names: tuple[str, ...], token: str) -> User | None:
    for name in names:
        try:
            return users.by_token(name, token)
        except NotFound:
            continue
    return None


def _refusal(user: User) -> str | None:
    reason = users.refusal(user, utcnow())
    return _REFUSALS[reason].format(user=user) if reason is not None else None


def _wait(why: str, seconds: int) -> Response:
    response = _words(429, f"{why} Try again in {seconds} s.\n")
    response.headers["Retry-After"] = str(seconds)
    return response


def _words(status: int, text: str | None) -> Response:
    response = Response(text, status, content_type="text/plain; charset=utf-8")
    response.headers["Cache-Control"] = "no-store"
    return _discreet(response)


def _discreet(response: Response) -> Response:
    # The address has the token in it, so it must not end up at other sites or in their indexes.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _playlist(user: User, output: str, form: _Format) -> Response:
    state = form.ending + lineup.state(user, output)
    fingerprint = lineup.fingerprint(user, state)
    response = _discreet(Response(content_type=form.content_type))
    response.headers["Content-Disposition"] = disposition(user.name, form.ending)
    response.headers["Cache-Control"] = "private, no-cache"
    response.vary.add("Accept-Encoding")
    response.set_etag(fingerprint, weak=True)
    if request.method != "POST" and request.if_none_match.contains_weak(fingerprint):
        response.status_code = 304
        return response
    zipped = request.accept_encodings.quality("gzip") > 0
    if zipped:
        response.content_encoding = "gzip"
    token = quote(user.key, safe="").encode()
    begun, rest = _begun(user, output, form, state)
    if rest is None and not zipped:
        _send(response, token.join(begun))
        return response
    more = (token + token.join(parts) for parts in rest or ())
    chunks = chain([token.join(begun)], more)
    body = _gzipped(chunks) if zipped else chunks
    if request.method == "HEAD":
        # Without a length waitress ends the body that is not there, which is read as the beginning
        # of the next answer. The list is not made in vain: the GET that follows finds it.
        response.content_length = sum(map(len, body))
    else:
        # It is sent when the database session is over: whoever takes it slowly, or not at all,
        # keeps no connection from others.
        response.response = body
    return response


def _send(response: Response, body: bytes) -> None:
    # Servers send a file faster than a text: they don't copy it into a queue first.
    response.response = wrap_file(request.environ, BytesIO(body), _BLOCK)
    response.direct_passthrough = True
    response.content_length = len(body)


def _begun(
    user: User, output: str, form: _Format, state: str
) -> tuple[Sequence[bytes], Iterator[list[bytes]] | None]:
    """The parts between which the token goes: those in memory, and the rest of a longer list."""
    lists = remembered.here_of(current_app)
    known = lists.find(state)
    if known is not None:
        return known, None
    entries = lineup.entries(user, output, token="")
    parts = _parts(entries, form)
    begun: list[bytes] = []
    size = 0
    for some in parts:
        begun += some
        size += remembered.weight(some)
        if size > remembered.LONGEST:
            entries.let_go(current_app.extensions["iptv"].connections)
            return begun, parts
    lists.keep(state, begun)
    return begun, None


def _parts(entries: Iterable[Entry], form: _Format) -> Iterator[list[bytes]]:
    lines = form.write(entries)
    # What comes between two tokens: the end of one entry, and the next one up to its own.
    rest = next(lines)
    while some := list(islice(lines, _ENTRIES)):
        parts = []
        for line in some:
            front, after_url, foot = line.rpartition(form.after_url)
            if after_url:
                parts.append((rest + front).encode())
            rest = after_url or rest + foot
        if parts:
            yield parts
    yield [rest.encode()]


def _gzipped(chunks: Iterable[bytes]) -> Iterator[bytes]:
    packer = zlib.compressobj(wbits=_GZIP)
    for chunk in chunks:
        if packed := packer.compress(chunk):
            yield packed
    yield packer.flush()
