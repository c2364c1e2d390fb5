"""The viewer's page inside of a host's site: its layout, strict templates, several mounts."""

from __future__ import annotations

import jinja2
import pytest
from flask import Flask

from flask_iptv import IPTV
from tests.admin.browser import Browser

from .conftest import BOB, change, watch

BASE = """\
<!doctype html>
<html lang="en"><head><title>{% block title %}{% endblock %} at Shop</title></head>
<body>{% block content %}{% endblock %}<footer>The shop</footer></body></html>
"""
PAGES = (BOB, f"{BOB}?q=x", f"{BOB}/devices/1", f"{BOB}/new-token", "/tv/my/nobodys-token")


def test_a_layout_of_one_line_dresses_every_page(provider: Flask, viewer: Browser) -> None:
    provider.jinja_loader = jinja2.DictLoader(
        {"base.html": BASE, "iptv/layout.html": '{% extends "base.html" %}'}
    )
    watch(provider, "bob")
    for address in PAGES:
        page = viewer.open(address)
        assert page.wrong == [], address
        assert page.text.endswith("The shop"), address
        assert " at Shop" in page.text
        assert "Content-Security-Policy" not in viewer.answer_headers, "the host's own affair"
        assert viewer.answer_headers["X-Robots-Tag"] == "noindex, nofollow, noarchive"
        sheets = [link["href"] for link in page.all("link")]
        assert sheets[-1].endswith("/viewer.css")
        assert not any(sheet.endswith("/alone.css") for sheet in sheets)


def test_templates_ask_for_nothing_that_is_not_there(provider: Flask, viewer: Browser) -> None:
    provider.jinja_env.undefined = jinja2.StrictUndefined
    watch(provider, "bob", user_agent="VLC")
    for address in PAGES:
        assert viewer.open(address).wrong == [], address
        assert viewer.status in (200, 404), address
    change(provider, "bob", enabled=False)
    assert viewer.open(BOB).wrong == []


@pytest.mark.parametrize("prefix", ["/tv", "/tv2"])
def test_a_page_stays_in_its_mount(provider: Flask, viewer: Browser, prefix: str) -> None:
    provider.register_blueprint(IPTV(name="iptv2"), url_prefix="/tv2")
    watch(provider, "bob")
    page = viewer.open(f"{prefix}/my/bobs-token")
    assert viewer.status == 200
    assert [to for to in page.addresses() if not to.startswith(f"{prefix}/")] == []
    viewer.send(viewer.open(f"{prefix}/my/bobs-token/new-token"))
    assert viewer.address.startswith(f"{prefix}/my/")
