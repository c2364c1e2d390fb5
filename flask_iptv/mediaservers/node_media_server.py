"""The dialect of node-media-server ("notify"): JSON, where anything but 200 ends the session."""

from __future__ import annotations

from ipaddress import ip_address

from ..authorization import Play, Publish
from ..sessions import Event
from .app_stream import AppStream
from .dialect import UNTIL_CLOSED, Asked, Dialect, Notice, Unreadable
from .posted import posted
from .question import Question
from .wording import by_status

# prePlay and postPlay arrive in the same millisecond, in any order: both open the one session.
_EVENTS = {"prePlay": Event.OPEN, "postPlay": Event.OPEN, "donePlay": Event.CLOSE}
_PUBLISHING = frozenset({"prePublish", "postPublish"})
_NEWS = frozenset(
    {"preConnect", "postConnect", "doneConnect", "donePublish", "postRecord", "doneRecord"}
)


def parse(question: Question) -> Asked:
    """Read what was posted, as text/plain; the viewer's query is in ``query``."""
    given = posted(question)
    action = given.text("action") or ""
    if action in _NEWS:
        return Notice()
    if action not in _EVENTS and action not in _PUBLISHING:
        raise Unreadable("the action is missing or none that is known")
    named = AppStream.of(given.text("app"), given.text("name"))
    token = given.within("query").first("token")
    address = without_port(given.text("ip") or "")
    if action in _PUBLISHING:
        return Publish(named.stream, token, named.short_name, address)
    return Play(
        token=token,
        stream=named.stream,
        short_name=named.short_name,
        address=address,
        protocol=given.text("protocol"),
        event=_EVENTS[action],
        server_session=given.text("id"),
        lease=UNTIL_CLOSED,
        bytes=given.count("outbytes"),
    )


def without_port(text: str) -> str:
    """Take the port off an address: ``192.0.2.1:5``, ``[2001:db8::1]:5``, ``2001:db8::1:5``."""
    if text.startswith("["):
        return text[1:].partition("]")[0]
    host = text.rpartition(":")[0]
    try:
        ip_address(host)
    except ValueError:
        return text
    return host


DIALECT = Dialect(parse, by_status)
