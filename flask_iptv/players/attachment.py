"""The name under which a browser saves a playlist."""

from __future__ import annotations

import unicodedata
from urllib.parse import quote

from werkzeug.http import dump_options_header

# A percent sign is decoded by some browsers and not by others (RFC 6266, appendix D).
_UNSAFE = frozenset('"%*/:;<>?\\|')
# File systems take 255 bytes; a letter has up to four.
_LONGEST = 60


def disposition(user_name: str, ending: str) -> str:
    """The value of ``Content-Disposition`` for a user's playlist (RFC 6266).

    :param user_name: anything; what is unsafe in a file's name becomes an underscore.
    :param ending: of the file's name, such as ``.m3u``.
    """
    name = "".join("_" if _is_unsafe(letter) else letter for letter in user_name)
    name = name[:_LONGEST].strip(". ")
    ascii_name = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    names = {"filename": f"{ascii_name.strip('. ') or 'playlist'}{ending}"}
    if name != ascii_name:
        names["filename*"] = f"UTF-8''{quote(name + ending, safe='')}"
    return dump_options_header("attachment", names)


def _is_unsafe(letter: str) -> bool:
    # Category C: control characters, and those that turn the direction of writing.
    return letter in _UNSAFE or unicodedata.category(letter).startswith("C")
