"""Whatever is typed into a field, it is the field that is named, and never the database."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from flask import Flask

from .browser import Browser

#: What no field takes, or no number or time is.
MUCH = (
    *("x" * 60_000, "ж" * 60_000, "%" * 60_000, "a\0b", "9" * 5000, "9223372036854775808", "1e9"),
    *("10000-01-01T00:00", "0000-01-01T00:00", "1," * 30_000),
    "\n".join(f"10.{number // 256}.{number % 256}.0/24" for number in range(10_000)),
)
#: Those of them that a text takes for a text, and a database may not.
ALONE = ("ж" * 60_000, "a\0b", "9" * 5000)
FORMS = (
    *("users/new", "users/1", "users/1/links", "channels/new", "channels/1", "packages/new"),
    *("packages/1", "servers/new", "servers/1", "servers/1/sync", "links", "explain"),
)
LISTS = {
    "users": "q state package enabled sort cursor done number",
    "channels": "q group package server enabled sort cursor",
    "packages": "q cursor",
    "packages/1/channels": "q group inside cursor",
    "servers": "q cursor",
    "sessions": "user channel q period cursor",
    "history": "user channel cursor",
    "cuts": "cursor",
    "links": "channel",
    "explain": "user channel",
}


@pytest.mark.parametrize("address", FORMS)
def test_no_field_of_a_form_is_too_much_for_the_site(provider: Flask, address: str) -> None:
    browser = Browser(provider)
    form = browser.open(f"/tv/admin/{address}").forms[-1]
    texts = {control.name: control.value for control in form.controls if control.is_sent}
    # Each field by itself, since what is wrong with one may hide another; and all at once.
    for names, values in (*(([name], ALONE) for name in texts), (list(texts), MUCH)):
        for value in values:
            page = browser.post(f"/tv/admin/{address}", **{**texts, **dict.fromkeys(names, value)})
            assert browser.status in (200, 409, 422), (names, value[:20])
            assert page.wrong == []


@pytest.mark.parametrize("noun", list(LISTS))
def test_no_part_of_an_address_is_too_much_for_a_list(provider: Flask, noun: str) -> None:
    browser = Browser(provider)
    for name in LISTS[noun].split():
        for value in ALONE:
            browser.open(f"/tv/admin/{noun}?{name}={quote(value)}")
            assert browser.status in (200, 400, 404), (name, value[:20])


@pytest.mark.parametrize("address", ["links", "explain", "users/1/links"])
def test_a_channel_of_60000_letters_is_refused_beside_its_field(
    at_provider: Browser, address: str
) -> None:
    page = at_provider.post(f"/tv/admin/{address}", channel="x" * 60_000, user="bob")
    assert at_provider.status == 422
    assert "at most 255 characters" in page.words_of("iptv-channel-problem")


def test_more_fields_than_the_site_takes_are_told_in_numbers(provider: Flask) -> None:
    browser = Browser(provider)
    provider.config["MAX_FORM_MEMORY_SIZE"] = 500_000
    answer = provider.test_client().post(
        "/tv/admin/users/1",
        data={f"field-{number}": "x" for number in range(1001)},
        content_type="multipart/form-data",
        headers=browser.headers,
    )
    assert answer.status_code == 413
    assert (
        "A form of this site may have 500.0 kB and 1,000 fields. Nothing was saved." in answer.text
    )
