"""The files that browsers fetch, under a path that changes with their content."""

from __future__ import annotations

import hashlib
from functools import cached_property
from pathlib import Path

_HERE = Path(__file__).parent

#: In a checkout the folder lies beside the package.
FOLDER = (_HERE / "static") if (_HERE / "static").is_dir() else _HERE.parent / "static"

#: Hexadecimal digits of the version: 48 bits.
_DIGITS = 12


class BrowserFiles:
    """One folder of files, read when its version is asked for first.

    The version is made of the content alone. All processes and machines that have the same files
    agree on it, it changes in a checkout between two releases as well, and it does not tell
    strangers which release this is.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @property
    def version(self) -> str:
        """What stands for the content of all files in their paths."""
        return self._read[0]

    def has(self, version: str, name: str) -> bool:
        """Whether a file is the very one that a version stands for.

        It is not in a page that was open over an update, while processes of two releases serve
        one site, or when somebody changes files under a running process.
        """
        current, states = self._read
        if version != current or name not in states:
            return False
        try:
            return states[name] == _state(self._folder / name)
        except OSError:
            return False

    @cached_property
    def _read(self) -> tuple[str, dict[str, tuple[int, int]]]:
        digest = hashlib.sha256()
        states = {}
        for path in sorted(path for path in self._folder.rglob("*") if path.is_file()):
            name = path.relative_to(self._folder).as_posix()
            states[name] = _state(path)
            content = path.read_bytes()
            digest.update(f"{name}\0{len(content)}\0".encode() + content)
        return digest.hexdigest()[:_DIGITS], states


def _state(path: Path) -> tuple[int, int]:
    found = path.stat()
    return found.st_size, found.st_mtime_ns
