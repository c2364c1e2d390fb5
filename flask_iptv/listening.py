"""Listening to the host's engine without keeping alive who listens."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakMethod

import sqlalchemy as sa
from sqlalchemy import event


def listen(engine: sa.Engine, name: str, method: Callable[[], None]) -> None:
    """Call a method at an event of an engine, for as long as its object is there.

    The engine may be kept by something that outlives the app, such as a global ``db``.
    """
    hear = WeakMethod(method)

    def tell(*args: object) -> None:
        listener = hear()
        if listener is not None:
            listener()

    event.listen(engine, name, tell)
