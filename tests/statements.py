"""What something costs: the SQL statements that reach a database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from unittest.mock import patch

import sqlalchemy as sa
from sqlalchemy import event

from flask_iptv.prepared import Prepared


@contextmanager
def statements() -> Iterator[list[str]]:
    """The statements that are sent meanwhile, to whatever database.

    Without those of our own thread that works once a second.
    """
    sent: list[str] = []

    def add(statement: str) -> None:
        if threading.current_thread().name != "iptv":
            sent.append(statement)

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        add(statement)

    def noting(run: Callable[..., Any]) -> Callable[..., Any]:
        def noted(prepared: Prepared, cursor: Any, values: Any) -> Any:
            add(prepared.sql)
            return run(prepared, cursor, values)

        return noted

    event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        # The hot path's statements go past SQLAlchemy, right to the driver.
        with (
            patch.object(Prepared, "rows", noting(Prepared.rows)),
            patch.object(Prepared, "run", noting(Prepared.run)),
        ):
            yield sent
    finally:
        event.remove(sa.Engine, "before_cursor_execute", note)
