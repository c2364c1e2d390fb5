"""A site that real browsers open: an app with the blueprint, served on a random port."""

from __future__ import annotations

import base64
import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from flask import Flask, Response, send_from_directory
from flask_sqlalchemy import SQLAlchemy

from example_app import accounts, create_app, keys
from example_app.database import db as harbour_db
from flask_iptv import IPTV
from tests.conftest import LOGIN, PASSWORD_HASH
from tests.real.site import serve

LOGO = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 40">'
    '<rect width="40" height="40" rx="8" fill="#25a"/><circle cx="20" cy="20" r="9" fill="#fff"/>'
    "</svg>"
)

ADMIN = {"Authorization": "Basic " + base64.b64encode(":".join(LOGIN).encode()).decode()}
"""What a browser sends that has logged in."""


@dataclass(frozen=True)
class Site:
    """A site that runs.

    :param url: without a slash at its end.
    """

    app: Flask
    url: str

    @property
    def media(self) -> str:
        """The address of a media server: the site itself plays one clip for every channel."""
        return f"{self.url}/media"

    @property
    def logo(self) -> str:
        """The address of a channel's logo."""
        return f"{self.url}/logo.svg"


@contextmanager
def open_site(folder: Path, tables: Path, clip: Path, **config: Any) -> Iterator[Site]:
    """Serve an app with the blueprint at ``/tv`` and nothing in its tables.

    :param folder: an empty folder for its database.
    :param tables: an SQLite file with our tables.
    :param clip: a folder with an HLS stream.
    :param config: of the app.
    """
    file = folder / "site.sqlite"
    shutil.copy(tables, file)
    app = Flask("host", instance_path=str(folder))
    app.config.update(
        TESTING=True,
        SECRET_KEY="only for tests",
        SQLALCHEMY_DATABASE_URI=f"sqlite:///{file}",
        IPTV_ADMIN_PASSWORD_HASH=PASSWORD_HASH,
        IPTV_SECURETOKEN_KEYS=["only for tests"],
        IPTV_SESSION_STORE="sql:",
    )
    app.config.update(config)
    db = SQLAlchemy(app)
    app.register_blueprint(IPTV(), url_prefix="/tv")
    _add_media(app, clip)
    # Browsers ask for it where a page names no other, such as one that shows only data.
    app.add_url_rule("/favicon.ico", "icon", lambda: Response(LOGO, mimetype="image/svg+xml"))
    try:
        with serve(app) as url:
            yield Site(app, url)
    finally:
        _close(app, db)


@contextmanager
def open_harbour(folder: Path, clip: Path, **config: Any) -> Iterator[tuple[Site, str]]:
    """Serve the example site, and give it with the password of its account ``admin``.

    It has nothing in its tables yet. It forbids, by a policy of its own, whatever is not its own.

    :param folder: an empty folder for its database and secrets.
    :param clip: a folder with an HLS stream.
    :param config: of the app.
    """
    password = keys.new_password(folder)
    environment = {f"FLASK_{name}": json.dumps(value) for name, value in config.items()}
    with patch.dict(os.environ, environment):
        app = create_app(folder)
    with app.app_context():
        accounts.set_admin(app.config[keys.PASSWORD_HASH])
        harbour_db.session.commit()
    app.after_request(_only_its_own)
    _add_media(app, clip)
    try:
        with serve(app) as url:
            yield Site(app, url), password
    finally:
        _close(app, harbour_db)


def _add_media(app: Flask, clip: Path) -> None:
    def media(stream: str, file: str) -> Response:
        return send_from_directory(clip, "index0.ts" if file == "mpegts" else file)

    app.add_url_rule("/media/<path:stream>/<file>", "media", media)
    app.add_url_rule("/logo.svg", "logo", lambda: Response(LOGO, mimetype="image/svg+xml"))


def _only_its_own(response: Response) -> Response:
    sources = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
    # Players hand the picture to the browser as a blob.
    sources += "; connect-src 'self'; media-src 'self' blob:"
    limits = "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    response.headers["Content-Security-Policy"] = f"{sources}; {limits}"
    return response


def _close(app: Flask, db: SQLAlchemy) -> None:
    app.extensions["iptv"].close()
    with app.app_context():
        for engine in db.engines.values():
            engine.dispose()
