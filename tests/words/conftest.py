"""A language of a few sentences and one in which every word is in brackets, and their sites."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask, request
from flask_babel import Babel

from flask_iptv.words import catalogs

from .furnished import furnish
from .marked import LANGUAGE, write_catalog

_CATALOG = """
msgid ""
msgstr ""
"Content-Type: text/plain; charset=UTF-8\\n"
"Plural-Forms: nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 &&"
" (n%100<10 || n%100>=20) ? 1 : 2);\\n"

msgid "Hello, %(name)s"
msgstr "Привет, %(name)s"

msgid "100% fine"
msgstr "на 100% хорошо"

msgid "one user"
msgid_plural "%(num)s users"
msgstr[0] "%(num)s пользователь"
msgstr[1] "%(num)s пользователя"
msgstr[2] "%(num)s пользователей"

msgid "must be at least %(least)s"
msgstr "не меньше %(least)s"

msgid "%(problem)s (was %(value)s)"
msgstr "%(problem)s (было %(value)s)"
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """The catalogs: Russian only, of a few sentences."""
    home = tmp_path / "translations" / "ru" / "LC_MESSAGES"
    home.mkdir(parents=True)
    (home / "flask_iptv.po").write_text(_CATALOG, encoding="utf-8")
    monkeypatch.setattr(catalogs, "FOLDER", tmp_path / "translations")
    catalogs._read.cache_clear()
    yield tmp_path / "translations"
    catalogs._read.cache_clear()


@pytest.fixture
def site(folder: Path, make_app: Callable[..., Flask]) -> Flask:
    """A host that has Flask-Babel and takes the language from ``?language=``."""
    app = make_app()
    Babel(app, locale_selector=lambda: request.args.get("language"))
    return app


@pytest.fixture(scope="session")
def marked_catalogs(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The catalogs: one, of brackets."""
    home = tmp_path_factory.mktemp("marked")
    write_catalog(home)
    return home


@pytest.fixture
def make_marked_site(
    marked_catalogs: Path, make_app: Callable[..., Flask], monkeypatch: pytest.MonkeyPatch
) -> Iterator[Callable[..., Flask]]:
    """Make a site whose readers know only the language of brackets."""
    monkeypatch.setattr(catalogs, "FOLDER", marked_catalogs)
    catalogs._read.cache_clear()

    def make(**config: object) -> Flask:
        settings = {"IPTV_SESSION_STORE": "sql:", "IPTV_VIEWER_NEW_TOKEN": True, **config}
        app = make_app(**settings)
        Babel(app, locale_selector=lambda: LANGUAGE)
        return app

    yield make
    catalogs._read.cache_clear()


@pytest.fixture
def marked_site(make_marked_site: Callable[..., Flask]) -> Flask:
    """Such a site, of a provider of whom there is something of everything."""
    app = make_marked_site(
        IPTV_SECURETOKEN_KEYS="1",
        IPTV_FETCH_NETWORKS="127.0.0.0/8",
        IPTV_UPSTREAM_AUTH="http://127.0.0.1:1",
    )
    furnish(app)
    return app
