"""One build of the checkout, which all tests of what we ship look at."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from tests.shipping.distribution import ROOT, build

#: An hour of the past.
MOMENT = 1_700_000_000
NOT_SOURCE = {"build", "dist", "instance", "__pycache__", ".git"}


def source_files() -> Iterable[Path]:
    """Give the files of the checkout, relative to it, without what was built from them."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    try:
        done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
        found = [Path(name) for name in done.stdout.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        # Without git, as in an sdist, or in a checkout of someone else's, which git refuses.
        found = [path.relative_to(ROOT) for path in ROOT.rglob("*") if _is_source(path)]
    return [path for path in found if (ROOT / path).is_file()]


def _is_source(path: Path) -> bool:
    folders = path.relative_to(ROOT).parts[:-1]
    return path.name != "PKG-INFO" and not any(
        name in NOT_SOURCE
        or name.startswith(".venv")
        or name.endswith(("_cache", ".egg-info", ".hypothesis"))
        for name in folders
    )


@pytest.fixture(scope="session")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a copy of the checkout that nothing was built in yet."""
    copy = tmp_path_factory.mktemp("checkout")
    for path in source_files():
        (copy / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, copy / path)
    return copy


@pytest.fixture(scope="session")
def built(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give the folder of the sdist, and of the wheel that was built from it."""
    folder = tmp_path_factory.mktemp("built")
    build(checkout, folder, MOMENT)
    return folder


@pytest.fixture(scope="session")
def wheel(built: Path) -> Path:
    """Give the path of the wheel."""
    (path,) = built.glob("*.whl")
    return path


@pytest.fixture(scope="session")
def sdist(built: Path) -> Path:
    """Give the path of the sdist."""
    (path,) = built.glob("*.tar.gz")
    return path
