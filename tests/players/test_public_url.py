"""The addresses of our own that are printed for others."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Blueprint, Flask

from flask_iptv import IPTV
from flask_iptv.public_url import external_url

PATH = "/tv/playlists/bob%20b.m3u?token=a%26b"


def bobs() -> str:
    return external_url(".playlists_m3u", name="bob b", token="a&b")


def test_a_request_tells_scheme_and_host(app: Flask) -> None:
    with app.test_request_context("/tv/playlists/x", base_url="https://tv.example:8443/"):
        assert bobs() == f"https://tv.example:8443{PATH}"


def test_the_public_url_comes_before_what_the_request_says(make_app: Callable[..., Flask]) -> None:
    app = make_app(IPTV_PUBLIC_URL="https://tv.example/")
    with app.test_request_context("/tv/playlists/x", base_url="http://10.0.0.5:8000/"):
        assert bobs() == f"https://tv.example{PATH}"
    with app.app_context():
        assert bobs() == f"https://tv.example{PATH}"


def test_the_folder_that_the_site_is_mounted_in_stays(make_app: Callable[..., Flask]) -> None:
    app = make_app(IPTV_PUBLIC_URL="https://tv.example", APPLICATION_ROOT="/shop")
    with app.test_request_context("/tv/playlists/x", base_url="http://10.0.0.5/shop"):
        assert bobs() == f"https://tv.example/shop{PATH}"
    with app.app_context():
        assert bobs() == f"https://tv.example/shop{PATH}"


def test_a_command_takes_the_name_of_the_server(make_app: Callable[..., Flask]) -> None:
    with make_app(SERVER_NAME="tv.example", PREFERRED_URL_SCHEME="https").app_context():
        assert bobs() == f"https://tv.example{PATH}"


@pytest.mark.usefixtures("context")
def test_a_command_that_knows_no_host_gets_the_path() -> None:
    assert bobs() == PATH


def test_the_mount_that_serves_is_the_one_that_is_named(app: Flask) -> None:
    app.register_blueprint(IPTV(name="second"), url_prefix="/second")

    shop = Blueprint("shop", __name__)
    shop.add_url_rule("/own", view_func=bobs)
    app.register_blueprint(shop)
    with app.test_request_context("/second/playlists/x", base_url="https://tv.example"):
        assert bobs().startswith("https://tv.example/second/playlists/")
    assert app.test_client().get("/own").text.startswith("http://localhost/tv/playlists/")
