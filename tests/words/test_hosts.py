"""A host with words of its own keeps them, on our pages too, and ours are not taken for its."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import jinja2
import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask, request
from flask_babel import Babel

from flask_iptv.words import catalogs
from tests.admin.browser import Browser

_BASE = """\
<!doctype html>
<html><head><title>{% block title %}{% endblock %}</title></head>
<body><header>{{ _("The shop") }} {{ gettext("Users") }} {{ ngettext("one user", "users", 2) }}
{% trans %}Sign out{% endtrans %}</header>{% block content %}{% endblock %}</body></html>
"""


@pytest.fixture
def shop(make_app: Callable[..., Flask], tmp_path: Path) -> Flask:
    """A shop that says “Users” of its buyers, in a catalog and a layout of its own."""
    words = Catalog(locale="ru")
    words.add("The shop", "Лавка")
    words.add("Users", "Покупатели")
    words.add(("one user", "users"), ("покупатель", "покупателя", "покупателей"))
    words.add("Sign out", "Выйти")
    path = tmp_path / "shop" / "ru" / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, words)
    app = make_app(BABEL_TRANSLATION_DIRECTORIES=str(tmp_path / "shop"))
    app.jinja_loader = jinja2.DictLoader(
        {"base.html": _BASE, "iptv/layout.html": '{% extends "base.html" %}'}
    )
    Babel(app, locale_selector=lambda: request.args.get("language", "ru"))
    return app


def test_a_host_says_its_words_and_we_say_ours(shop: Flask) -> None:
    page = Browser(shop).open("/tv/admin/users")
    assert page.text.startswith("Пользователи Лавка Покупатели покупателя Выйти")
    assert page.link("Пользователи") == "/tv/admin/users"
    assert page.link("Каналы") == "/tv/admin/channels"


def test_each_request_has_its_language(shop: Flask) -> None:
    browser = Browser(shop)
    for language, users, shops in (("ru", "Пользователи", "Лавка"), ("en", "Users", "The shop")):
        page = browser.open(f"/tv/admin/users?language={language}")
        assert page.link(users) == "/tv/admin/users"
        assert shops in page.text
        (ours,) = [div for div in page.all("div") if div.get("class") == "iptv"]
        assert ours["lang"] == language


def test_a_language_that_only_the_host_speaks_is_english_with_us(shop: Flask) -> None:
    page = Browser(shop).open("/tv/admin/users?language=de")
    assert page.link("Users") == "/tv/admin/users"
    (ours,) = [div for div in page.all("div") if div.get("class") == "iptv"]
    assert ours["lang"] == catalogs.ENGLISH


def test_a_viewer_reads_the_page_in_the_hosts_language(shop: Flask, provider: Flask) -> None:
    page = Browser(shop, login=None).open("/tv/my/bobs-token")
    assert "Мои каналы" in page.text
    assert "Лавка" in page.text


def test_scripts_read_english(shop: Flask) -> None:
    answer = shop.test_client().get("/tv/api/users/1", auth=("admin", "correct horse"))
    assert "there is no user" in answer.text
