"""The example site as a provider's: channels, viewers, and what media servers say to it."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote
from urllib.request import ProxyHandler, build_opener

from example_app import create_app
from flask_iptv import channels, database, packages, users
from tests.patience import LIMIT
from tests.real.players import channels_in
from tests.real.site import serve

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

_DIRECT = build_opener(ProxyHandler({}))


class Viewer(NamedTuple):
    """A user of the site."""

    name: str
    token: str


class Provider:
    """A running site; made by :func:`provider`.

    :param url: its base URL.
    """

    def __init__(self, folder: Path) -> None:
        self.app = create_app(folder)
        self.secret: str = self.app.config["IPTV_AUTH_SECRET"]
        self.url = ""
        self._numbers = itertools.count(1)
        self._heard: list[str] = []
        self._changed = threading.Condition()

    def viewer(self, **fields: Any) -> Viewer:
        """Make a user, who has the package ``basic`` unless something else is said."""
        number = next(self._numbers)
        viewer = Viewer(f"viewer-{number}", f"token-of-viewer-{number}.")
        with self.app.app_context():
            users.create(name=viewer.name, key=viewer.token, **{"packages": ["basic"], **fields})
            database.session().commit()
        return viewer

    def change(self, viewer: Viewer, **fields: Any) -> None:
        """Change a user as an administrator would."""
        with self.app.app_context():
            users.update(users.by_name(viewer.name), **fields)
            database.session().commit()

    def playlist(self, viewer: Viewer) -> dict[str, str]:
        """The address of each channel of a user's exported MPEG-TS playlist, by title."""
        exported = f"{self.url}/tv/playlists/{viewer.name}.m3u?token={viewer.token}&output=mpegts"
        with _DIRECT.open(exported) as response:
            return channels_in(response.read().decode())

    @contextmanager
    def hears(self, *words: str) -> Iterator[None]:
        """Let the block end only when a question with all these words was asked and answered."""
        before = len(self._heard)
        yield
        with self._changed:
            assert self._changed.wait_for(
                lambda: any(all(word in said for word in words) for said in self._heard[before:]),
                LIMIT,
            ), f"nobody said {words}"

    def overheard(self, site: WSGIApplication) -> WSGIApplication:
        """The site, between which and its media servers somebody listens."""

        def app(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
            length = int(environ.get("CONTENT_LENGTH") or 0)
            body = environ["wsgi.input"].read(length)
            environ["wsgi.input"] = BytesIO(body)
            answer = site(environ, start_response)
            with self._changed:
                self._heard.append(unquote(body.decode()))
                self._changed.notify_all()
            return answer

        return app


@contextmanager
def provider(folder: Path, publish_keys: dict[str, str | None]) -> Iterator[Provider]:
    """Serve the site.

    :param publish_keys: of each channel; the first one alone is in the package ``basic``.
    """
    made = Provider(folder)
    with made.app.app_context():
        for name, key in publish_keys.items():
            fields: dict[str, Any] = {"name": name, "publish_key": key}
            channels.create(**fields)
        packages.create(name="basic", channels=[next(iter(publish_keys))])
        database.session().commit()
    with serve(made.overheard(made.app)) as made.url:
        yield made
    made.app.extensions["iptv"].close()
    with made.app.app_context():
        made.app.extensions["sqlalchemy"].engine.dispose()
