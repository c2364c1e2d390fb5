"""Channels and packages in a real browser: switched, moved, imported and ticked."""

from __future__ import annotations

import re

from playwright.sync_api import Browser, Page, expect

from flask_iptv import channels, database, packages

from .screens import DESKTOP, opened
from .site import Site

PLAYLIST = """#EXTM3U
#EXTINF:-1 tvg-chno="70" group-title="Docs",Nature <b>One</b>
{media}/nature/index.m3u8
#EXTINF:-1 tvg-chno="71" group-title="Docs",Nature Two
{media}/nature-2/index.m3u8
"""


def titles(page: Page) -> list[str]:
    return page.locator("table.iptv-channels tbody th a").all_inner_texts()


def test_one_click_switches_a_channel_and_loads_no_page(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/admin/channels")
    page.evaluate("window.stayed = true")
    switch = page.get_by_role("switch", name="ORT: enabled")
    for state in ("false", "true"):
        with page.expect_response("**/enabled*") as answer:
            switch.click()
        assert answer.value.status == 204
        expect(switch).to_have_attribute("aria-checked", state)
        with lively_site.app.app_context():
            assert channels.get("ort").enabled is (state == "true")
    assert page.evaluate("window.stayed")


def test_a_channel_is_moved_by_a_button_and_by_its_number(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/admin/channels")
    first, second = titles(page)[:2]
    page.get_by_role("button", name=f"Move {second} up", exact=True).click()
    expect(page.locator("table.iptv-channels tbody th a").first).to_have_text(second)
    page.get_by_role("button", name=f"Move {first} up", exact=True).click()
    expect(page.locator("table.iptv-channels tbody th a").first).to_have_text(first)
    number = page.get_by_label(f"Number of {first}", exact=True)
    number.fill("9")
    with page.expect_response(lambda answer: answer.request.method == "POST"):
        number.press("Enter")
    expect(number).to_have_value("9")
    with lively_site.app.app_context():
        assert channels.get("ort").number == 9


def test_a_playlist_is_imported_after_a_look_at_what_would_change(
    page: Page, lively_site: Site
) -> None:
    page.goto(f"{lively_site.url}/tv/admin/channels/import")
    page.get_by_label("Or its text").fill(PLAYLIST.format(media=lively_site.media))
    page.get_by_role("button", name="Look what would change").click()
    expect(page.get_by_role("heading", name="This would be done")).to_be_visible()
    expect(page.get_by_role("heading", name=re.compile("New channels"))).to_be_visible()
    with lively_site.app.app_context():
        assert channels.page(search="nature").count == 0
    page.get_by_role("button", name="Import 2 channels").click()
    page.wait_for_url("**/admin/channels?**")
    with lively_site.app.app_context():
        found = channels.page(search="nature", sort="number").items
        assert [channel.title for channel in found] == ["Nature <b>One</b>", "Nature Two"]


def test_channels_are_found_and_ticked_for_a_package(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/admin/packages/1/channels")
    page.get_by_role("searchbox").press_sequentially("espn")
    box = page.get_by_role("checkbox", name="ESPN HD sport/espn hd")
    expect(page.get_by_role("checkbox")).to_have_count(1)
    for ticked in (True, False):
        with page.expect_response("**/channels**"):
            box.set_checked(ticked)
        said = "2 channels are in it" if ticked else "1 channel is in it"
        expect(page.get_by_text(said)).to_be_visible()
        with lively_site.app.app_context():
            names = [channel.name for channel in packages.get("basic").channels]
            assert ("sport/espn hd" in names) is ticked


def test_who_has_a_package_is_said_before_it_is_deleted(page: Page, lively_site: Site) -> None:
    page.goto(f"{lively_site.url}/tv/admin/packages/1/delete")
    expect(page.get_by_text("6 users")).to_be_visible()
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(re.compile("/packages/1$"))


def test_a_logo_that_does_not_come_leaves_a_letter(chromium: Browser, lively_site: Site) -> None:
    with lively_site.app.app_context():
        channels.update(channels.get("sport/espn hd"), logo=f"{lively_site.url}/no-logo.png")
        database.session().commit()
    for has_script in (True, False):
        # The browser does complain of it, in its console.
        with opened(chromium, DESKTOP, java_script_enabled=has_script) as page:
            page.goto(f"{lively_site.url}/tv/admin/channels", wait_until="networkidle")
            logo = page.get_by_role("row", name=re.compile("ESPN HD")).locator(".iptv-logo")
            expect(logo).to_have_text("E")
            expect(logo.locator("span")).to_be_visible()
            picture = logo.locator("img")
            if has_script:
                expect(picture).to_have_count(0)
            else:
                box = picture.bounding_box()
                assert not box or (box["width"], box["height"]) == (0, 0), "a broken picture"


def test_a_logo_that_comes_hides_the_letter(chromium: Browser, lively_site: Site) -> None:
    with lively_site.app.app_context():
        address = f"{lively_site.url}/tv/static/any/icon.svg"
        channels.update(channels.get("sport/espn hd"), logo=address)
        database.session().commit()
    with opened(chromium, DESKTOP) as page:
        page.goto(f"{lively_site.url}/tv/admin/channels")
        logo = page.get_by_role("row", name=re.compile("ESPN HD")).locator(".iptv-logo")
        expect(logo.locator("span")).to_be_hidden()
        box = logo.locator("img").bounding_box()
        assert box is not None
        assert box["width"] == 32
