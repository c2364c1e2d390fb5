"""The name under which a playlist is saved."""

from __future__ import annotations

from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_options_header

from flask_iptv.players.attachment import disposition


@pytest.mark.parametrize(
    ("name", "header"),
    [
        ("bob", "attachment; filename=bob.m3u"),
        ("bob smith", 'attachment; filename="bob smith.m3u"'),
        ("Zoë", "attachment; filename=Zoe.m3u; filename*=UTF-8''Zo%C3%AB.m3u"),
        ("Вася", "attachment; filename=playlist.m3u; "
                 "filename*=UTF-8''%D0%92%D0%B0%D1%81%D1%8F.m3u"),
        ("../../etc/passwd", "attachment; filename=_.._etc_passwd.m3u"),
        ('a"; filename=b', 'attachment; filename="a__ filename=b.m3u"'),
        ("100%41", "attachment; filename=100_41.m3u"),
        ("bob\N{RIGHT-TO-LEFT OVERRIDE}exe", "attachment; filename=bob_exe.m3u"),
        ("...", "attachment; filename=playlist.m3u"),
    ],
)  # fmt: skip
def test_a_name_becomes_a_safe_file_name(name: str, header: str) -> None:
    assert disposition(name, ".m3u") == header


def test_the_ending_is_that_of_the_format() -> None:
    zoe = "attachment; filename=Zoe.xspf; filename*=UTF-8''Zo%C3%AB.xspf"
    assert disposition("Zoë", ".xspf") == zoe
    assert disposition("...", ".xspf") == "attachment; filename=playlist.xspf"


@given(st.text())
def test_whatever_the_name_the_file_stays_in_its_folder(name: str) -> None:
    header = disposition(name, ".m3u")
    assert header.isascii()
    assert header.isprintable()
    kind, options = parse_options_header(header)
    assert kind == "attachment"
    file_name = unquote(options["filename"])
    assert file_name.endswith(".m3u")
    assert len(file_name.encode()) <= 255
    assert not file_name.startswith(".")
    assert not set('/\\:*?"<>|') & set(file_name)
