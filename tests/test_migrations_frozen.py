"""A migration that was committed has been run somewhere: its text stays as it is."""

from __future__ import annotations

import hashlib
from pathlib import Path

from flask_iptv.migrations import versions

FOLDER = Path(versions.__file__).parent
FROZEN = Path(__file__).with_name("migrations_frozen.txt")


def wrong_migrations(folder: Path, frozen: str) -> list[str]:
    """Give a sentence for each migration that is not as it was frozen.

    :param frozen: a line for each: the digest of its text, and its name.
    """
    digests = {name: digest for digest, name in map(str.split, frozen.splitlines())}
    found = []
    for path in sorted(folder.glob("[0-9]*.py")):
        digest = hashlib.sha256(path.read_text(encoding="utf-8").encode()).hexdigest()
        if path.name not in digests:
            found.append(
                f"{path.name} is new: add the line '{digest}  {path.name}' to {FROZEN.name}"
            )
        elif digests.pop(path.name) != digest:
            found.append(
                f"{path.name} was changed, but databases were made with what it was: put its text "
                "back, and write a new migration that does what is to be done"
            )
    found += [
        f"{name} is gone, but databases say that they have it: put it back" for name in digests
    ]
    return found


def test_no_migration_was_changed() -> None:
    assert wrong_migrations(FOLDER, FROZEN.read_text()) == []


def test_what_was_changed_added_or_taken_away_is_told(tmp_path: Path) -> None:
    for path in FOLDER.glob("0*.py"):
        tmp_path.joinpath(path.name).write_text(path.read_text())
    assert wrong_migrations(tmp_path, FROZEN.read_text()) == []
    first, second, third = sorted(tmp_path.iterdir())[:3]
    first.write_text(first.read_text() + "# a word\n")
    second.rename(tmp_path / "9999_new.py")
    third.unlink()
    told = wrong_migrations(tmp_path, FROZEN.read_text())
    assert [sentence.split()[0] for sentence in told] == [
        first.name, "9999_new.py", second.name, third.name
    ]  # fmt: skip
    assert "write a new migration" in told[0]
