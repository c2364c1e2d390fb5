"""What is said when several processes meet and one has the sessions in its memory."""

from __future__ import annotations

from ...errors import Unavailable
from ...phrases import Phrase

#: What a process is told that may not have the sessions, and what is said of it elsewhere.
OWNED_BY_ANOTHER = Phrase(
    "another process serves this database with its sessions in memory; for several "
    "processes set IPTV_SESSION_STORE to 'sql:' or 'redis://…'"
)
REFUSED = Phrase(
    "This site is served by several processes, but IPTV_SESSION_STORE is 'memory:', which is for "
    "one: media servers that ask another process are answered 503, and viewers are turned away. "
    "Remove the setting, or set it to 'sql:' or 'redis://…'."
)


class HandedOver(Unavailable):
    """The sessions were given to another store while something was to be done with them."""

    def __init__(self) -> None:
        super().__init__(Phrase("the session store"), Phrase("it was handed over a moment ago"))
