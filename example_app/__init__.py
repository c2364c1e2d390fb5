"""Harbour TV, the TV club of a small harbour town: a site that has Flask-IPTV inside."""

from __future__ import annotations

import os
from pathlib import Path

from babel import negotiate_locale
from flask import Flask, request
from flask_babel import Babel
from flask_wtf import CSRFProtect
from werkzeug.middleware.proxy_fix import ProxyFix

from flask_iptv import IPTV

from . import accounts, database, keys, membership, pages
from .database import db

#: The IPTV pages speak these; the club's own pages are in English.
LANGUAGES = ("en", "ru")

csrf = CSRFProtect()
babel = Babel()


def create_app(instance: Path | None = None) -> Flask:
    """Make the site: ``flask --app example_app …`` uses it, and ``python -m example_app``.

    :param instance: the folder of its database and secrets; else ``EXAMPLE_INSTANCE``, else
        ``instance`` beside this package.
    :raises OSError: the folder can't be written.
    """
    app = Flask(__name__, instance_path=str(instance or instance_folder()))
    app.config.update(
        SQLALCHEMY_DATABASE_URI="sqlite:///harbour.sqlite",
        SESSION_COOKIE_NAME="harbour",
        # Scripts can't read it (HttpOnly): that is Flask's default.
        SESSION_COOKIE_SAMESITE="Lax",
        # Of Flask-Login's other cookie, for whoever adds a "Remember me".
        REMEMBER_COOKIE_SAMESITE="Lax",
        USE_SESSION_FOR_NEXT=True,
        # Short, so that one sees a stream stop soon after its user was disabled.
        IPTV_AUTH_DURATION=10,
        IPTV_DENY_DURATION=5,
        IPTV_VIEWER_NEW_TOKEN=True,
    )
    app.config.update(keys.load(Path(app.instance_path)))
    app.config.from_prefixed_env()
    if str(app.config.get("IPTV_PUBLIC_URL") or "").lower().startswith("https:"):
        _stand_behind_tls(app)

    db.init_app(app)
    csrf.init_app(app)
    babel.init_app(app, locale_selector=_language)
    accounts.login_manager.init_app(app)
    for part in (pages, accounts, membership):
        app.register_blueprint(part.blueprint)
    app.register_blueprint(
        IPTV(db=db, admin_decorators=[accounts.staff_required]), url_prefix="/tv"
    )
    database.prepare(app)
    return app


def _stand_behind_tls(app: Flask) -> None:
    """Serve people who come by HTTPS, to a proxy such as Caddy or nginx that comes here by HTTP."""
    # Browsers send these by HTTPS only, so without HTTPS nobody could log in.
    app.config.update(SESSION_COOKIE_SECURE=True, REMEMBER_COOKIE_SECURE=True)
    # The visitor's address and scheme are what the one proxy says. Without a proxy, visitors could
    # say what they like; of two, it would be the outer one's address.
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=1, x_proto=1)  # type: ignore[method-assign]


def _language() -> str | None:
    """The one that the browser prefers of those that there are."""
    return negotiate_locale(request.accept_languages.values(), LANGUAGES, sep="-")


def instance_folder() -> Path:
    """The folder of the site's database and secrets."""
    beside = Path(__file__).resolve().parent.parent / "instance"
    return Path(os.environ.get("EXAMPLE_INSTANCE") or beside).absolute()
