"""Chromium is there, is installed by who may, and is missed in plain words by who may not."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.real import chromium, kept
from tests.real.chromium import open_chromium

APT = """#!/bin/sh
echo "$DEBIAN_FRONTEND $@" >> {folder}/said
{then}
"""
INSTALLS = (
    "[ $1 = install ] && printf '#!/bin/sh' > {folder}/chromium-headless-shell "
    "&& chmod +x {folder}/chromium-headless-shell"
)


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the only folder that programs are found in: none of a browser, none of Debian."""
    for name in ("env", "sh", "printf", "chmod", "echo"):
        (tmp_path / name).symlink_to(str(shutil.which(name)))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("CI", "")
    monkeypatch.delenv("DEBIAN_FRONTEND", raising=False)
    monkeypatch.setattr(kept, "FOLDER", tmp_path / "real")
    return tmp_path


def put_apt(folder: Path, then: str) -> None:
    """Put an apt-get there that notes what it is told, and then does something."""
    apt = folder / "apt-get"
    apt.write_text(APT.format(folder=folder, then=then.format(folder=folder)))
    apt.chmod(0o755)


def be(user: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: user)


def test_a_page_is_opened_and_the_browser_goes() -> None:
    with open_chromium() as browser:
        page = browser.new_page()
        page.goto("data:text/html,<h1>Hello</h1>")
        assert page.get_by_role("heading").inner_text() == "Hello"
        assert browser.is_connected()
    assert not browser.is_connected()


def test_nothing_beyond_this_machine_is_asked() -> None:
    with open_chromium() as browser:
        page = browser.new_page()
        with pytest.raises(Exception, match="ERR_NAME_NOT_RESOLVED"):
            page.goto("http://example.com/")


def test_root_installs_it_once(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    be(0, monkeypatch)
    put_apt(programs, INSTALLS)
    assert chromium.chromium() == programs / "chromium-headless-shell" == chromium.chromium()
    update, install = (programs / "said").read_text().splitlines()
    assert update.split() == ["update"]
    assert install.startswith(
        "noninteractive install --yes --no-install-recommends chromium-headless-shell"
    )


def test_the_whole_browser_does_too(programs: Path) -> None:
    whole = programs / "chromium"
    whole.write_text("#!/bin/sh")
    whole.chmod(0o755)
    assert chromium.chromium() == whole
    assert not (programs / "said").exists()


def test_what_installing_it_said_is_told(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    be(0, monkeypatch)
    put_apt(programs, "echo E: Unable to locate package; exit 100")
    with pytest.raises(pytest.skip.Exception, match=r"(?s)status 100.*Unable to locate package"):
        chromium.chromium()


def test_an_install_that_brings_no_program_is_told(
    programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    be(0, monkeypatch)
    put_apt(programs, "exit 0")
    with pytest.raises(pytest.skip.Exception, match="yet there is no 'chromium-headless-shell'"):
        chromium.chromium()


@pytest.mark.parametrize(("user", "apt"), [(1000, True), (0, False)])
def test_who_can_not_install_it_is_told_how(
    user: int, apt: bool, programs: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    be(user, monkeypatch)
    if apt:
        put_apt(programs, INSTALLS)
    with pytest.raises(
        pytest.skip.Exception, match="apt install chromium-headless-shell fonts-dejavu-core"
    ):
        chromium.chromium()
    assert not (programs / "said").exists()


def test_ci_does_without_it_in_no_case(programs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    be(1000, monkeypatch)
    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="Chromium can't be used here"):
        chromium.chromium()
