"""The SQLite file of our own, for sites that have no database."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from sqlalchemy import event

from . import outages
from .migrations import NEWER, is_current, is_newer, upgrade

log = logging.getLogger("flask_iptv")


def engine(app: Flask) -> sa.Engine:
    """An engine of our own, on a file in the app's instance folder.

    :raises Unavailable: if there can be no such folder.
    """
    folder = Path(app.instance_path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise outages.of_database(error) from error
    made = sa.create_engine(f"sqlite:///{folder / 'iptv.sqlite'}", hide_parameters=True)
    event.listen(made, "connect", _set_pragmas)
    return made


def prepare(engine: sa.Engine) -> None:
    """Bring the tables up to date, unless they are newer than we know."""
    with engine.connect() as connection:
        if is_newer(connection):
            # After an update there is no way back: whoever watches must not pay for it.
            log.warning("%s", NEWER)
        elif not is_current(connection):
            connection.rollback()
            upgrade(connection)
            connection.commit()


def _decoded(text: bytes) -> str:
    return text.decode("utf-8", "replace")


def _set_pragmas(connection: Any, record: object) -> None:
    # Another program may have written what is no UTF-8, and that must not cost a whole list.
    connection.text_factory = _decoded
    cursor = connection.cursor()
    for pragma in ("busy_timeout=5000", "synchronous=NORMAL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    try:
        cursor.execute("PRAGMA journal_mode=WAL")
    except sqlite3.OperationalError as error:
        # What can't be written can be read all the same.
        if "readonly" not in str(error):
            raise
    cursor.close()
