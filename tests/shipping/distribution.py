"""Builds the sdist and the wheel of a commit: ``make dist``; the same commit, the same bytes."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parents[2]
_MODE, _MODE_OF_PROGRAMS = 0o644, 0o755


def build(sources: Path, into: Path, moment: int) -> None:
    """Build the sdist of a folder, and the wheel from that, with the setuptools that are here.

    :param sources: is left as it is; all of it is taken for source.
    :param moment: seconds since 1970, which all files in the two get as their time.
    """
    into.mkdir(exist_ok=True)
    with TemporaryDirectory() as place:
        copy, built = Path(place, "sources"), Path(place, "built")
        shutil.copytree(sources, copy)
        for path in copy.rglob("*"):
            path.chmod(_MODE_OF_PROGRAMS if path.is_dir() else _mode(path.stat().st_mode))
        done = subprocess.run(
            [sys.executable, "-m", "build", "--no-isolation", "--outdir", built, copy],
            check=False,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=clean_environment() | {"SOURCE_DATE_EPOCH": str(moment)},
            umask=0o022,
        )
        if done.returncode:
            raise RuntimeError(f"{sources} can't be built:\n{done.stdout}")
        for wheel in built.glob("*.whl"):
            shutil.copyfile(wheel, into / wheel.name)
        for sdist in built.glob("*.tar.gz"):
            _pack_again(sdist, into / sdist.name, moment)


def _mode(found: int) -> int:
    return _MODE_OF_PROGRAMS if found & 0o100 else _MODE


def clean_environment() -> dict[str, str]:
    """Ours without what would let another place of ours be imported."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}


def _pack_again(sdist: Path, into: Path, moment: int) -> None:
    # setuptools write the time of day, and who built it.
    with (
        tarfile.open(sdist) as found,
        into.open("wb") as file,
        gzip.GzipFile(filename="", mode="wb", fileobj=file, mtime=moment) as packed,
        tarfile.open(fileobj=packed, mode="w") as archive,
    ):
        for member in sorted(found.getmembers(), key=lambda member: member.name):
            clean = tarfile.TarInfo(member.name)
            clean.type, clean.size, clean.mtime = member.type, member.size, moment
            clean.mode = _mode(member.mode)
            archive.addfile(clean, found.extractfile(member))


def main() -> None:
    """Build what was committed last into ``dist``, whatever else lies in the checkout."""
    git = ["git", "-C", str(ROOT)]
    try:
        moment = subprocess.check_output([*git, "log", "-1", "--format=%ct"], text=True)
    except (OSError, subprocess.CalledProcessError):
        sys.exit(
            "The last commit is built, which takes git and a clone of the repository. Of what lies "
            "here, type: .venv/bin/python -m build --no-isolation"
        )
    with TemporaryDirectory() as place:
        archive, sources = Path(place, "commit.tar"), Path(place, "commit")
        sources.mkdir()
        subprocess.run([*git, "archive", "--output", archive, "HEAD"], check=True)
        subprocess.run(["tar", "-xf", archive, "-C", sources], check=True)
        build(sources, ROOT / "dist", int(moment))


if __name__ == "__main__":
    main()
