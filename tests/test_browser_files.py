"""Browsers never run the scripts of one release under the pages of another."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from flask_iptv import IPTV, extension
from flask_iptv.browser_files import FOLDER, BrowserFiles

YEAR = 365 * 86_400
IMPORT = re.compile(
    r"(?:import|from)\s*\(?\s*[\"']([^\"']+)[\"']|@import\s+[\"']([^\"']+)|url\(([^)]+)\)"
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the files to change, which the extension serves."""
    copy = tmp_path / "static"
    shutil.copytree(FOLDER, copy)
    monkeypatch.setattr(extension, "FOLDER", copy)
    update(copy, monkeypatch)
    return copy


def update(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Begin anew as a process does."""
    monkeypatch.setattr(extension, "_BROWSER_FILES", BrowserFiles(folder))


def fetch(client: FlaskClient, path: str, method: str = "GET", **headers: str) -> TestResponse:
    """Ask for a file and let go of it."""
    answer = client.open(path, method=method, headers=headers, buffered=True)
    answer.close()
    return answer


def address(app: Flask, name: str = "iptv.js") -> str:
    with app.test_request_context():
        return app.url_for("iptv.static", filename=name)


class TestVersion:
    def test_it_stands_for_names_and_contents_and_nothing_else(self, tmp_path: Path) -> None:
        seen = set()
        for number, (name, content) in enumerate(
            [("a.js", b"1"), ("a.js", b"2"), ("b.js", b"1"), ("a.js1", b""), ("sub/a.js", b"1")]
        ):
            path = tmp_path / str(number) / name
            path.parent.mkdir(parents=True)
            path.write_bytes(content)
            seen.add(BrowserFiles(tmp_path / str(number)).version)
        assert len(seen) == 5

    def test_another_installation_of_the_same_files_has_the_same(self, folder: Path) -> None:
        for path in folder.rglob("*"):
            os.utime(path, (1, 1))
        assert BrowserFiles(folder).version == BrowserFiles(FOLDER).version

    def test_every_page_names_it_and_nothing_else_below_static(self, client: FlaskClient) -> None:
        page = client.get("/tv/admin/", auth=("admin", "correct horse")).text
        found = set(re.findall(r"/tv/static/([^\"]*)", page))
        assert len(found) > 5
        assert {name.partition("/")[0] for name in found} == {BrowserFiles(FOLDER).version}


def test_what_files_import_lies_below_the_same_path(client: FlaskClient, app: Flask) -> None:
    sources = [*FOLDER.glob("*.js"), *FOLDER.glob("*.css")]
    named = {
        (path.name, next(filter(None, found.groups())).strip("'\""))
        for path in sources
        for found in IMPORT.finditer(path.read_text())
    }
    named = {(name, target) for name, target in named if not target.startswith("data:")}
    assert len(named) > 5
    for name, target in named:
        assert target.startswith("./"), f"{name} would leave the path of its version"
        assert fetch(client, address(app, target.removeprefix("./"))).status_code == 200


@pytest.mark.parametrize("setting", [YEAR, timedelta(days=365)])
def test_the_year_of_a_host_is_for_this_version_alone(
    make_app: Callable[..., Flask], setting: object
) -> None:
    app = make_app(SEND_FILE_MAX_AGE_DEFAULT=setting)
    client = app.test_client()
    kept = fetch(client, address(app)).cache_control
    assert (kept.max_age, kept.public, kept.immutable) == (YEAR, True, True)
    last_years = fetch(client, "/tv/static/0123456789ab/iptv.js")
    assert last_years.data == fetch(client, address(app)).data
    assert (last_years.cache_control.max_age, last_years.cache_control.no_cache) == (0, True)
    assert not last_years.cache_control.public


@pytest.mark.parametrize("setting", [None, 0])
def test_a_host_that_wants_no_caching_gets_none(
    make_app: Callable[..., Flask], setting: int | None
) -> None:
    app = make_app(SEND_FILE_MAX_AGE_DEFAULT=setting)
    told = fetch(app.test_client(), address(app)).cache_control
    assert (told.max_age, told.no_cache, told.immutable) == (setting, True, False)


def test_an_update_changes_the_path_and_the_old_one_gets_the_new_file_unkept(
    make_app: Callable[..., Flask], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = make_app(SEND_FILE_MAX_AGE_DEFAULT=YEAR)
    client = app.test_client()
    before = address(app)
    known = fetch(client, before).headers["ETag"]
    (folder / "iptv.js").write_text("new")

    # A process of before the update has the new file already.
    early = fetch(client, before)
    assert (early.data, early.cache_control.max_age) == (b"new", 0)

    update(folder, monkeypatch)
    assert address(app) != before
    assert fetch(client, address(app)).cache_control.max_age == YEAR
    late = fetch(client, before, **{"If-None-Match": known})
    assert (late.status_code, late.data, late.cache_control.max_age) == (200, b"new", 0)

    (folder / "iptv.js").unlink()
    assert fetch(client, address(app)).status_code == 404


def test_head_and_conditional_requests_are_answered(client: FlaskClient, app: Flask) -> None:
    full = fetch(client, address(app))
    head = fetch(client, address(app), "HEAD")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(full.data))
    known = {"If-None-Match": full.headers["ETag"]}
    assert fetch(client, address(app), **known).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "iptv.js",
        "{version}/",
        "{version}/nothing.js",
        "{version}/vendor",
        "{version}/../setup.cfg",
        "{version}/..%2fsetup.cfg",
        "{version}/vendor/../../setup.cfg",
        "{version}/%2fetc/passwd",
        "{version}//etc/passwd",
        "{version}/%00",
        "{version}/iptv.js%00",
        "../setup.cfg",
        "..%2f/setup.cfg",
        "../static/setup.cfg",
    ],
)
def test_nothing_else_is_to_be_had(client: FlaskClient, path: str) -> None:
    version = BrowserFiles(FOLDER).version
    answer = client.get(f"/tv/static/{path.format(version=version)}", follow_redirects=True)
    assert answer.status_code == 404


def test_a_host_may_have_versions_of_its_own(tmp_path: Path) -> None:
    app = Flask("host", instance_path=str(tmp_path))
    app.register_blueprint(IPTV(), url_prefix="/<version>/tv")
    app.url_defaults(lambda endpoint, values: values.setdefault("version", "2.0"))
    address_of_today = address(app)
    assert BrowserFiles(FOLDER).version in address_of_today
    assert address_of_today.startswith("/2.0/tv/")
