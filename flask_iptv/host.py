"""Getting along with the host's other extensions, in whatever order it creates them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from flask import Config, Flask

from . import csrf, database
from .migrations import leave_iptv_tables_alone
from .migrations.neighbours import NoNames


class Neighbours:
    """The extensions of one app that have to know of us.

    :param exempt: views that media servers and scripts call: they carry no cookie of the host's
        and guard themselves, so Flask-WTF and SeaSurf must not ask them for a token.
    """

    def __init__(self, exempt: Sequence[Callable[..., Any]]) -> None:
        self._exempt = exempt
        self._met: dict[str, object] = {}

    def meet(self, app: Flask, **kwargs: Any) -> None:
        """Introduce ourselves to what has come since the last time."""
        for name, extension, greet in (
            ("csrf", app.extensions.get("csrf"), self._leave_views_alone),
            ("seasurf", csrf.seasurf(app), self._leave_views_alone),
            ("migrate", app.extensions.get("migrate"), _leave_tables_alone),
            ("sqlalchemy", app.extensions.get("sqlalchemy"), _bring_tables_along),
        ):
            if extension is not None and self._met.get(name) is not extension:
                self._met[name] = extension
                greet(extension)
        if "alembic" in app.extensions:
            _leave_tables_alone_in(app.config)

    def _leave_views_alone(self, csrf: Any) -> None:
        for view in self._exempt:
            csrf.exempt(view)


def _leave_tables_alone(migrate: Any) -> None:
    """Keep the host's ``flask db migrate`` from dropping the tables that it does not know."""
    # Not include_object as well: many an env.py gives that one itself, and can't give it twice.
    theirs = migrate.configure_args.get("include_name")
    migrate.configure_args["include_name"] = NoNames(theirs)


def _leave_tables_alone_in(config: Config) -> None:
    """Keep Flask-Alembic from it, which looks into the app's configuration whenever it works."""
    theirs = config.get("ALEMBIC_CONTEXT") or {}
    if not isinstance(theirs.get("include_name"), NoNames):
        filters = leave_iptv_tables_alone(theirs.get("include_name"), theirs.get("include_object"))
        # A new one: apps may have theirs from the same object.
        config["ALEMBIC_CONTEXT"] = {**theirs, **filters}


def _bring_tables_along(db: Any) -> None:
    database.follow_create_all(db)
