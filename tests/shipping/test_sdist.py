"""The sdist is the whole repository, so that distributions can build, test and read from it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.shipping.distribution import clean_environment


@pytest.fixture(scope="module")
def unpacked(sdist: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder that lies in the sdist."""
    place = tmp_path_factory.mktemp("unpacked")
    # As people do: what Python itself offers differs between 3.11.2, which is Debian's, and 3.14.
    subprocess.run(["tar", "-xf", sdist, "-C", place], check=True)
    (folder,) = place.iterdir()
    return folder


def names(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_it_holds_every_file_of_the_repository(unpacked: Path, checkout: Path) -> None:
    made = {name for name in names(unpacked) if name.startswith("flask_iptv.egg-info/")}
    wanted = names(checkout)
    assert sorted(wanted - names(unpacked)) == [], "add them to MANIFEST.in"
    assert names(unpacked) - made - wanted == {"PKG-INFO"}
    assert {"Makefile", "docs/embedding.md", "tests/conftest.py", ".ci/run"} <= wanted


def test_programs_stay_programs(unpacked: Path) -> None:
    assert (unpacked / ".ci" / "run").stat().st_mode & 0o111
    assert not (unpacked / "README.md").stat().st_mode & 0o111


def test_its_tests_find_all_that_they_need(unpacked: Path) -> None:
    # Without what pytest does to the assertions, which takes most of the time.
    collecting = ("--collect-only", "-qq", "-p", "no:cacheprovider", "--assert=plain")
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *collecting],
        cwd=unpacked,
        env=clean_environment() | {"PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout
    assert "tests/shipping/test_sdist.py" in done.stdout


def test_without_the_repository_there_is_no_commit_to_build(unpacked: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "tests.shipping.distribution"],
        cwd=unpacked,
        env=clean_environment() | {"PYTHONDONTWRITEBYTECODE": "1"},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].startswith("The last commit is built, which takes git")
    assert not (unpacked / "dist").exists()
