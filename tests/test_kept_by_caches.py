"""No shared cache may keep what a token or a login has opened, whichever address it is."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask, url_for
from werkzeug.routing import IntegerConverter, Rule
from werkzeug.test import TestResponse

from flask_iptv import IPTV
from tests.conftest import LOGIN

#: What an address is given for a variable, by its name; numbers are those of what there is.
VALUES = {"token": "bobs-token", "name": "bob", "rest": "nothing", "server": "main"}

CHANGING = {"Sec-Fetch-Site": "same-origin"}


def private(response: TestResponse) -> bool:
    """Whether a cache that others share has to leave an answer alone."""
    control = response.cache_control
    return bool(control.no_store or control.private)


@pytest.fixture
def site(provider: Flask) -> Flask:
    """The small provider in production, where errors are answered."""
    provider.testing = False
    return provider


def filled(app: Flask, rule: Rule) -> str:
    """An address that a rule leads to."""
    values = {
        name: 1 if isinstance(rule._converters[name], IntegerConverter) else VALUES.get(name, "bob")
        for name in rule.arguments - set(rule.defaults or {})
    }
    with app.test_request_context():
        built = rule.build(values)
    assert built is not None, rule
    return built[1]


def rules(app: Flask) -> list[Rule]:
    """Every rule of ours but that of the files for browsers, which are the same for everybody."""
    ours = [rule for rule in app.url_map.iter_rules() if rule.endpoint.startswith("iptv.")]
    return [rule for rule in ours if rule.endpoint != "iptv.static"]


def answers(app: Flask, rule: Rule) -> Iterator[tuple[str, TestResponse]]:
    """What an address answers to those who have opened it, and to those who have not."""
    address = filled(app, rule)
    query = "token=bobs-token&name=ort&ip=192.0.2.7&output=hls"
    browser = app.test_client()
    for method in sorted(rule.methods or ()):
        for auth in (LOGIN, None):
            for asked in (address, f"{address}?{query}", f"{address}?nothing=1"):
                response = browser.open(asked, method=method, auth=auth, headers=CHANGING)
                yield f"{method} {asked} {'' if auth else 'without a login '}", response
                response.close()


def test_every_address_that_a_token_or_a_login_opens(site: Flask) -> None:
    found = rules(site)
    assert {"iptv.my_page", "iptv.playlists_m3u", "iptv.auth", "iptv.admin_users"} <= {
        rule.endpoint for rule in found
    }
    statuses: dict[int, int] = {}
    kept = []
    # What deletes comes last.
    for rule in sorted(found, key=lambda rule: ("delete" in rule.rule, rule.rule)):
        for asked, response in answers(site, rule):
            statuses[response.status_code] = statuses.get(response.status_code, 0) + 1
            if not private(response):
                kept.append(f"{asked}: {response.status_code} {response.cache_control}")
    assert kept == []
    assert {200, 303, 400, 401, 403, 404} <= set(statuses)
    assert statuses[200] > len(found) / 2


def test_exports_and_redirects_too(site: Flask) -> None:
    browser = site.test_client()
    export = {"ids": "1", "action": "export", "name": "bob"}
    for address, form in (
        ("/tv/admin/users/bulk", export),
        ("/tv/my/bobs-token/new-token", {}),
        ("/tv/admin/users/1/enabled", {}),
    ):
        response = browser.post(address, data=form, auth=LOGIN, headers=CHANGING)
        assert private(response), (address, response.status)


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [
        ("GET", "/tv//my/bobs-token", 404),
        ("GET", "/tv/my//bobs-token", 404),
        ("PUT", "/tv/my/bobs-token", 405),
        ("DELETE", "/tv/playlists/bob.m3u?token=bobs-token", 405),
        ("GET", "/tv//playlists/bob.m3u?token=bobs-token", 404),
        ("PROPFIND", "/tv/auth?name=ort&token=bobs-token", 405),
        ("GET", "/tv//static/1/iptv.css?token=bobs-token", 404),
        ("GET", "/tv/static/1//iptv.css?token=bobs-token", 404),
        ("POST", "/tv/static/1/iptv.css?token=bobs-token", 405),
        ("GET", "/tv/admin?q=bobs-token", 308),
        ("GET", "/tv//admin?q=bobs-token", 308),
        ("PROPFIND", "/tv/api/users?search=bobs-token", 405),
        ("GET", "/tv//api/users?search=bobs-token", 404),
    ],
)
def test_what_flask_says_of_an_address_that_is_nearly_ours(
    site: Flask, method: str, address: str, status: int
) -> None:
    response = site.test_client().open(address, method=method)
    assert response.status_code == status
    assert response.headers["Cache-Control"] == "no-store"


def test_what_it_says_of_other_addresses_is_the_hosts(site: Flask) -> None:
    site.add_url_rule("/club", "club", lambda: "ours", methods=["GET"])
    browser = site.test_client()
    for method, address in (("GET", "/nowhere"), ("GET", "/tv/nowhere"), ("PUT", "/club")):
        assert "Cache-Control" not in browser.open(address, method=method).headers


def test_a_page_that_says_nothing_of_caches_is_kept_by_none(site: Flask) -> None:
    mount = IPTV(name="iptv2")
    mount.add_url_rule("/new", "new", lambda: "something new")
    mount.add_url_rule("/broken", "broken", lambda: str(1 / 0))
    mount.add_url_rule("/moved", "moved", lambda: ("", 302, {"Location": "/tv/my/bobs-token"}))
    site.register_blueprint(mount, url_prefix="/second")
    browser = site.test_client()
    for page, status in (("new", 200), ("broken", 500), ("moved", 302)):
        response = browser.get(f"/second/{page}")
        assert response.status_code == status
        assert response.headers["Cache-Control"] == "no-store"


def test_files_for_browsers_are_kept_for_as_long_as_the_host_says(site: Flask) -> None:
    site.config["SEND_FILE_MAX_AGE_DEFAULT"] = 60
    with site.test_request_context():
        address = url_for("iptv.static", filename="iptv.css")
    with site.test_client().get(address) as response:
        assert response.cache_control.public
        assert response.cache_control.immutable
