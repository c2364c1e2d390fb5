"""Debian's Chromium, which Playwright drives without a window."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from tests.real import imported, kept, missing

if TYPE_CHECKING:
    from playwright.sync_api import Browser

PART = "Chromium"
PROGRAMS = ("chromium-headless-shell", "chromium")
"""Without what draws windows it takes three quarters of the time; the whole browser does too."""

PACKAGES = ("chromium-headless-shell", "fonts-dejavu-core", "fonts-noto-color-emoji")
"""The fonts draw Cyrillic, Arabic and Hebrew letters and emoji."""

ARGUMENTS = (
    # Nothing beyond this machine is asked, whatever a page names.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    "--disable-background-networking",
    # Letters look the same on every screen, so pictures of pages do not change.
    "--font-render-hinting=none",
    "--disable-lcd-text",
)


def chromium() -> Path:
    """Give the program; root gets it installed, as Debian's package, where it is not there yet.

    It needs libraries and fonts of the system, so it can't be unpacked into a folder of its own.
    """
    program = _found()
    if program is None:
        _install()
        program = _found()
    if program is None:
        missing(
            PART, f"Debian's packages {PACKAGES} are installed, yet there is no {PROGRAMS[0]!r}"
        )
    return Path(program)


def _found() -> str | None:
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


@contextmanager
def open_chromium() -> Iterator[Browser]:
    """Open the browser; it is closed after the block."""
    api = imported("playwright.sync_api", PART)
    program = chromium()
    with api.sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=program, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def _install() -> None:
    if shutil.which("apt-get") is None or os.geteuid() != 0:
        missing(
            PART,
            f"there is no program {PROGRAMS[0]!r}, and only root can install it here, with "
            f"apt-get; on Debian: apt install {' '.join(PACKAGES)}",
        )
    kept.FOLDER.mkdir(parents=True, exist_ok=True)
    # One of several test processes installs it while the others wait.
    with (kept.FOLDER / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if _found() is not None:
            return
        # The lists are missing in a fresh container, or name versions that are gone. If this
        # fails they may still do.
        subprocess.run(["apt-get", "update"], check=False, capture_output=True)
        quietly = ("env", "DEBIAN_FRONTEND=noninteractive")
        install = ("apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES)
        kept.fetch(PART, *quietly, *install, folder=kept.FOLDER)
