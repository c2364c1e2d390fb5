"""What is wrong with the processes that serve the site and their files, as far as they can tell."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from .phrases import Phrase
from .sessions import REFUSED, Store

#: For how long it is told that a process was refused: at night it may be asked nothing for long.
_TOLD = timedelta(hours=1)
#: For how long it is told that a file was begun anew.
_NEWS = timedelta(days=1)

THREADLESS = Phrase(
    "uWSGI runs no threads of the site, so nothing is written to the history, nobody is cut on a "
    "media server, and the numbers of viewers stand still. Start it with the option "
    "enable-threads."
)


def have_threads() -> bool:
    """Whether a thread that the site starts runs, which uWSGI does not let it unless told to."""
    return bool(getattr(sys.modules.get("uwsgi"), "has_threads", True))


def complaints(store: Store, now: datetime) -> list[Phrase]:
    """Whole sentences for the site's operator, none if all is well.

    :raises Unavailable: if the store can't be asked.
    """
    found = [] if have_threads() else [THREADLESS]
    refused_at = store.refused_at()
    if refused_at is not None and now - refused_at < _TOLD:
        found.append(REFUSED)
    return found


def news(store: Store, now: datetime) -> list[Phrase]:
    """Whole sentences about what went wrong a while ago and is well again."""
    copy = store.set_aside()
    if copy is None or now - copy.at >= _NEWS:
        return []
    return [
        Phrase(
            "The file of the sessions could not be used. It was kept as %(path)s and begun anew: "
            "viewers who were watching go on, and are counted anew. The copy may be deleted.",
            path=copy.path,
        )
    ]
