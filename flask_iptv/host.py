"""Getting along with the host's other extensions, in whatever order it creates them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Flask

from . import database
from .migrations import PREFIX


class Neighbours:
    """The extensions of one app that have to know of us.

    :param exempt: views that media servers and scripts call: they carry no cookie of the host's
        and guard themselves, so Flask-WTF must not ask them for its token.
    """

    def __init__(self, exempt: Sequence[Callable[..., Any]]) -> None:
        self._exempt = exempt
        self._met: dict[str, object] = {}

    def meet(self, app: Flask, **kwargs: Any) -> None:
        """Introduce ourselves to what has come since the last time."""
        for name, greet in (
            ("csrf", self._leave_views_alone),
            ("migrate", _leave_tables_alone),
            ("sqlalchemy", _bring_tables_along),
        ):
            extension = app.extensions.get(name)
            if extension is not None and self._met.get(name) is not extension:
                self._met[name] = extension
                greet(extension)

    def _leave_views_alone(self, csrf: Any) -> None:
        for view in self._exempt:
            csrf.exempt(view)


def _leave_tables_alone(migrate: Any) -> None:
    """Keep the host's ``flask db migrate`` from dropping the tables that it does not know."""
    theirs = migrate.configure_args.get("include_name")

    def include_name(name: str | None, kind: str, parents: Any) -> bool:
        if kind == "table" and (name or "").startswith(PREFIX):
            return False
        return theirs is None or bool(theirs(name, kind, parents))

    migrate.configure_args["include_name"] = include_name


def _bring_tables_along(db: Any) -> None:
    database.follow_create_all(db)
