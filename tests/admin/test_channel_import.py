"""The import of a playlist: shown first, done as it was shown, in one transaction."""

from __future__ import annotations

import io
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask, request

from flask_iptv import channels, database, packages
from flask_iptv.models import Channel, Server
from tests.real.site import serve
from tests.statements import statements

from .browser import Browser
from .page import Page

PAGE = "/tv/admin/channels/import"

PLAYLIST = """#EXTM3U
#EXTINF:-1 tvg-chno="5" group-title="Новости",Первый канал
https://media.example/ort/index.m3u8?token=somebodys
#EXTINF:-1 tvg-logo="https://pictures.example/2.png",Two
https://media.example/two/index.m3u8
#EXTINF:-1,Two again
https://media.example/two/index.m3u8
#EXTINF:-1,Elsewhere
http://other.example:8080/live/three.m3u8
"""


def look(browser: Browser, text: str = PLAYLIST, **typed: Any) -> Page:
    """Give the page a text and look what would change."""
    return browser.send(browser.open(PAGE).form("import"), text=text, **typed)


def import_it(browser: Browser, page: Page, **typed: Any) -> Page:
    """Press the button of the page on which it was looked at."""
    form = page.form("import")
    form.address = next(
        attributes["formaction"] for attributes in page.all("button") if "formaction" in attributes
    )
    return browser.send(form, **typed)


def count(app: Flask) -> tuple[int, int]:
    """How many channels and servers there are."""
    with app.app_context():
        session = database.session()
        numbers = [
            session.scalar(sa.select(sa.func.count(model.id))) or 0 for model in (Channel, Server)
        ]
        return numbers[0], numbers[1]


def test_what_would_change_is_shown_and_nothing_is_done(
    provider: Flask, at_provider: Browser
) -> None:
    before = count(provider)
    page = look(at_provider)
    assert at_provider.status == 200
    for words in (
        "New: 2. Changed: 1. As they are: 0. Nothing is saved yet.",
        "ort title: ORT → Первый канал, number: 1 → 5, group: News → Новости",
        "Line 7 two is in line 5 already",
        "New servers 1",
        "other.example:8080",
    ):
        assert words in page.text, words
    assert "somebodys" not in page.text
    assert page.wrong == []
    assert count(provider) == before


def test_it_is_imported_as_it_was_shown(provider: Flask, at_provider: Browser) -> None:
    page = import_it(at_provider, look(at_provider, package="basic"))
    assert "The playlist was imported." in page.text
    with provider.app_context():
        ort, two = channels.get("ort"), channels.get("two")
        assert (ort.title, ort.number, ort.group) == ("Первый канал", 5, "Новости")
        assert (two.title, two.logo) == ("Two", "https://pictures.example/2.png")
        third = channels.get("live/three")
        assert third.server is not None
        assert third.server.url == "http://other.example:8080"
        assert {channel.name for channel in packages.get("basic").channels} == {
            "ort", "two", "live/three"
        }  # fmt: skip


def test_channels_that_are_there_may_stay_as_they_are(
    provider: Flask, at_provider: Browser
) -> None:
    page = look(at_provider, update=[])
    assert "New: 2. Changed: 0. As they are: 1." in page.text
    import_it(at_provider, page)
    with provider.app_context():
        assert channels.get("ort").title == "ORT"
        assert channels.get("two")


def test_one_server_may_have_all_channels(provider: Flask, at_provider: Browser) -> None:
    text = PLAYLIST + "#EXTINF:-1,Four\nhttp://other.example:8080/four.ts\n"
    page = look(at_provider, text, server="main")
    assert "New servers" not in page.text
    assert "https://media.example/four/index.m3u8" in page.text
    import_it(at_provider, page)
    assert count(provider)[1] == 1


@pytest.mark.parametrize("what", ["playlist", "channels", "choice"])
def test_what_is_not_as_it_was_shown_is_not_done(
    provider: Flask, at_provider: Browser, what: str
) -> None:
    page = look(at_provider)
    typed: dict[str, Any] = {}
    if what == "playlist":
        typed["packed"] = (
            look(at_provider, PLAYLIST.replace("Two", "2")).form("import").value("packed")
        )
    elif what == "channels":
        with provider.app_context():
            channels.create(name="two")
            database.session().commit()
    else:
        typed["update"] = []
    before = count(provider)
    page = import_it(at_provider, page, **typed)
    assert at_provider.status == 422
    assert "This is not what was shown before" in page.text
    assert count(provider) == before
    # Now it was shown, so it can be done.
    assert "The playlist was imported." in import_it(at_provider, page).text


def test_lines_that_cant_be_used_are_told_and_left_out_if_that_is_ticked(
    provider: Flask, at_provider: Browser
) -> None:
    page = look(
        at_provider,
        PLAYLIST + "#EXTINF:-1,<script>alert(1)</script>\nnot a url\n"
        "#EXTINF:-1,Multicast\nudp://239.0.0.1:1234\n#EXTINF:-1,Last",
    )
    assert "Lines that can't be used 3" in page.text
    assert "Line 11 'not a url' is not a complete URL" in page.text
    assert "Line 13 udp://239.0.0.1:1234 is no web address" in page.text
    assert "Line 14 no URL follows" in page.text
    before = count(provider)
    page = import_it(at_provider, page)
    assert at_provider.status == 422
    assert "Must be ticked" in page.words_of("iptv-skip-problem")
    assert count(provider) == before
    page = import_it(at_provider, page, skip="1")
    assert "The playlist was imported." in page.text
    assert count(provider) == (4, 2)


