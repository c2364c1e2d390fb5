"""Questions as each media server asks them, and its understanding of the answers."""

from __future__ import annotations

import hmac
import json
from base64 import urlsafe_b64encode
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask
from werkzeug.test import TestResponse

FORM = "application/x-www-form-urlencoded"
SECRET = "s3cret"


@dataclass(frozen=True)
class Asked:
    """What a question of any server is about.

    :param what: ``open``, ``update``, ``close`` or ``publish``.
    """

    token: str | None = "good"
    what: str = "open"
    stream: str = "espn"
    #: No address of the documentation ranges: Python counts those as private networks.
    address: str = "93.184.216.1"
    session: str = "7"

    @property
    def query(self) -> str:
        """What the player adds to the URL."""
        return "" if self.token is None else "token=" + quote(self.token, safe="")


Built = dict[str, Any] | None


def nginx_rtmp(asked: Asked) -> Built:
    calls = {"open": "play", "update": "update_play", "close": "play_done", "publish": "publish"}
    named = {"app": "live", "flashver": "LNX 9", "addr": asked.address, "clientid": asked.session}
    form = urlencode(named | {"call": calls[asked.what], "name": asked.stream})
    return {"data": f"{form}&{asked.query}", "content_type": FORM}


def srs(asked: Asked) -> Built:
    actions = {"open": "on_play", "close": "on_stop", "publish": "on_publish"}
    if asked.what not in actions:
        return None
    given = {"action": actions[asked.what], "client_id": asked.session, "ip": asked.address}
    return {"json": given | {"app": "live", "stream": asked.stream, "param": f"?{asked.query}"}}


def mediamtx(asked: Asked) -> Built:
    actions = {"open": "read", "publish": "publish"}
    if asked.what not in actions:
        return None
    given = {"ip": asked.address, "action": actions[asked.what], "path": f"live/{asked.stream}"}
    return {"json": given | {"protocol": "hls", "id": asked.session, "query": asked.query}}


def icecast(asked: Asked) -> Built:
    actions = {"open": "listener_add", "close": "listener_remove", "publish": "stream_auth"}
    if asked.what not in actions:
        return None
    given = {"action": actions[asked.what], "client": asked.session, "ip": asked.address}
    mount = f"/live/{asked.stream}?{asked.query}"
    # In truth the mount stands before: here the token is what is cut off first.
    form = urlencode(given | {"user": "", "pass": "", "mount": mount})
    return {"data": form, "content_type": FORM}


def node_media_server(asked: Asked) -> Built:
    actions = {"open": "prePlay", "close": "donePlay", "publish": "prePublish"}
    if asked.what not in actions:
        return None
    given = {"id": asked.session, "ip": f"{asked.address}:5", "app": "live", "name": asked.stream,
             "query": {} if asked.token is None else {"token": asked.token},
             "action": actions[asked.what], "outbytes": 1000}  # fmt: skip
    return {"data": json.dumps(given), "content_type": "text/plain;charset=UTF-8"}


def alta(asked: Asked) -> Built:
    headers = {"X-Session-Id": asked.session, "X-Real-Ip": asked.address,
               "X-Real-Path": f"/live/{asked.stream}/index.m3u8"}  # fmt: skip
    return {"query_string": asked.query, "headers": headers} if asked.what == "open" else None


def astra(asked: Asked) -> Built:
    headers = {"X-Session-ID": asked.session, "X-Real-IP": asked.address,
               "X-Channel-ID": f"live/{asked.stream}", "X-Real-Path": "/play/a001"}  # fmt: skip
    return {"query_string": asked.query, "headers": headers} if asked.what == "open" else None


def ovenmediaengine(asked: Asked, secret: str = SECRET, agent: str = "x") -> Built:
    if asked.what == "update":
        return None
    given = {
        "client": {"address": asked.address, "port": 1, "real_ip": "10.9.9.9", "user_agent": agent},
        "request": {
            "direction": "incoming" if asked.what == "publish" else "outgoing",
            "protocol": "webrtc",
            "status": "closing" if asked.what == "close" else "opening",
            "url": f"ws://media.example:3333/live/{asked.stream}?{asked.query}",
        },
    }
    body = json.dumps(given).encode()
    made = urlsafe_b64encode(hmac.digest(secret.encode(), body, "sha1")).rstrip(b"=").decode()
    return {"data": body, "content_type": "application/json",
            "headers": {"X-OME-Signature": made}}  # fmt: skip


def mistserver(asked: Asked) -> Built:
    url = f"http://media.example:8080/hls/espn/index.m3u8?{asked.query}"
    stream = f"live/{asked.stream}"
    lines = {
        "open": ("USER_NEW", [stream, asked.address, "12", "HLS", url, asked.session]),
        "close": ("USER_END", [asked.session, stream, "HLS", asked.address, "9", "5", "1000", ""]),
        "publish": ("STREAM_PUSH", [stream, asked.address, "RTMP", url]),
    }
    if asked.what not in lines:
        return None
    trigger, said = lines[asked.what]
    return {
        "data": "\n".join(said),
        "content_type": "text/plain",
        "headers": {"X-Trigger": trigger},
    }


SERVERS: dict[str, Callable[[Asked], Built]] = {
    "nginx-rtmp": nginx_rtmp,
    "srs": srs,
    "mediamtx": mediamtx,
    "icecast": icecast,
    "node-media-server": node_media_server,
    "alta": alta,
    "astra": astra,
    "ovenmediaengine": ovenmediaengine,
    "mistserver": mistserver,
}

#: What each can tell besides that somebody starts to watch.
TELLING_THE_END = tuple(s for s, build in SERVERS.items() if build(Asked(what="close")))
PUBLISHING = tuple(s for s, build in SERVERS.items() if build(Asked(what="publish")))


def ask(app: Flask, server: str, asked: Asked, secret: str | None = SECRET) -> TestResponse:
    """Ask as a server does; the secret stands in the URL that it was told to ask."""
    built = dict(SERVERS[server](asked) or {})
    assert built, f"{server} never asks this"
    own = [] if secret is None else [f"secret={secret}"]
    built["query_string"] = "&".join([*own, built.get("query_string", "")]).strip("&")
    method = "GET" if server in ("alta", "astra") else "POST"
    return app.test_client().open(f"/tv/auth/{server}", method=method, **built)


def allows(server: str, response: TestResponse) -> bool:
    """Whether that server takes an answer for a yes."""
    status, text = response.status_code, response.text
    if server == "icecast":
        # Whatever the status.
        return response.headers.get("icecast-auth-user") == "1"
    if server == "mistserver":
        # Anything but 200 is answered by the default of the trigger, which is true.
        return status != 200 or text.startswith(("1", "yes", "true", "cont"))
    if server == "ovenmediaengine":
        return status == 200 and json.loads(text).get("allowed") is True
    if server == "srs":
        return status == 200 and text in ("0", '{"code":0}')
    return 200 <= status < 300 if server in ("nginx-rtmp", "mediamtx") else status == 200


def is_allowed(app: Flask, server: str, asked: Asked) -> bool:
    """Ask, and understand the answer."""
    return allows(server, ask(app, server, asked))
