"""Every shape of host app that the blueprint is promised to work in."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import flask_sqlalchemy_lite
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy.orm import DeclarativeBase

from flask_iptv import IPTV


def _app(folder: Path, **config: Any) -> Flask:
    app = Flask("host", instance_path=str(folder))
    app.config.update(TESTING=True, **config)
    return app


def _database(folder: Path) -> str:
    return f"sqlite:///{folder / 'host.sqlite'}"


def classic(folder: Path) -> Flask:
    app = _app(folder, SQLALCHEMY_DATABASE_URI=_database(folder))
    db = SQLAlchemy(app)
    app.register_blueprint(IPTV(db=db), url_prefix="/tv")
    return app


def declarative_base(folder: Path) -> Flask:
    class Base(DeclarativeBase):
        pass

    app = _app(folder, SQLALCHEMY_DATABASE_URI=_database(folder))
    db = SQLAlchemy(app, model_class=Base)
    app.register_blueprint(IPTV(db=db), url_prefix="/tv")
    return app


def found(folder: Path) -> Flask:
    app = _app(folder, SQLALCHEMY_DATABASE_URI=_database(folder))
    SQLAlchemy(app)
    IPTV(app)
    return app


def created_later(folder: Path) -> Flask:
    app = _app(folder, SQLALCHEMY_DATABASE_URI=_database(folder))
    app.register_blueprint(IPTV(), url_prefix="/tv")
    SQLAlchemy(app)
    return app


def factory(folder: Path) -> Flask:
    db = SQLAlchemy()
    iptv = IPTV(db=db)
    app = _app(folder, SQLALCHEMY_DATABASE_URI=_database(folder))
    iptv.init_app(app)
    db.init_app(app)
    return app


def own_bind(folder: Path) -> Flask:
    app = _app(
        folder,
        SQLALCHEMY_DATABASE_URI=_database(folder),
        SQLALCHEMY_BINDS={"tv": f"sqlite:///{folder / 'tv.sqlite'}"},
        IPTV_BIND_KEY="tv",
    )
    app.register_blueprint(IPTV(db=SQLAlchemy(app)), url_prefix="/tv")
    return app


def lite(folder: Path) -> Flask:
    app = _app(folder, SQLALCHEMY_ENGINES={"default": _database(folder)})
    app.register_blueprint(IPTV(db=flask_sqlalchemy_lite.SQLAlchemy(app)), url_prefix="/tv")
    return app


def lite_own_bind(folder: Path) -> Flask:
    engines = {"default": _database(folder), "tv": f"sqlite:///{folder / 'tv.sqlite'}"}
    app = _app(folder, SQLALCHEMY_ENGINES=engines, IPTV_BIND_KEY="tv")
    app.register_blueprint(IPTV(db=flask_sqlalchemy_lite.SQLAlchemy(app)), url_prefix="/tv")
    return app


def none(folder: Path) -> Flask:
    app = _app(folder)
    app.register_blueprint(IPTV(), url_prefix="/tv")
    return app


SHAPES: list[Callable[[Path], Flask]] = [
    classic,
    declarative_base,
    found,
    created_later,
    factory,
    own_bind,
    lite,
    lite_own_bind,
    none,
]
