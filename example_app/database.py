"""The site's own database: accounts live here, and the IPTV tables beside them."""

from __future__ import annotations

from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import event
from sqlalchemy.orm import DeclarativeBase


class Model(DeclarativeBase):
    """The root of the site's own tables."""


db = SQLAlchemy(model_class=Model)


def prepare(app: Flask) -> None:
    """Open the database and create the tables that are missing; the IPTV tables come along."""
    with app.app_context():
        event.listen(db.engine, "connect", _set_pragmas)
        db.create_all()


def _set_pragmas(connection: Any, record: object) -> None:
    # Readers and a writer at the same time, and an account forgets an IPTV user who is deleted.
    for pragma in ("journal_mode=WAL", "busy_timeout=5000", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}")
