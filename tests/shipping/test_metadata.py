"""What the package says of itself is true, and readable where the repository is not."""

from __future__ import annotations

import re
import zipfile
from email import message_from_string
from email.message import Message
from pathlib import Path

import pytest


@pytest.fixture(scope="module")
def metadata(wheel: Path) -> Message:
    """Give what package indexes show."""
    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return message_from_string(archive.read(name).decode())


def vendored(checkout: Path) -> list[Path]:
    return sorted(path for path in (checkout / "static" / "vendor").iterdir())


def test_the_licenses_of_all_that_is_inside_are_named(metadata: Message, checkout: Path) -> None:
    named = set(metadata["License-Expression"].split(" AND "))
    inside = {
        found[0]
        for folder in vendored(checkout)
        for found in [re.search(r"\bApache-2\.0\b|\bMIT\b", (folder / "VERSION").read_text())]
        if found
    }
    assert len(vendored(checkout)) == 3
    assert named == {"BSD-3-Clause"} | inside


def test_the_text_of_each_license_is_in_the_wheel(
    metadata: Message, wheel: Path, checkout: Path
) -> None:
    texts = {"LICENSE"} | {
        path.relative_to(checkout).as_posix()
        for folder in vendored(checkout)
        for path in folder.iterdir()
        if "LICENSE" in path.name or path.name == "NOTICES"
    }
    assert set(metadata.get_all("License-File", [])) == texts
    with zipfile.ZipFile(wheel) as archive:
        names = {name.partition(".dist-info/licenses/")[2] for name in archive.namelist()}
    assert texts <= names


@pytest.mark.parametrize(
    ("library", "holders"),
    [
        ("hls.js", ["Arnout Kazemier", "Facebook", "Sebastian McKenzie", "DASH Industry Forum"]),
        ("mpegts.js", ["Yehuda Katz", "Joyent", "Boris Sirota", "Dailymotion"]),
    ],
)
def test_whose_code_is_inside_a_bundle_is_said(
    library: str, holders: list[str], checkout: Path
) -> None:
    folder = checkout / "static" / "vendor" / library
    notices = (folder / "NOTICES").read_text()
    assert [holder for holder in holders if holder not in notices] == []
    version = (folder / "VERSION").read_text().split()[1]
    assert f" {version} holds code" in notices, "look again at what is inside"


def test_it_names_its_authors_and_the_pythons_it_is_for(metadata: Message) -> None:
    assert metadata["Author"] == "The Flask-IPTV developers"
    classifiers = metadata.get_all("Classifier", [])
    pythons = [name.rpartition(" ")[2] for name in classifiers if "Python :: 3." in name]
    assert pythons == ["3.10", "3.11", "3.12", "3.13", "3.14"]
    assert "Framework :: Flask" in classifiers


def test_no_link_of_the_description_leads_into_the_repository(metadata: Message) -> None:
    description = metadata.get_payload()
    assert isinstance(description, str)
    assert description.startswith("# Flask-IPTV\n")
    assert re.findall(r"\]\((?!https://)[^)]*\)|(?:src|href)=\"(?!https://)", description) == []
