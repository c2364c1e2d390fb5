"""Finding out what is wrong between a media server and this site, by asking both as they ask."""

from __future__ import annotations

import hmac
import json
import secrets
import time
from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple, Protocol
from urllib.parse import urlencode

from .fetching import Fetched, Fetcher, FetchError
from .management import KINDS, Access, Finding, manage
from .mediaservers import DIALECTS
from .models import Server

#: Seconds after which an answer is told to be slow; media servers wait about three.
SLOW = 1.0

#: A stream that nobody has, and an address that nobody has (RFC 5737).
_STREAM, _ADDRESS = "flask-iptv-check", "192.0.2.1"
_APP = "live"
_FORM = "application/x-www-form-urlencoded"
_HINT = "Is the site running there, and is the address right (IPTV_PUBLIC_URL, or --auth-url)?"


class _Question(NamedTuple):
    """How a server asks."""

    method: str
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    body: bytes | None = None


class Asker(Protocol):
    """Whoever carries a question to an endpoint, such as a :class:`Fetcher`."""

    def fetch(
        self, method: str, url: str, *, body: bytes | None, headers: Mapping[str, str]
    ) -> Fetched:
        """Ask once."""


class _Way(NamedTuple):
    """How a kind of server asks for a viewer with a token, and takes the answer.

    :param timed: whether a refusal must say for how long it holds.
    """

    ask: Callable[[str], _Question]
    allows: Callable[[Fetched], bool] = lambda answer: 200 <= answer.status < 300
    timed: bool = False


def check_server(server: Server, fetcher: Fetcher) -> Iterator[Finding]:
    """Ask a server's management API, if it has one.

    :param fetcher: asks it, where it may be asked.
    """
    if server.api_url is None and KINDS[server.kind].cuts_viewers:
        yield Finding(
            True,
            f"{server.name} has no address of its management API here: its streams can't be read, "
            "and a viewer who is cut goes on until the server asks again.",
        )
        return
    login = (server.api_username, server.api_password)
    yield from manage(Access(server.kind, server.api_url or "", *login), fetcher).check()


