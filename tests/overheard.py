"""All that a process of tests logs, at DEBUG, searched for every key that its tests have made."""

from __future__ import annotations

import logging
import re
import secrets
from collections.abc import Iterable
from typing import Any

from sqlalchemy import event

from flask_iptv.models import Channel, Server, User
from flask_iptv.redaction import redact

#: Shorter ones are words that lines may have for other reasons; nothing that we make is shorter.
_SHORTEST = 8
#: What a key of the usual signs is found by, however many keys there are.
_WORD = re.compile(rf"[\w-]{{{_SHORTEST},}}")
_SIGNED = re.compile(r"[0-9a-f]{40}-[0-9a-f]+-\d+-\d+")

#: Tokens of tests that are part of our addresses as well.
_NO_KEYS = frozenset({"new-token"})

#: When they are told to, they write what statements are given. That is the host's affair, and
#: docs/logging.md says what to do.
_OF_HOSTS = ("sqlalchemy.engine", "sqlalchemy.pool", "sqlalchemy.orm")
#: Where tests log keys themselves, to see them redacted.
OF_TESTS = "tests.redaction"

_KEYS = (User.key, Channel.publish_key, Server.securetoken_keys, Server.api_password)


class Overheard(logging.Handler):
    """Hears what reaches the root logger."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._words: set[str] = set()
        self._texts: set[str] = set()
        self._lines: list[str] = []
        self.setFormatter(logging.Formatter("%(name)s: %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Called by logging."""
        if record.name != OF_TESTS:
            self._lines.append(self.format(record))

    def learn(self, keys: Iterable[object]) -> None:
        """Take note of keys."""
        for key in keys:
            if isinstance(key, str) and len(key) >= _SHORTEST and key not in _NO_KEYS:
                (self._words if _WORD.fullmatch(key) else self._texts).add(key)

    def told(self) -> list[str]:
        """What was logged since the last time and has a key in it."""
        lines, self._lines = self._lines, []
        return [line for line in lines if self._has_key(line)]

    def told_by_a_site(self, output: str) -> list[str]:
        """The lines of another process's output that have a key in them, known here or not."""
        return [line for line in output.splitlines() if self._has_key(line) or redact(line) != line]

    def _has_key(self, text: str) -> bool:
        known = not self._words.isdisjoint(_WORD.findall(text))
        return known or any(key in text for key in self._texts) or bool(_SIGNED.search(text))


OVERHEARD = Overheard()


def listen() -> None:
    """Hear everything from now on, and learn of every key that is made or given to a record."""
    root = logging.getLogger()
    root.addHandler(OVERHEARD)
    root.setLevel(logging.DEBUG)
    for name in _OF_HOSTS:
        logging.getLogger(name).setLevel(logging.WARNING)

    def learn(target: object, value: Any, old: object, initiator: object) -> None:
        OVERHEARD.learn(value if isinstance(value, list | tuple) else [value])

    for key in _KEYS:
        event.listen(key, "set", learn)
    make = secrets.token_urlsafe

    def token_urlsafe(nbytes: int | None = None) -> str:
        made = make(nbytes)
        OVERHEARD.learn([made])
        return made

    secrets.token_urlsafe = token_urlsafe
