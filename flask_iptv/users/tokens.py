"""What a token of a viewer is like: how one is made, and which ones an address can have in it."""

from __future__ import annotations

import re
import secrets

#: How the addresses of the other pages of a viewer end.
_OTHER_PAGE = re.compile(r"/(?:new-token|devices/[0-9]+)\Z")


def make_key() -> str:
    """A new token: URL-safe, 128 bits of randomness."""
    key = "-"
    while key.startswith("-"):
        # Spreadsheets would take it for a formula, and commands for an option.
        key = secrets.token_urlsafe(16)
    return key


def has_page(key: str) -> bool:
    """Whether the viewer's own page can be at an address with this token.

    Of the tokens that administrators choose, some would lead elsewhere: browsers and proxies drop
    dots and double slashes from paths, and another viewer's pages have addresses below the own one.
    """
    is_plain = not {"", ".", ".."} & set(key.split("/"))
    return is_plain and not _OTHER_PAGE.search(key)
