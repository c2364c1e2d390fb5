"""What the page of an import shows of what would be done."""

from __future__ import annotations

import pytest
from flask import Flask

from flask_iptv.admin import channel_import

from .browser import Browser
from .test_channel_import import PLAYLIST, long_playlist, look, upload


def test_new_channels_are_shown_as_people_will_see_them(at_provider: Browser) -> None:
    text = (
        PLAYLIST + '#EXTINF:-1 group-title="Кино",Новый\nhttps://media.example/newone/index.m3u8\n'
    )
    page = look(at_provider, text)
    assert page.text.count("Check the import") == 2
    assert "Новый · Кино · newone" in page.text
    assert "Two · two" in page.text
    assert "Import 4 channels" in page.text
    assert "1 media server would be made, since none of yours is at the address" in page.text
    page = look(
        at_provider, "#EXTM3U\n#EXTINF:-1,x\nhttps://media.example/ort/index.m3u8", update=[]
    )
    assert "Import it" in page.text
    assert "would be made" not in page.text


def test_of_many_new_channels_the_first_are_in_sight(at_provider: Browser) -> None:
    page = upload(at_provider, long_playlist(50))
    assert [one for one in page.all("details") if "open" in one]
    assert "C 19" in page.text
    assert "C 20 " not in page.text
    assert "and 30 more" in page.text


def test_a_long_list_of_each_kind_is_cut_off_with_its_number(
    provider: Flask, at_provider: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(channel_import, "NAMED", 2)
    monkeypatch.setattr(channel_import, "FIRST", 2)
    page = look(at_provider, long_playlist(5).decode() + "\nx\ny\nz")
    assert "Lines that can't be used 3" in page.text
    assert "New channels 5" in page.text
    assert "and 3 more" in page.text
    assert "and 1 more" in page.text
