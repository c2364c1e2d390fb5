"""The blueprint that a host registers."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from functools import partial, reduce
from typing import Any, cast

from flask import Blueprint, Flask, Response, current_app, request, send_from_directory
from flask.blueprints import BlueprintSetupState
from flask.sansio.app import App
from flask.signals import appcontext_pushed
from werkzeug.routing import RequestRedirect

from . import (
    admin,
    api,
    cli,
    config,
    crosssite,
    mediaservers,
    misrouted,
    players,
    unexpected,
    viewer,
)
from .browser_files import FOLDER, BrowserFiles
from .database import Database
from .errors import ConfigError
from .host import Neighbours
from .logging import guard_our_own
from .routes import Routes
from .state import State

log = logging.getLogger("flask_iptv")

_BROWSER_FILES = BrowserFiles(FOLDER)

Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


class IPTV(Blueprint):
    """An IPTV back office: ``app.register_blueprint(IPTV(), url_prefix="/tv")``.

    One object may serve several apps, and one app may have several mounts; give the second a
    ``name=``.

    :param app: register on this app at once; else use ``register_blueprint`` or :meth:`init_app`.
    :param db: the host's Flask-SQLAlchemy extension. Without it the app's own is found when it is
        first needed; an app that has none gets a SQLite file in its instance folder.
    :param admin_decorators: view decorators that let only the site's administrators through to
        the admin pages, innermost first. Without them the pages ask for the HTTP Basic login of
        ``IPTV_ADMIN_USERNAME``, and are closed until ``IPTV_ADMIN_PASSWORD_HASH`` is set.
    :param name: the blueprint's name, the first part of its endpoints.
    :param url_prefix: where it is mounted unless the registration says otherwise.
    """

    def __init__(
        self,
        app: Flask | None = None,
        *,
        db: Any = None,
        admin_decorators: Sequence[Decorator] = (),
        name: str = "iptv",
        url_prefix: str = "/tv",
    ) -> None:
        super().__init__(
            name,
            __name__,
            url_prefix=url_prefix,
            static_folder=str(FOLDER),
            static_url_path="/static/<static_version>",
            template_folder="templates",
        )
        self._db = db
        self.url_defaults(_add_version)
        self.after_request(_keep_from_caches)
        self.before_app_request(self._refuse_in_json)
        self.after_app_request(self._keep_misrouted_from_caches)
        self.add_url_rule(
            "/auth",
            "auth",
            mediaservers.auth,
            # Flask's own answer to OPTIONS is 200.
            methods=mediaservers.METHODS,
            provide_automatic_options=False,
        )
        for server in mediaservers.DIALECTS:
            self.add_url_rule(
                f"/auth/{server}",
                f"auth_{server.replace('-', '_')}",
                mediaservers.auth,
                defaults={"server": server},
                methods=mediaservers.METHODS,
                provide_automatic_options=False,
            )
        self._mount(players.routes)
        self._mount(viewer.routes, [crosssite.refuse, viewer.word_errors])
        self._mount(api.routes, [api.login, crosssite.refuse, api.word_errors])
        gate = admin_decorators or [admin.login]
        self._mount(admin.routes, [crosssite.refuse, admin.word_errors, *gate])
        if app is not None:
            self.init_app(app)

    def _mount(self, routes: Routes, decorators: Sequence[Decorator] = ()) -> None:
        for route in routes:
            view = reduce(
                lambda view, decorate: decorate(view), [*decorators, unexpected.told], route.view
            )
            self.add_url_rule(
                route.rule,
                route.endpoint,
                view,
                methods=list(route.methods),
            )

    def init_app(self, app: Flask) -> None:
        """Register on an app, below the prefix given to the constructor."""
        app.register_blueprint(self)

    def make_setup_state(
        self, app: App, options: dict[str, Any], first_registration: bool = False
    ) -> BlueprintSetupState:
        """Called by Flask for what adds our rules to an app."""
        return _Mounting(self, app, options, first_registration)

    def _refuse_in_json(self) -> Response | None:
        error = request.routing_exception
        if error is None or isinstance(error, RequestRedirect):
            return None
        return api.refuse(error) if self._missed().startswith("api_") else None

    def _keep_misrouted_from_caches(self, response: Response) -> Response:
        return _keep_from_caches(response) if self._missed() else response

    def _missed(self) -> str:
        """What of this mount a request would have been for, had it been written well."""
        if request.routing_exception is None:
            return ""
        name, _, ours = misrouted.endpoint().rpartition(".")
        return ours if current_app.blueprints.get(name) is self else ""

    def send_static_file(self, filename: str, static_version: str = "") -> Response:
        """Called by Flask for a file below ``/static/<static_version>/``.

        What else a version may stand for elsewhere is answered with the file of today, so that a
        page which is open over an update goes on working, but nobody may keep it.
        """
        if not _BROWSER_FILES.has(static_version, filename):
            return send_from_directory(FOLDER, filename, max_age=0)
        max_age = self.get_send_file_max_age(filename)
        response = send_from_directory(FOLDER, filename, max_age=max_age)
        response.cache_control.immutable = bool(max_age)
        return response

    def register(self, app: App, options: dict[str, Any]) -> None:
        """Called by Flask when the blueprint is registered.

        :raises ConfigError: if an ``IPTV_*`` key of the app is unknown or can't be used.
        """
        app = cast(Flask, app)
        if "iptv" in app.extensions:
            self._share(app)
        else:
            _prepare(app, self._db)
        super().register(app, options)
        state: State = app.extensions["iptv"]
        if state.door is not None:
            state.door.paths = mediaservers.paths_of(app)

    def _share(self, app: Flask) -> None:
        if self._db is not None and app.extensions["iptv"].database.db is not self._db:
            raise ConfigError("two mounts in one app share one database: give both the same db")


class _Mounting(BlueprintSetupState):
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        **options: Any,
    ) -> None:
        # Nobody is sent on from an address with a double slash: Flask's own redirection would be
        # told to other sites, with the token that may be in it.
        super().add_url_rule(rule, endpoint, view_func, **{"merge_slashes": False} | options)


def _keep_from_caches(response: Response) -> Response:
    """What a login or a token has opened is for nobody else, unless the view says otherwise."""
    if not response.cache_control:
        response.headers["Cache-Control"] = "no-store"
    return response


def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint.endswith(".static"):
        # A name that a host does not have in the addresses around us.
        values.setdefault("static_version", _BROWSER_FILES.version)


def _prepare(app: Flask, db: Any) -> None:
    guard_our_own()
    load = partial(config.load, app.config, cli.option_keys)
    settings = load()
    state = app.extensions["iptv"] = State(app, Database(app, db), load)
    try:
        state.door = mediaservers.open_door(app, state.at_the_door)
    except mediaservers.Hidden as hidden:
        if settings.auth_door == "wsgi":
            log.warning("%s", hidden)
    cli.prepare(app)
    doors = (*players.routes, *api.routes)
    neighbours = Neighbours([mediaservers.auth, *(route.view for route in doors)])
    neighbours.meet(app)
    # Kept by the app itself: what a signal keeps lives as long as the process.
    state.neighbours = neighbours
    appcontext_pushed.connect(neighbours.meet, sender=app)
