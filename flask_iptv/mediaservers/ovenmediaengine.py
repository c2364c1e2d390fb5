"""The dialect of OvenMediaEngine ("AdmissionWebhooks"): signed JSON about a URL."""

from __future__ import annotations

import hashlib
import hmac
import json
from base64 import urlsafe_b64encode
from ipaddress import ip_address
from typing import Any
from urllib.parse import quote

from .. import stream_urls
from ..authorization import Decision, Play, Publish
from ..sessions import Event
from .app_stream import AppStream
from .dialect import UNTIL_CLOSED, Asked, Dialect, Notice, Unreadable
from .posted import Posted, posted
from .question import Answer, Question, parameters
from .wording import refusal

_EVENTS = {"opening": Event.OPEN, "closing": Event.CLOSE}


def parse(question: Question) -> Asked:
    """Read what was posted.

    A session has no id here. Its stream and device stand in for one, so that a viewer who has
    zapped away does not give the slot up when the stream before is closed, nor anybody else's.
    """
    given = posted(question)
    client, request = given.within("client"), given.within("request")
    event = _EVENTS.get(request.text("status") or "")
    direction = request.text("direction")
    if event is None or direction not in ("incoming", "outgoing"):
        raise Unreadable("the status or the direction is missing or none that is known")
    if direction == "incoming" and event is Event.CLOSE:
        return Notice()
    named, query = split(request.text("url") or "")
    token = parameters(query).get("token")
    if direction == "incoming":
        return Publish(named.stream, token, named.short_name, client.text("address"))
    return Play(
        token=token,
        stream=named.stream,
        short_name=named.short_name,
        address=_address(client),
        user_agent=client.text("user_agent"),
        protocol=request.text("protocol"),
        event=event,
        server_session=_session(named.stream, client),
        lease=UNTIL_CLOSED,
    )


def answer(question: Question, decision: Decision) -> Answer:
    """Word the decision, always with 200; the end of a session is only acknowledged.

    No ``lifetime`` is told: it would cut the viewer after the time for which other servers hold
    an answer, and nobody would ask again.
    """
    reason = refusal(decision)
    said: dict[str, Any] = {"allowed": reason is None}
    if reason is not None:
        said["reason"] = reason
    if _is_closing(question):
        said = {}
    return Answer(200, text=json.dumps(said), content_type="application/json")


def is_signed(question: Question, secret: bytes) -> bool:
    """Check ``X-OME-Signature``: base64url of the HMAC-SHA1 of the body, with or without "="."""
    made = urlsafe_b64encode(hmac.digest(secret, question.body, "sha1")).rstrip(b"=")
    given: str = question.environ.get("HTTP_X_OME_SIGNATURE", "")
    return hmac.compare_digest(made, given.strip().rstrip("=").encode("utf-8", "replace"))


def split(url: str) -> tuple[AppStream, str]:
    """Take the stream and the query out of ``scheme://host[:port]/app/stream[/file]?query``.

    SRT players may have all that in the ``streamid`` of a URL without a path: as such a URL, or as
    ``virtual host/app/stream``.

    :raises Unreadable: if it is no such URL.
    """
    scheme, _, rest = url.partition("://")
    place, _, query = rest.partition("?")
    if scheme == "srt" and not place.partition("/")[2]:
        streamid = parameters(query).get("streamid", "")
        rest = streamid.partition("://")[2] or streamid
        place, _, query = rest.partition("?")
    raw = "/" + place.partition("/")[2]
    path = stream_urls.decode_path(quote(raw, safe="/%#!$&'()*+,;=:@~", errors="replace"))
    segments = (path or "").split("/")[1:]
    if not 2 <= len(segments) <= 3:
        raise Unreadable("the URL is none of an application's stream")
    return AppStream.of(segments[0], segments[1]), query


def _address(client: Posted) -> str | None:
    # real_ip is whatever X-Real-IP or the first of X-Forwarded-For says, which every viewer can
    # send. It counts only where a proxy stands in between: on this host or in a private network.
    address = client.text("address")
    try:
        host = ip_address(address or "")
    except ValueError:
        return address
    host = getattr(host, "ipv4_mapped", None) or host
    return client.text("real_ip") or address if host.is_private else address


def _session(stream: str, client: Posted) -> str:
    device = (stream, _address(client), client.text("user_agent"))
    return hashlib.sha256("\n".join(map(repr, device)).encode()).hexdigest()


def _is_closing(question: Question) -> bool:
    try:
        return posted(question).within("request").text("status") == "closing"
    except Unreadable:
        return False


DIALECT = Dialect(parse, answer, is_signed)
