"""The example site's secrets are random, private, and the same again at the next start."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from werkzeug.security import check_password_hash

from example_app import keys
from example_app.__main__ import open_site
from tests.example_app.conftest import Harbour, dispose

NAMES = {"SECRET_KEY", "IPTV_AUTH_SECRET", "IPTV_SECURETOKEN_KEYS"}


def test_secrets_are_made_once_and_differ_between_sites(tmp_path: Path) -> None:
    first, other = keys.load(tmp_path / "a"), keys.load(tmp_path / "b")
    assert first.keys() == other.keys() == NAMES
    assert all(first[name] != other[name] for name in NAMES)
    assert min(len(first[name]) for name in ("SECRET_KEY", "IPTV_AUTH_SECRET")) >= 32
    assert keys.load(tmp_path / "a") == first


@pytest.mark.parametrize("content", ["", "{", "[]", "\0\0\0"])
def test_damaged_secrets_are_told_and_left_alone(tmp_path: Path, content: str) -> None:
    path = tmp_path / keys.FILE
    path.write_text(content)
    with pytest.raises(OSError, match=r"is damaged.*put a copy of it back, or delete it"):
        keys.load(tmp_path)
    assert path.read_text() == content


def test_only_the_owner_can_read_the_secrets(tmp_path: Path) -> None:
    keys.load(tmp_path / "new")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o700
    keys.new_password(tmp_path / "new")
    assert [path.name for path in (tmp_path / "new").iterdir()] == [keys.FILE]
    assert (tmp_path / "new" / keys.FILE).stat().st_mode & 0o777 == 0o600


def test_a_password_is_kept_only_as_a_hash(tmp_path: Path) -> None:
    before = keys.load(tmp_path)
    password = keys.new_password(tmp_path)
    assert len(set(password)) > 5
    assert password != keys.new_password(tmp_path)
    password = keys.new_password(tmp_path)
    text = (tmp_path / keys.FILE).read_text()
    assert password not in text
    kept = json.loads(text)
    assert check_password_hash(kept.pop(keys.PASSWORD_HASH), password)
    assert kept == before


def test_a_secret_that_is_missing_is_made_and_the_others_stay(tmp_path: Path) -> None:
    before = keys.load(tmp_path)
    del before["IPTV_AUTH_SECRET"]
    (tmp_path / keys.FILE).write_text(json.dumps(before))
    after = keys.load(tmp_path)
    assert after.pop("IPTV_AUTH_SECRET")
    assert after == before


def test_a_new_password_logs_everybody_out_of_the_account(harbour: Harbour) -> None:
    browser, folder = harbour.staff(), Path(harbour.app.instance_path)
    password = keys.new_password(folder)
    dispose(open_site(folder))
    assert browser.open("/tv/admin/").path == "/login"
    assert browser.log_in("admin", harbour.password).status == 403
    assert browser.log_in("admin", password).status == 200


def test_another_start_logs_nobody_out(harbour: Harbour) -> None:
    browser = harbour.staff()
    dispose(open_site(Path(harbour.app.instance_path)))
    assert browser.open("/tv/admin/").path == "/tv/admin/"
    assert browser.open("/my-tv").path == "/my-tv"
