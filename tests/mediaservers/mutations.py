"""Questions of media servers with something in them that no server sends."""

from __future__ import annotations

import hmac
import io
import json
import random
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from tests.mediaservers.asking import FORM, SECRET, SERVERS, Asked

Environ = dict[str, Any]

HALF, OTHER_HALF = "\\ud83d", "\\udc7d"
#: What may stand for a value in JSON, as it is written there.
VALUES = (
    *('""', "null", "true", "[]", "{}", '["x"]', '{"x": 1}', "-1", "1.5", "0", "1e999", "-0.0"),
    *("NaN", "Infinity", "9" * 25, "9" * 4000, "9" * 5000, "[" * 5000 + "]" * 5000),
    *('{"x":' * 5000 + "1" + "}" * 5000, f'"{HALF}"', f'"a{OTHER_HALF}{HALF}b"', f'"{HALF}%41"'),
    *('"\\u0000"', f'"{"x" * 60_000}"', '"\\n\\r"', '"' + "é" * 300 + '"', '"%ff%00+&=;"', '"/"'),
    *(f'"?token={HALF}%20+good"', f'"ws://x/live/espn?token={HALF}%2b"', '"fe80::1%eth0"', '"::"'),
    *(f'"srt://x?streamid={HALF}%2fa"', '"[::1]:5"', '"http://["', '"//"', '"../.."', "x", ""),
)
#: What may stand for a text anywhere else, as bytes.
TEXTS = (
    *(
        b"",
        b"x" * 60_000,
        b"\0",
        b"%00",
        b"%",
        b"%f",
        b"%ff",
        b"\xff",
        b"\xed\xa0\x80",
        b"%ed%a0%80",
    ),
    *(
        b"+",
        b"&",
        b"=",
        b";",
        b"a=" * 500,
        b"&a=1" * 300,
        b"9" * 5000,
        b"-1",
        b"1.5",
        b"\n",
        b"\r\n",
    ),
    *(
        "é".encode(),
        b"/",
        b"//",
        b"../..",
        b"/espn/index.m3u8?token=good",
        b"?token=%ff",
        b"[",
        b"::",
    ),
    *(
        b"http://[",
        b"fe80::1%eth0",
        b'"',
        b"'",
        b"<",
        b"\\",
        b"\x7f",
        b"good",
        b"espn",
        b"\t",
        b" ",
    ),
)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD")
TYPES = ("", "application/json", FORM, "text/plain", "multipart/form-data; boundary=x", "x;é", ";")
LENGTHS = ("", "0", "-1", "x", "1", "70000", "9" * 30, "9" * 5000, "1.5", " 7", "+7", "٣")
WHATS = ("open", "update", "close", "publish")
TOKENS = ("good", "good1", "ba&d", "x", None)
HEADERS = (
    *("X-Original-URI", "X-Real-IP", "X-Forwarded-Uri", "X-Forwarded-For", "Cookie", "X-Trigger"),
    *("Authorization", "User-Agent", "X-Real-Path", "X-Channel-ID", "X-Session-Id", "X-Real-Ua"),
    "X-OME-Signature",
)


@dataclass
class Sent:
    """A question on its way; the texts are bytes, written as Latin-1 like WSGI has them."""

    server: str
    method: str
    query: bytes = b""
    body: bytes = b""
    content_type: str = ""
    headers: dict[str, bytes] = field(default_factory=dict)
    length: str | None = None
    is_chunked: bool = False

    def environ(self) -> Environ:
        """The same as WSGI has it."""
        made: Environ = {
            "REQUEST_METHOD": self.method, "SCRIPT_NAME": "", "PATH_INFO": self.path,
            "QUERY_STRING": self.query.decode("latin-1"), "CONTENT_TYPE": self.content_type,
            "SERVER_NAME": "site.example", "SERVER_PORT": "80", "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1", "wsgi.version": (1, 0), "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(self.body), "wsgi.errors": io.StringIO(),
            "wsgi.multithread": True, "wsgi.multiprocess": False, "wsgi.run_once": False,
        }  # fmt: skip
        if self.is_chunked:
            made |= {"HTTP_TRANSFER_ENCODING": "chunked", "wsgi.input_terminated": True}
        elif self.body or self.length is not None:
            made["CONTENT_LENGTH"] = str(len(self.body)) if self.length is None else self.length
        for name, value in self.headers.items():
            made["HTTP_" + name.upper().replace("-", "_")] = value.decode("latin-1")
        return made

    @property
    def path(self) -> str:
        """Where it goes."""
        is_own = self.server not in ("flussonic", "nginx", "caddy")
        return f"/tv/auth/{self.server}" if is_own else "/tv/auth"


def mutated(seed: int) -> Sent:
    """A question of some server, with a few things in it that are not as they should be."""
    rng = random.Random(seed)
    sent = _question(rng)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        rng.choice((_in_body, _in_body, _in_body, _in_query, _in_headers, _around))(rng, sent)
    if rng.random() < 0.95:
        sent.query += b"&secret=" + SECRET.encode() if sent.query else f"secret={SECRET}".encode()
        made = hmac.digest(SECRET.encode(), sent.body, "sha1")
        sent.headers.setdefault("X-OME-Signature", urlsafe_b64encode(made))
    return sent