@pytest.mark.parametrize(
    ("typed", "field", "words"),
    [
        ({}, "file", "Choose a file"),
        ({"text": "<html>"}, "text", "Line 1: '<html>' is not #EXTM3U"),
        ({"text": "#EXTM3U", "url": "https://a.example/"}, "text", "Give only one of these three"),
        ({"url": "ftp://a.example/"}, "url", "The URL must be http or https"),
        ({"url": "http://10.0.0.1/"}, "url", "is a private address"),
        ({"text": PLAYLIST, "server": "gone"}, "server", "There is no server 'gone'"),
        ({"text": PLAYLIST, "package": "gone"}, "package", "There is no package 'gone'"),
    ],
)
def test_what_is_wrong_is_said_beside_its_field(
    provider: Flask, at_provider: Browser, typed: dict[str, str], field: str, words: str
) -> None:
    page = at_provider.send(at_provider.open(PAGE).form("import"), **typed)
    assert at_provider.status == 422
    assert words in page.words_of(f"iptv-{field}-problem")
    assert "autofocus" in page.by_id(f"iptv-{field}")
    for name, value in typed.items():
        assert page.form("import").value(name) == value.replace("\n", "\r\n") or "\n" in value
    assert page.wrong == []


def test_an_empty_playlist_changes_nothing(provider: Flask, at_provider: Browser) -> None:
    assert "Nothing is to be done" in look(at_provider, "#EXTM3U\n").text


def upload(browser: Browser, content: bytes, **fields: str) -> Page:
    """Choose a file."""
    return browser.post(PAGE, file=(io.BytesIO(content), "list.m3u"), **fields)  # type: ignore[arg-type]


def long_playlist(channels: int) -> bytes:
    """A playlist of as many channels, of more than 250 bytes each."""
    lines = ["#EXTM3U"]
    for number in range(channels):
        logo = f"https://pictures.example/{number:0120x}.png"
        lines.append(f'#EXTINF:-1 tvg-logo="{logo}",C {number}')
        lines.append(f"https://media.example/c{number}/index.m3u8?token={number:060x}")
    return "\n".join(lines).encode()


@pytest.mark.parametrize("limit", ["flask", "host"])
def test_a_file_of_20000_channels_is_looked_at_and_imported(
    provider: Flask, at_provider: Browser, limit: str
) -> None:
    content = long_playlist(20_000)
    assert len(content) > 5_000_000
    if limit == "host":
        # A host that reads every form itself, as Flask-WTF does, with less room than we give.
        provider.before_request(_read_form)
    with statements() as seen:
        page = upload(at_provider, content)
    assert "New: 20,000." in page.text
    assert "and 19,980 more" in page.text
    assert "Import 20,000 channels" in page.text
    assert len(seen) < 60
    packed = page.form("import").named("packed")
    if packed:
        assert len(page.html) < 2_000_000
        page = import_it(at_provider, page)
    else:
        assert "please choose the same one again" in page.text
        seen_before = page.form("import").value("seen")
        page = browser_again(at_provider, content, seen_before)
    assert "The playlist was imported." in page.text
    assert bool(packed) is (limit == "flask")
    assert count(provider)[0] == 20_002


def browser_again(browser: Browser, content: bytes, seen: str) -> Page:
    """Choose the same file for the import itself."""
    file: Any = (io.BytesIO(content), "list.m3u")
    return browser.post(f"{PAGE}/now", file=file, seen=seen, update="1")


def _read_form() -> None:
    request.max_form_memory_size = 100_000
    request.form.get("csrf_token")


def test_a_playlist_is_fetched_from_its_address(app: Flask, browser: Browser) -> None:
    def media(environ: dict[str, Any], start_response: Any) -> list[bytes]:
        found = environ["PATH_INFO"] == "/list.m3u"
        start_response("200 OK" if found else "404 Not Found", [("Content-Type", "text/plain")])
        return [PLAYLIST.encode()]

    with serve(media) as address:
        page = browser.send(browser.open(PAGE).form("import"), url=f"{address}/list.m3u")
        assert "New: 3." in page.text
        page = import_it(browser, page)
        assert "The playlist was imported." in page.text
        page = browser.send(browser.open(PAGE).form("import"), url=f"{address}/nothing")
        assert "answers with 404 and no playlist" in page.words_of("iptv-url-problem")
    assert count(app) == (3, 2)


@pytest.fixture
def app(make_app: Any) -> Flask:
    """An app that may fetch from this machine."""
    made: Flask = make_app(IPTV_FETCH_NETWORKS=["127.0.0.0/8"])
    return made


@pytest.mark.parametrize("packed", ["%%%", "AAAA", "eJw"])
def test_what_was_carried_and_broke_is_asked_for_again(
    provider: Flask, at_provider: Browser, packed: str
) -> None:
    page = at_provider.post(f"{PAGE}/now", packed=packed)
    assert at_provider.status == 422
    assert "got lost on its way" in page.words_of("iptv-file-problem")


def test_more_than_the_host_takes_is_refused_in_words(
    provider: Flask, at_provider: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(provider.config, "MAX_CONTENT_LENGTH", 1000)
    page = upload(at_provider, long_playlist(10))
    assert at_provider.status == 422
    assert "more than the site takes at once" in page.text
    assert page.wrong == []


def test_the_empty_list_of_channels_leads_here(browser: Browser) -> None:
    page = browser.open("/tv/admin/channels")
    assert [to for to, words in page.links if words == "Import a playlist"] == [PAGE, PAGE]
