"""The scripts that run inside the server, and the bytes that call them."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

#: A user's sessions lie in one of these parts, each of which may be on another server.
SHARDS = 64
_KEYS = ("devices", "rows", "live", "cut", "opened", "names", "last")
_HERE = Path(__file__).resolve().parent
_SHARED = (_HERE / "rows.lua").read_text("utf-8")


def keys(shard: int) -> list[bytes]:
    """Give the keys of a shard; a cluster keeps together what has the same braces."""
    return [b"iptv:{%d}:%b" % (shard, name.encode()) for name in _KEYS]


class Script:
    """One question that is answered in one step, whoever else asks.

    :param name: that of its file.
    """

    def __init__(self, name: str) -> None:
        self.text = (_SHARED + (_HERE / f"{name}.lua").read_text("utf-8")).encode()
        self.sha = hashlib.sha1(self.text, usedforsecurity=False).hexdigest().encode()
        # What is the same at every call is put together once.
        count = b"%d" % len(_KEYS)
        self._calls = [_packed([b"EVALSHA", self.sha, count, *keys(n)]) for n in range(SHARDS)]
        #: The command that teaches a server the script.
        self.loading = b"*3\r\n" + _packed([b"SCRIPT", b"LOAD", self.text])

    def packed(self, shard: int, arguments: Sequence[bytes]) -> bytes:
        """Give the command for a server that knows the script."""
        words = len(_KEYS) + 3 + len(arguments)
        return b"*%d\r\n%b%b" % (words, self._calls[shard], _packed(arguments))


@dataclass(frozen=True)
class Call:
    """A script to be run on one shard."""

    script: Script
    shard: int
    arguments: Sequence[bytes]

    @property
    def packed(self) -> bytes:
        """The command as it is sent."""
        return self.script.packed(self.shard, self.arguments)


def _packed(words: Sequence[bytes]) -> bytes:
    return (b"$%d\r\n%b\r\n" * len(words)) % tuple(x for word in words for x in (len(word), word))