def _question(rng: random.Random) -> Sent:
    server = rng.choice((*SERVERS, "flussonic", "nginx", "caddy"))
    asked = Asked(rng.choice(TOKENS), rng.choice(WHATS), session=str(rng.randrange(50)))
    if server in ("nginx", "caddy"):
        names = ("X-Original-URI", "X-Real-IP")
        names = names if server == "nginx" else ("X-Forwarded-Uri", "X-Forwarded-For")
        uri = f"/live/espn/index.m3u8?{asked.query}".encode()
        return Sent(server, "GET", headers=dict(zip(names, (uri, b"192.0.2.1"), strict=True)))
    if server == "flussonic":
        given = {"name": "live/espn", "token": asked.token or "", "ip": asked.address, "bytes": "5"}
        kinds = {
            "GET": Sent(server, "GET", urlencode(given).encode()),
            FORM: Sent(server, "POST", body=urlencode(given).encode(), content_type=FORM),
            "JSON": Sent(server, "POST", body=json.dumps(given).encode()),
        }
        return rng.choice(list(kinds.values()))
    built = SERVERS[server](asked) or SERVERS[server](Asked(asked.token)) or {}
    body = json.dumps(built["json"]) if "json" in built else built.get("data", "")
    return Sent(
        server,
        "GET" if server in ("alta", "astra") else "POST",
        built.get("query_string", "").encode(),
        body if isinstance(body, bytes) else body.encode(),
        built.get("content_type", "application/json" if "json" in built else ""),
        {
            name: value.encode()
            for name, value in built.get("headers", {}).items()
            if name != "X-OME-Signature"
        },
    )


def _in_body(rng: random.Random, sent: Sent) -> None:
    try:
        values = json.loads(sent.body)
        inside = rng.choice([values, *(v for v in values.values() if isinstance(v, dict))])
        inside[rng.choice([*inside, "token", "ip"])] = "@value@"
        text = json.dumps(values).replace('"@value@"', rng.choice(VALUES), 1)
        if rng.random() < 0.1:
            text = text[:-1] + f', "token": {rng.choice(VALUES)}' + text[-1:]
        sent.body = text.encode()
    except (ValueError, RecursionError, AttributeError, IndexError):
        if b"=" in sent.body and rng.random() < 0.7:
            sent.body = _in_form(rng, sent.body)
        elif b"\n" in sent.body:
            lines = sent.body.split(b"\n")
            lines[rng.randrange(len(lines))] = rng.choice(TEXTS)
            sent.body = b"\n".join(lines)
        else:
            sent.body = _anywhere(rng, sent.body)


def _in_query(rng: random.Random, sent: Sent) -> None:
    sent.query = _in_form(rng, sent.query) if rng.random() < 0.8 else _anywhere(rng, sent.query)


def _in_form(rng: random.Random, form: bytes) -> bytes:
    pairs = [pair.split(b"=", 1) for pair in form.split(b"&") if b"=" in pair]
    if not pairs:
        return b"token=" + rng.choice(TEXTS)
    text = rng.choice(TEXTS)
    name, value = rng.choice(pairs)
    changed = rng.choice(([name, text], [text, value], [name, value + text]))
    if rng.random() < 0.5:
        changed = [changed[0], quote(changed[1], safe="").encode()]
    pairs[pairs.index([name, value])] = changed
    if rng.random() < 0.1:
        pairs.append([name, rng.choice(TEXTS)])
    return b"&".join(b"=".join(pair) for pair in pairs)


def _in_headers(rng: random.Random, sent: Sent) -> None:
    name = rng.choice([*sent.headers, rng.choice(HEADERS)])
    before = sent.headers.get(name, b"")
    value = rng.choice((rng.choice(TEXTS), before + rng.choice(TEXTS), _anywhere(rng, before)))
    # No server hands these on.
    sent.headers[name] = value.replace(b"\0", b"").replace(b"\r", b"").replace(b"\n", b"")
    if rng.random() < 0.1:
        del sent.headers[name]


def _around(rng: random.Random, sent: Sent) -> None:
    what = rng.randrange(5)
    if what == 0:
        sent.method = rng.choice(METHODS)
    elif what == 1:
        sent.content_type = rng.choice(TYPES)
    elif what == 2:
        sent.length = rng.choice(LENGTHS)
    elif what == 3:
        sent.is_chunked = True
    else:
        sent.body = _anywhere(rng, sent.body)


def _anywhere(rng: random.Random, text: bytes) -> bytes:
    place = rng.randrange(len(text) + 1)
    return rng.choice(
        (text[:place], text[:place] + rng.choice(TEXTS) + text[place:], text * 2, rng.randbytes(20))
    )
