"""How each kind of media server asks for a viewer, as its own documentation says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import NamedTuple
from urllib.parse import urlencode

from ..fetching import Fetched
from ..redaction import hides

#: A stream that nobody has, and an address that nobody has (RFC 5737).
_STREAM, _ADDRESS = "flask-iptv-check", "192.0.2.1"
_APP = "live"
_FORM = "application/x-www-form-urlencoded"


@hides("query", "headers", "body")
class Question(NamedTuple):
    """How a server asks."""

    method: str
    query: dict[str, str] = {}
    headers: dict[str, str] = {}
    body: bytes | None = None


class Way(NamedTuple):
    """How a kind of server asks for a viewer with a token, and takes the answer.

    :param timed: whether a refusal must say for how long it holds.
    """

    ask: Callable[[str], Question]
    allows: Callable[[Fetched], bool] = lambda answer: 200 <= answer.status < 300
    timed: bool = False


def _json_object(body: bytes) -> dict[str, object]:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _post(**fields: object) -> Question:
    headers = {"Content-Type": "application/json"}
    return Question("POST", headers=headers, body=json.dumps(fields).encode())


def _form(**fields: str) -> Question:
    return Question("POST", headers={"Content-Type": _FORM}, body=urlencode(fields).encode())


def _ask_as_cesbo(token: str) -> Question:
    headers = {
        "X-Session-Id": "1",
        "X-Real-Ip": _ADDRESS,
        "X-Real-Path": f"/{_STREAM}/index.m3u8",
        "X-Channel-ID": _STREAM,
    }
    return Question("GET", {"token": token}, headers)


def _ask_as_mistserver(token: str) -> Question:
    url = f"http://{_STREAM}/?token={token}"
    lines = "\n".join([_STREAM, _ADDRESS, "1", "HLS", url, "flask-iptv-check"])
    return Question("POST", headers={"X-Trigger": "USER_NEW"}, body=lines.encode())


FLUSSONIC = Way(
    lambda token: Question("GET", {"name": _STREAM, "token": token, "ip": _ADDRESS}),
    lambda answer: answer.status == 200,
    timed=True,
)

WAYS = {
    "flussonic": FLUSSONIC,
    "proxy": Way(
        lambda token: Question("GET", headers={
            "X-Original-URI": f"/{_STREAM}/index.m3u8?token={token}", "X-Real-IP": _ADDRESS}),
        timed=True,
    ),
    "nginx-rtmp": Way(lambda token: _form(
        app=_APP, addr=_ADDRESS, clientid="1", call="play", name=_STREAM, token=token)),
    "srs": Way(
        lambda token: _post(action="on_play", client_id="1", ip=_ADDRESS, app=_APP,
                            stream=_STREAM, param=f"?token={token}"),
        lambda answer: answer.status == 200
        and (answer.body.strip() == b"0" or _json_object(answer.body).get("code") == 0),
    ),
    "mediamtx": Way(lambda token: _post(
        action="read", ip=_ADDRESS, path=f"{_APP}/{_STREAM}", protocol="hls",
        query=f"token={token}")),
    "icecast": Way(
        lambda token: _form(action="listener_add", client="1", ip=_ADDRESS,
                            mount=f"/{_STREAM}?token={token}"),
        lambda answer: answer.headers.get("icecast-auth-user") == "1",
    ),
    "node-media-server": Way(lambda token: _post(
        action="prePlay", id="1", ip=f"{_ADDRESS}:1", app=_APP, name=_STREAM,
        query={"token": token})),
    "alta": Way(_ask_as_cesbo),
    "astra": Way(_ask_as_cesbo),
    "ovenmediaengine": Way(
        lambda token: _post(
            client={"address": _ADDRESS},
            request={"direction": "outgoing", "status": "opening", "protocol": "llhls",
                     "url": f"http://media.example/{_APP}/{_STREAM}?token={token}"}),
        lambda answer: _json_object(answer.body).get("allowed") is True,
    ),
    "mistserver": Way(
        _ask_as_mistserver, lambda answer: answer.body.strip() in (b"true", b"1")
    ),
}  # fmt: skip
"""Each as its own documentation says; see the dialects of the same names."""
