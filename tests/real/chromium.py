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
PROGRAM = "chromium"

PACKAGES = ("chromium", "fonts-dejavu-core", "fonts-noto-color-emoji")
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
    if shutil.which(PROGRAM) is None:
        _install()
    program = shutil.which(PROGRAM)
    if program is None:
        missing(PART, f"Debian's packages {PACKAGES} are installed, yet there is no {PROGRAM!r}")
    return Path(program)


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
            f"there is no program {PROGRAM!r}, and only root can install it here, with apt-get; "
            f"on Debian: apt install {' '.join(PACKAGES)}",
        )
    kept.FOLDER.mkdir(parents=True, exist_ok=True)
    # One of several test processes installs it while the others wait.
    with (kept.FOLDER / "chromium.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if shutil.which(PROGRAM) is not None:
            return
        # The lists are missing in a fresh container, or name versions that are gone. If this
        # fails they may still do.
        subprocess.run(["apt-get", "update"], check=False, capture_output=True)
        quietly = ("env", "DEBIAN_FRONTEND=noninteractive")
        install = ("apt-get", "install", "--yes", "--no-install-recommends", *PACKAGES)
        kept.fetch(PART, *quietly, *install, folder=kept.FOLDER)
