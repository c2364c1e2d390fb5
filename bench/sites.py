"""What is measured, each served in a process of its own: ``python -m bench.sites NAME …``."""

from __future__ import annotations

import argparse
import json
import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import sqlalchemy as sa
from flask import Flask, Response, request
from flask_sqlalchemy import SQLAlchemy

from flask_iptv import IPTV, database, serving

from . import machine, orm

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

#: The file that :func:`body` sends, in the folder of the site.
BODY = "body"


def iptv(folder: Path, config: dict[str, Any]) -> Flask:
    """Flask-IPTV in a site that has nothing else; embedded SQLite unless the config says more."""
    app = Flask("bench", instance_path=str(folder))
    # Nobody else fetches one user's playlist so often.
    app.config.update({"IPTV_RATE_LIMITS": {"playlist": None}, **config})
    if "SQLALCHEMY_DATABASE_URI" in config:
        SQLAlchemy(app)
    app.register_blueprint(IPTV(), url_prefix="/tv")
    return app


def made(folder: Path, config: dict[str, Any], fill: Callable[[sa.Connection], None]) -> None:
    """Make the tables of such a site and fill them."""
    app = iptv(folder, config)
    with app.app_context():
        database.upgrade_schema()
        fill(database.current().connection())
        database.session().commit()
        engine = database.current().connection().engine
        database.session().close()
    engine.dispose()


def empty(folder: Path, config: dict[str, Any]) -> Flask:
    """An empty Flask view."""
    app = Flask("bench")

    @app.get("/tv/auth")
    def auth() -> str:
        return ""

    return app


def bare(folder: Path, config: dict[str, Any]) -> WSGIApplication:
    """A bare WSGI callable: the most that waitress can give."""

    def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        headers = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", "0")]
        start_response("200 OK", headers)
        return [b""]

    return application


def naive(folder: Path, config: dict[str, Any]) -> Flask:
    """The view that everyone writes first."""
    app = Flask("bench")
    sessions = orm.opened(folder)

    @app.get("/tv/auth")
    def auth() -> Response:
        asked = (request.args[name] for name in ("name", "ip", "token", "session_id"))
        with sessions() as db:
            allowed = orm.may_watch(db, *asked)
        return Response("", 200 if allowed else 403, {"X-AuthDuration": "180"})

    return app


def body(folder: Path, config: dict[str, Any]) -> Flask:
    """A Flask view that returns bytes which are there already."""
    app = Flask("bench")
    content = (folder / BODY).read_bytes()

    @app.get("/<path:path>")
    def send(path: str) -> Response:
        return Response(content, content_type="audio/x-mpegurl")

    return app


SITES: dict[str, Callable[[Path, dict[str, Any]], WSGIApplication]] = {
    "iptv": iptv,
    "empty": empty,
    "bare": bare,
    "naive": naive,
    "body": body,
}


def main() -> None:
    """Serve one of them on any port, which is printed, until SIGTERM."""
    parser = argparse.ArgumentParser()
    parser.add_argument("name")
    parser.add_argument("folder", type=Path)
    parser.add_argument("cores", type=json.loads)
    parser.add_argument("config", type=json.loads)
    given = parser.parse_args()
    machine.pin(set(given.cores))
    serving.end_on_signals()
    with suppress(KeyboardInterrupt), serving.listen("127.0.0.1", 0) as listener:
        _serve(given.name, given.folder, given.config, listener)


def _serve(name: str, folder: Path, config: dict[str, Any], listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    if name in SITES:
        application = SITES[name](folder, config)
        print(port, flush=True)
        if name == "iptv":
            serving.serve(cast(Flask, application), listener)
        else:
            serving.make_server(application, listener).run()
        return
    from . import asgi

    peer = {"twin": asgi.twin, "look_up": asgi.look_up}[name](folder)
    print(port, flush=True)
    asgi.serve(peer, listener)


if __name__ == "__main__":
    main()
