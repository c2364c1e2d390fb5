"""The same sources give the same bytes, wherever, whenever and by whomever they are built."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from tests.shipping.conftest import MOMENT
from tests.shipping.distribution import build


def test_another_folder_time_and_umask_give_the_same_bytes(
    checkout: Path, built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy = tmp_path / "another place"
    for path in sorted(checkout.rglob("*"), reverse=True):
        if path.is_file():
            target = copy / path.relative_to(checkout)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)
            target.chmod(0o700 if os.access(path, os.X_OK) else 0o600)
            os.utime(target, (1_000_000_000, 1_000_000_000))
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    monkeypatch.setenv("LC_ALL", "C")
    before = os.umask(0o077)
    try:
        build(copy, tmp_path / "again", MOMENT)
    finally:
        os.umask(before)
    names = {path.name for path in built.iterdir()}
    assert {name.rpartition(".")[2] for name in names} == {"whl", "gz"}
    assert {path.name for path in (tmp_path / "again").iterdir()} == names
    for name in names:
        assert (built / name).read_bytes() == (tmp_path / "again" / name).read_bytes(), name
