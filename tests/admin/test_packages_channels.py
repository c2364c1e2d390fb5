"""The channels of a package: ticked a page at a time, by whole groups, or all that were found."""

from __future__ import annotations

import pytest
import sqlalchemy as sa
from flask import Flask

from flask_iptv import channels, database, packages
from flask_iptv.models import Channel, utcnow
from tests.statements import statements

from .browser import Browser
from .test_packages import members

PAGE = "/tv/admin/packages/1/channels"


def fill(app: Flask, count: int) -> None:
    """Make channels in groups of twenty."""
    now = utcnow()
    rows = [
        {"name": f"кино {i}", "title": f"Кино {i}", "number": i, "group": f"Group {i // 20}",
         "created_at": now, "updated_at": now}
        for i in range(count)
    ]  # fmt: skip
    with app.app_context():
        database.session().execute(sa.insert(Channel), rows)
        database.session().commit()


def test_ticks_of_a_page_are_saved(provider: Flask, at_provider: Browser) -> None:
    page = at_provider.open(PAGE)
    form = page.form("1/channels")
    assert form.ticked("channels") == ["1"]
    page = at_provider.send(form, channels=["2"])
    assert page.form("1/channels").ticked("channels") == ["2"]
    assert members(provider, "basic") == ["sport/espn hd"]
    at_provider.send(page.form("1/channels"), channels=[])
    assert members(provider, "basic") == []


def test_ticks_that_are_not_shown_stay(provider: Flask, at_provider: Browser) -> None:
    form = at_provider.open(f"{PAGE}?q=espn").form("1/channels")
    at_provider.send(form, channels=["2"])
    assert "q=espn" in at_provider.address
    assert members(provider, "basic") == ["ort", "sport/espn hd"]
    form = at_provider.open(f"{PAGE}?inside=yes&group=News").form("1/channels")
    at_provider.send(form, channels=[])
    assert members(provider, "basic") == ["sport/espn hd"]


def test_a_script_saves_one_tick_and_is_told_how_many_there_are(
    provider: Flask, at_provider: Browser
) -> None:
    at_provider.headers["Accept"] = "application/json"
    page = at_provider.post(PAGE, seen='{"channels": []}', channels="2")
    assert page.html == '{"said":"2 channels are in it"}\n'
    page = at_provider.post(PAGE, seen='{"channels": [1]}')
    assert page.html == '{"said":"1 channel is in it"}\n'
    assert members(provider, "basic") == ["sport/espn hd"]


def test_what_is_no_channel_is_passed_over(provider: Flask, at_provider: Browser) -> None:
    many = str(list(range(100, 50_000)))
    for shown, ticked in (
        ("[1]", "1,77"),
        ('["one", -1, 77, null, NaN, {}, 1e400]', "one,-1,٣"),
        (f"[{10**30}, true, []]", str(10**30)),
        (many, ""),
        ("[1]", "1"),
    ):
        at_provider.post(PAGE, seen=f'{{"channels": {shown}}}', channels=ticked)
        assert at_provider.status == 200
    assert members(provider, "basic") == ["ort"]


def test_a_whole_group_is_added(provider: Flask, at_provider: Browser) -> None:
    fill(provider, 50)
    page = at_provider.open(PAGE)
    assert "Group 1 0 of 20" in page.text
    (form,) = [form for form in page.forms if form.named("group")]
    at_provider.post(form.address, do="add", group="Group 1")
    assert len(members(provider, "basic")) == 21
    assert "Group 1 20 of 20" in at_provider.open(PAGE).text


def test_all_that_were_found_are_added_and_taken_out_again(
    provider: Flask, at_provider: Browser
) -> None:
    fill(provider, 50)
    page = at_provider.open(f"{PAGE}?q=кино 4")
    assert "Add all found (11)" in page.text
    (form,) = [form for form in page.forms if "all?" in form.address]
    page = at_provider.send(form)
    assert "All channels that were found are in the package now." in page.text
    assert len(members(provider, "basic")) == 12
    page = at_provider.open(page.link("Remove all found…"))
    assert "Take 11 channels out of basic?" in page.text
    assert "1 user has this package" in page.text
    page = at_provider.send(page)
    assert "The channels were taken out of the package." in page.text
    assert members(provider, "basic") == ["ort"]


@pytest.mark.parametrize("fields", [{}, {"do": ""}, {"do": "delete"}, {"do": "Remove"}])
def test_what_is_neither_to_add_nor_to_remove_changes_nothing(
    provider: Flask, at_provider: Browser, fields: dict[str, str]
) -> None:
    page = at_provider.post(f"{PAGE}/all", **fields)
    assert at_provider.status == 422
    assert "Choose whether to add or to remove what was found." in page.text
    assert page.wrong == []
    at_provider.open(f"{PAGE}/all?do=add")
    assert at_provider.status == 422, "only leaving is asked about"
    assert members(provider, "basic") == ["ort"]


def test_a_playlist_is_as_old_as_the_last_change_of_its_packages(
    provider: Flask, at_provider: Browser
) -> None:
    with provider.app_context():
        before = packages.get("basic").updated_at
    form = at_provider.open(PAGE).form("1/channels")
    at_provider.send(form)
    with provider.app_context():
        assert packages.get("basic").updated_at == before
    at_provider.send(form, channels=[])
    with provider.app_context():
        assert packages.get("basic").updated_at > before


def test_a_package_without_channels_and_a_search_in_vain_say_so(
    app: Flask, browser: Browser
) -> None:
    with app.app_context():
        packages.create(name="empty")
        database.session().commit()
    page = browser.open(PAGE)
    assert "There are no channels to tick yet." in page.text
    with app.app_context():
        channels.create(name="one")
        database.session().commit()
    assert "No channel is in this package yet." in browser.open(f"{PAGE}?inside=yes").text
    assert "No channel found" in browser.open(f"{PAGE}?q=nothing").text


@pytest.mark.parametrize("count", [5000, 20_000])
def test_ticking_among_thousands_of_channels_is_light(
    provider: Flask, at_provider: Browser, count: int
) -> None:
    fill(provider, count)
    with statements() as seen:
        page = at_provider.open(PAGE)
    assert len(seen) <= 8, seen
    assert len(page.html.encode()) < 110_000
    assert page.wrong == []
    (form,) = [form for form in page.forms if form.address == f"{PAGE}/all" and form.named("seen")]
    with statements() as seen:
        at_provider.send(form)
    assert len(seen) <= 18, seen
    assert len(members(provider, "basic")) == count + 2
