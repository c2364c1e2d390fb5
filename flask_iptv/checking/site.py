"""Asking the site itself whether its processes, files and tables are as they must be."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from .. import database, processes
from ..errors import Unavailable
from ..management import Finding
from ..phrases import Sentence, capital
from ..sessions import Store


def check_processes(store: Store, *, now: datetime) -> Iterator[Finding]:
    """Tell what is wrong with the processes that serve the site; nothing if all is well."""
    try:
        for complaint in processes.complaints(store, now):
            yield Finding(False, complaint)
        for piece in processes.news(store, now):
            yield Finding(None, piece)
    except Unavailable as outage:
        yield Finding(None, Sentence(outage.message))


def check_tables() -> Iterator[Finding]:
    """Tell how the tables differ from those of this version; nothing if all is well."""
    complaint = database.schema_complaint()
    if complaint is not None:
        yield Finding(False, Sentence(complaint))
        return
    for words in database.schema_drift():
        told = f"{capital(words)}. What to do is said by 'flask iptv upgrade'."
        yield Finding(False, told)
