"""The other question: may this publisher send a stream to the server?"""

from __future__ import annotations

import hmac
from typing import NamedTuple, cast

import sqlalchemy as sa

from ..config import Settings
from ..connections import Connections
from ..lent import Lent
from ..models import Channel
from ..prepared import Row
from ..redaction import hides
from .play import Decision

_C = cast(sa.Table, Channel.__table__).c

#: Longest name or key that is looked at.
MAX_TEXT = 512


@hides("key")
class Publish(NamedTuple):
    """What a media server asks when somebody wants to send it a stream.

    :param key: what the publisher brought.
    :param short_name: the stream's name without the application before it, where servers have
        such.
    :param address: the publisher's, for the log.
    """

    stream: str
    key: str | None = None
    short_name: str | None = None
    address: str | None = None


class Publishing:
    """Answers for one app: only with the channel's own publish key, and never without one."""

    def __init__(self, settings: Settings, connections: Connections) -> None:
        self._settings = settings
        self._connections = connections

    def decide(self, publish: Publish) -> Decision:
        """Answer a question.

        :raises Unavailable: if the database does not answer.
        """
        reason = self._refusal(publish)
        settings = self._settings
        duration = settings.auth_duration if reason is None else settings.deny_duration
        return Decision(reason, duration)

    def _refusal(self, publish: Publish) -> str | None:
        names = [name for name in (publish.stream, publish.short_name) if _usable(name)]
        if not names:
            return "channel_unknown"
        rows = self._connections.ask(lambda lent: _rows(lent, names))
        # Some databases find "ort" for "ORT", which is another stream.
        found = {row[0]: row for row in rows if row[0] in names}
        if not found:
            return "channel_unknown"
        _, enabled, key = next(found[name] for name in names if name in found)
        if not enabled:
            return "channel_disabled"
        if not key:
            return "no_publish_key"
        if not publish.key:
            return "no_token"
        given = publish.key[:MAX_TEXT].encode("utf-8", "replace")
        return None if hmac.compare_digest(key.encode(), given) else "wrong_publish_key"


def _usable(name: str | None) -> bool:
    return bool(name) and len(name or "") <= MAX_TEXT and "\0" not in (name or "")


def _rows(lent: Lent, names: list[str | None]) -> list[Row]:
    statement = lent.prepared("publish", _question)
    given = [name and name.encode("utf-8", "replace").decode() for name in names]
    return statement.rows(lent.cursor, {"name_0": given[0], "name_1": given[-1]})


def _question() -> sa.Select[tuple[str, bool, str | None]]:
    names = [sa.bindparam(f"name_{number}", type_=_C.name.type) for number in (0, 1)]
    return sa.select(_C.name, _C.enabled, _C.publish_key).where(_C.name.in_(names))