def check_endpoint(
    kind: str,
    url: str,
    asker: Asker,
    *,
    secret: str | None,
    hint: str = _HINT,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[Finding]:
    """Ask our own endpoint as a server does, for a viewer who must be refused.

    :param kind: of the server.
    :param url: of the endpoint; may have a query.
    :param secret: ``IPTV_AUTH_SECRET``; the address must not be one that a request brought.
    :param hint: what to look at when nobody answers.
    :param clock: gives seconds.
    """
    way = _WAYS.get(kind, _FLUSSONIC)
    question = way.ask(secrets.token_urlsafe(16))
    query, headers = dict(question.query), dict(question.headers)
    if kind == "ovenmediaengine":
        if secret is None:
            yield Finding(False, "OvenMediaEngine signs its questions, which can't be checked: set "
                          "IPTV_AUTH_SECRET to the secret that it has.")  # fmt: skip
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
        yield Finding(False, f"{place} can't be asked: {error}. {hint}")
        return
    seconds = clock() - before
    wrong = _what_is_wrong(way, answer)
    fine = f"refuses a made-up token as it should, in {seconds * 1000:.0f} ms"
    yield Finding(wrong is None, f"{place} {wrong or fine}.")
    if seconds > SLOW:
        yield Finding(False, f"The answer took {seconds:.1f} seconds: media servers wait for about "
                      "3 seconds and then refuse every new viewer.")  # fmt: skip


def auth_endpoint(kind: str) -> str:
    """The endpoint that a kind of server is to ask, for ``url_for``."""
    return f".auth_{kind.replace('-', '_')}" if kind in DIALECTS else ".auth"


def _signature(body: bytes, secret: str) -> str:
    return urlsafe_b64encode(hmac.digest(secret.encode(), body, "sha1")).rstrip(b"=").decode()


def _what_is_wrong(way: _Way, answer: Fetched) -> str | None:
    status = answer.status
    is_page = answer.headers.get("Content-Type", "").lower().startswith("text/html")
    if way.allows(answer):
        if is_page:
            return (
                f"answers every viewer with a web page ({status}), which lets everybody in: "
                "another part of the site has this address"
            )
        return (
            f"lets in whoever brings any token ({status}): look for 'allow default' in "
            "IPTV_AUTH_RULES and at the backends of IPTV_UPSTREAM_AUTH"
        )
    if status in _WRONG:
        return _WRONG[status]
    if status >= 500:
        return f"is broken ({status}): look into the log of the site or of the proxy before it"
    if status in (401, 407) or 300 <= status < 400 or is_page:
        return (
            f"is behind something that stops media servers ({status}): a login, a CSRF "
            "protection or a redirect of the site or its proxy; let this address pass"
        )
    if b"this host may not ask" in answer.body:
        return (
            "says that this host may not ask: its address is not in IPTV_AUTH_NETWORKS, or "
            "IPTV_AUTH_SECRET is another one there"
        )
    if way.timed and (status != 403 or "X-AuthDuration" not in answer.headers):
        return (
            f"refuses in a form that is not ours ({status}, no X-AuthDuration): something else "
            "than this site answers"
        )
    return None


_WRONG = {
    404: "is not there (404): compare it with the url_prefix that the blueprint is mounted at",
    503: "can't answer new viewers (503): the database or the session store is away; the log "
    "says which",
}


def _json_object(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _post(**fields: object) -> _Question:
    headers = {"Content-Type": "application/json"}
    return _Question("POST", headers=headers, body=json.dumps(fields).encode())


def _form(**fields: str) -> _Question:
    return _Question("POST", headers={"Content-Type": _FORM}, body=urlencode(fields).encode())


def _ask_as_cesbo(token: str) -> _Question:
    headers = {
        "X-Session-Id": "1",
        "X-Real-Ip": _ADDRESS,
        "X-Real-Path": f"/{_STREAM}/index.m3u8",
        "X-Channel-ID": _STREAM,
    }
    return _Question("GET", {"token": token}, headers)


def _ask_as_mistserver(token: str) -> _Question:
    url = f"http://{_STREAM}/?token={token}"
    lines = "\n".join([_STREAM, _ADDRESS, "1", "HLS", url, "flask-iptv-check"])
    return _Question("POST", headers={"X-Trigger": "USER_NEW"}, body=lines.encode())


_FLUSSONIC = _Way(
    lambda token: _Question("GET", {"name": _STREAM, "token": token, "ip": _ADDRESS}),
    lambda answer: answer.status == 200,
    timed=True,
)

_WAYS = {
    "flussonic": _FLUSSONIC,
    "proxy": _Way(
        lambda token: _Question("GET", headers={
            "X-Original-URI": f"/{_STREAM}/index.m3u8?token={token}", "X-Real-IP": _ADDRESS}),
        timed=True,
    ),
    "nginx-rtmp": _Way(lambda token: _form(
        app=_APP, addr=_ADDRESS, clientid="1", call="play", name=_STREAM, token=token)),
    "srs": _Way(
        lambda token: _post(action="on_play", client_id="1", ip=_ADDRESS, app=_APP,
                            stream=_STREAM, param=f"?token={token}"),
        lambda answer: answer.status == 200
        and (answer.body.strip() == b"0" or _json_object(answer.body).get("code") == 0),
    ),
    "mediamtx": _Way(lambda token: _post(
        action="read", ip=_ADDRESS, path=f"{_APP}/{_STREAM}", protocol="hls",
        query=f"token={token}")),
    "icecast": _Way(
        lambda token: _form(action="listener_add", client="1", ip=_ADDRESS,
                            mount=f"/{_STREAM}?token={token}"),
        lambda answer: answer.headers.get("icecast-auth-user") == "1",
    ),
    "node-media-server": _Way(lambda token: _post(
        action="prePlay", id="1", ip=f"{_ADDRESS}:1", app=_APP, name=_STREAM,
        query={"token": token})),
    "alta": _Way(_ask_as_cesbo),
    "astra": _Way(_ask_as_cesbo),
    "ovenmediaengine": _Way(
        lambda token: _post(
            client={"address": _ADDRESS},
            request={"direction": "outgoing", "status": "opening", "protocol": "llhls",
                     "url": f"http://media.example/{_APP}/{_STREAM}?token={token}"}),
        lambda answer: _json_object(answer.body).get("allowed") is True,
    ),
    "mistserver": _Way(
        _ask_as_mistserver, lambda answer: answer.body.strip() in (b"true", b"1")
    ),
}  # fmt: skip
"""Each as its own documentation says; see the dialects of the same names."""
