"""One app of every shape of host."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import database
from tests.hosts.shapes import SHAPES


def engines_of(app: Flask) -> list[sa.Engine]:
    """The engines of an app's databases."""
    with app.app_context():
        db = app.extensions.get("sqlalchemy")
        return list(db.engines.values()) if db else [app.extensions["iptv"].database.engine()]


def dispose(app: Flask) -> None:
    """Close what an app has open: our part of it, if it has us, and its engines."""
    if "iptv" in app.extensions:
        app.extensions["iptv"].close()
    for engine in engines_of(app):
        engine.dispose()


@pytest.fixture(params=SHAPES, ids=lambda shape: shape.__name__)
def host(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Flask]:
    """A host app with our tables in the database that it chose."""
    shape: Callable[[Path], Flask] = request.param
    app = shape(tmp_path)
    with app.app_context():
        database.upgrade_schema()
    yield app
    dispose(app)


@pytest.fixture
def logging_restored() -> Iterator[None]:
    """Undo what Alembic and its env.py do to the logging of the whole process."""
    loggers = [x for x in logging.root.manager.loggerDict.values() if isinstance(x, logging.Logger)]
    before = [(logger, logger.disabled, logger.level, logger.handlers[:]) for logger in loggers]
    root = (logging.root.level, logging.root.handlers[:])
    yield
    for logger, disabled, level, handlers in before:
        logger.disabled, logger.handlers[:] = disabled, handlers
        logger.setLevel(level)
    logging.root.setLevel(root[0])
    logging.root.handlers[:] = root[1]
