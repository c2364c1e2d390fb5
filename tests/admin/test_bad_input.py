"""Forms keep what was typed, say what is wrong beside the field, and save nothing."""

from __future__ import annotations

from collections.abc import Callable
from threading import Barrier, Thread

import pytest
from flask import Flask
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from flask_iptv import channels, packages, servers, users
from tests.examples import examples
from tests.patience import LIMIT

from .browser import Browser, Typed

LONG = "ж" * 300

NEW = {
    "users": {"name": "new"},
    "channels": {"name": "new"},
    "packages": {"name": "new"},
    "servers": {"name": "new", "url": "https://new.example"},
}


def counts(app: Flask) -> dict[str, int]:
    """How many records of each kind there are."""
    with app.app_context():
        return {
            "users": users.page(limit=1).count,
            "channels": channels.page(limit=1).count,
            "packages": packages.page(limit=1).count,
            "servers": servers.page(limit=1).count,
        }


WRONG = [
    ("users", "name", "", "Is required."),
    ("users", "name", "  ", "Is required."),
    ("users", "name", LONG, "at most 255 characters"),
    ("users", "name", "a/b", "or have a '/' in it"),
    ("users", "name", "tab\tbed", "control character, U+0009"),
    ("users", "name", "nul\0", "control character, U+0000"),
    ("users", "name", "bob", "Another user has the name 'bob'; choose a different one."),
    ("users", "email", "nobody", "Must be an address such as 'viewer@example.com'"),
    ("users", "max_sessions", "0", "be at least 1"),
    ("users", "max_sessions", "1.5", "whole number"),
    ("users", "max_sessions", "9" * 400, "ust be"),
    ("users", "expires_at", "tomorrow", "such as '2026"),
    ("users", "starts_at", "2026-13-01T00:00", "such as '2026"),
    ("users", "key", "two words", "no spaces"),
    ("users", "key", "bobs-token", "Another user has this key"),
    ("users", "key", "k" * 129, "at most 128 characters"),
    ("users", "allowed_networks", "10.0.0.1/8\n::1", "did you mean '10.0.0.0/8'?"),
    ("users", "allowed_networks", "home", "Must be a network such as"),
    ("users", "comment", "x" * 2001, "at most 2000 characters"),
    ("channels", "name", "/ort", "no slash at either end"),
    ("channels", "name", "ort", "Another channel has the name 'ort'"),
    ("channels", "number", "first", "whole number"),
    ("channels", "number", "-1", "be at least 0"),
    ("channels", "logo", "javascript:alert(1)", "Must be a web address"),
    ("channels", "server", "gone", "There is no server 'gone'."),
    ("channels", "title", LONG, "at most 255 characters"),
    ("packages", "name", "a/b", "or have a '/' in it"),
    ("packages", "name", "basic", "Another package has the name 'basic'"),
    ("servers", "name", "main", "Another server has the name 'main'"),
    ("servers", "url", "media.example", "Must be a base address"),
    ("servers", "url", "https://a.example/?x", "without a query"),
    ("servers", "url", "https://a.example;b", "host has only letters, digits, dots"),
    ("servers", "url", "https://a,b.example/tv", "host has only letters, digits, dots"),
    ("servers", "hls_template", "{name}", "Must start with {base}/"),
    ("servers", "securetoken_keys", "k\n" * 11, "at most 10 items"),
]


@pytest.mark.parametrize("noun", list(NEW))
def test_what_is_wrong_is_said_beside_its_field(
    at_provider: Browser, provider: Flask, noun: str
) -> None:
    before = counts(provider)
    empty = at_provider.open(f"/tv/admin/{noun}/new").form()
    for field, value, words in (row[1:] for row in WRONG if row[0] == noun):
        page = at_provider.send(empty, **{**NEW[noun], field: value})
        assert at_provider.status == 422, (field, value)
        assert page.wrong == []
        assert "Nothing was saved" in page.text
        assert words in page.words_of(f"iptv-{field}-problem")
        wrong = page.by_id(f"iptv-{field}")
        assert wrong["aria-invalid"] == "true"
        assert f"iptv-{field}-problem" in wrong["aria-describedby"]
        assert "autofocus" in wrong
        assert page.form().value(field) == value
    assert counts(provider) == before


def test_dates_that_are_reversed_are_said_beside_the_second(at_provider: Browser) -> None:
    page = at_provider.open("/tv/admin/users/new")
    dates = {"starts_at": "2027-01-01T00:00", "expires_at": "2026-01-01T00:00"}
    page = at_provider.send(page, name="new", **dates)
    assert page.words_of("iptv-expires_at-problem") == (
        "Expires at (2026-01-01 00:00 UTC) must be after starts at (2027-01-01 00:00 UTC)."
    )
    assert page.form().value("starts_at") == "2027-01-01T00:00"


def test_everything_typed_is_kept_and_the_first_wrong_field_has_the_focus(
    at_provider: Browser,
) -> None:
    typed: dict[str, Typed] = {
        "name": " <script>alert(1)",
        "email": "x",
        "packages": ["1"],
        "max_sessions": "many",
        "expires_at": "never",
        "enabled": [],
        "allowed_networks": "a\nb",
        "key": "\u202e\u05d0\u05d1",
        "comment": "\n</textarea><script>\n",
    }
    page = at_provider.send(at_provider.open("/tv/admin/users/new"), **typed)
    assert page.wrong == []
    assert [field for _, field in page.elements if "autofocus" in field] == [
        page.by_id("iptv-email")
    ]
    form = page.form()
    for name, value in typed.items():
        kept = form.ticked(name) if isinstance(value, list) else form.value(name)
        assert kept == value, name
    (details,) = page.all("details")
    assert "open" in details, "it holds wrong fields"
    for name in ("email", "max_sessions", "expires_at", "allowed_networks", "key"):
        assert page.words_of(f"iptv-{name}-problem")


def test_a_wrong_change_leaves_a_record_as_it_was(provider: Flask, at_provider: Browser) -> None:
    page = at_provider.open("/tv/admin/users/1")
    page = at_provider.send(page, name="eve", comment="changed", max_sessions="9")
    assert at_provider.status == 422
    assert "Open the user eve" in page.words_of("iptv-name-problem")
    assert page.form().value("max_sessions") == "9"
    with provider.app_context():
        user = users.get(1)
        assert (user.name, user.comment, user.max_sessions) == ("bob", None, 1)


@pytest.mark.parametrize("noun", [noun for noun in NEW if noun != "users"])
def test_a_double_click_makes_one_and_leads_to_it(
    provider: Flask, at_provider: Browser, noun: str
) -> None:
    before = counts(provider)
    form = at_provider.open(f"/tv/admin/{noun}/new").form()
    at_provider.send(form, **NEW[noun])
    page = at_provider.send(form, **NEW[noun])
    assert at_provider.status == 422
    page = at_provider.open(page.link(f"Open the {noun[:-1]} new"))
    assert page.form().value("name") == "new"
    assert counts(provider) == before | {noun: before[noun] + 1}


def test_two_clicks_at_the_same_moment_make_one(provider: Flask) -> None:
    barrier = Barrier(2)
    statuses: list[int] = []
    ends: list[str] = []

    def click() -> None:
        browser = Browser(provider)
        form = browser.open("/tv/admin/users/new").form()
        barrier.wait(LIMIT)
        browser.send(form, name="new")
        statuses.append(browser.status)
        ends.append(browser.address)

    threads = [Thread(target=click) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(LIMIT)
    assert statuses == [200, 200]
    assert ends == ["/tv/admin/users/3/playlists?done=user-created"] * 2
    assert counts(provider)["users"] == 3


@pytest.mark.parametrize("noun", [*NEW, "sessions"])
def test_a_cursor_that_no_list_gave_is_refused_in_words(at_provider: Browser, noun: str) -> None:
    for cursor in ("x", "W10", "%00", "x" * 999, "eyJ"):
        page = at_provider.open(f"/tv/admin/{noun}?cursor={cursor}")
        assert at_provider.status == 400, cursor
        assert "must be the cursor that the list itself gave" in page.text
        assert page.wrong == []


def test_a_switch_is_set_to_nothing_but_on_or_off(provider: Flask, at_provider: Browser) -> None:
    for noun in ("users", "channels"):
        for value in ("perhaps", "", "2"):
            page = at_provider.post(f"/tv/admin/{noun}/1/enabled", enabled=value)
            assert at_provider.status == 400, value
            assert "Enabled: must be true or false" in page.text
        at_provider.post(f"/tv/admin/{noun}/1/enabled")
        assert at_provider.status == 400
    with provider.app_context():
        assert users.get(1).enabled


anything = st.dictionaries(
    st.sampled_from(["packages", "channels", *dict.fromkeys(field for _, field, _, _ in WRONG)]),
    st.text(max_size=40) | st.sampled_from(["1", "new", "2026-01-01T00:00", "https://x.example"]),
)


@settings(max_examples=examples(40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(noun=st.sampled_from(list(NEW)), typed=anything)
def test_no_input_breaks_a_form(
    make_app: Callable[..., Flask], provider: Flask, noun: str, typed: dict[str, str]
) -> None:
    browser = Browser(provider)
    for address in (f"/tv/admin/{noun}/new", f"/tv/admin/{noun}/1"):
        page = browser.post(address, **typed)
        assert browser.status in (200, 409, 422)
        assert page.wrong == []


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("email", "max_sessions_key", "Must be an address such as 'viewer@example.com'."),
        ("max_sessions", "0", "Must be at least 1."),
        ("allowed_networks", "::/0\nstarts_at", "(was 'starts_at')."),
        (
            "name",
            "a/b",
            "Can't be '.' or '..' or have a '/' in it, since it is part of web addresses.",
        ),
    ],
)
def test_a_problem_repeats_only_which_line_is_wrong_and_as_it_was_typed(
    at_provider: Browser, field: str, value: str, words: str
) -> None:
    empty = at_provider.open("/tv/admin/users/new")
    page = at_provider.send(empty, **{"name": "new", field: value})
    told = page.words_of(f"iptv-{field}-problem")
    assert told == words if "\n" not in value else told.endswith(words)


def test_a_name_in_a_problem_is_as_it_was_typed(at_provider: Browser) -> None:
    typed = {"name": "hls_template", "url": "https://media.example"}
    for _ in range(2):
        page = at_provider.send(at_provider.open("/tv/admin/servers/new"), **typed)
    told = page.words_of("iptv-name-problem")
    assert told.startswith("Another server has the name 'hls_template'")


@pytest.mark.parametrize("noun", list(NEW))
def test_the_title_of_the_page_says_that_something_is_wrong(
    at_provider: Browser, noun: str
) -> None:
    title = f"<title>New {noun.removesuffix('s')} · IPTV</title>"
    page = at_provider.open(f"/tv/admin/{noun}/new")
    assert title in page.html
    page = at_provider.send(page, **{**NEW[noun], "name": ""})
    assert title.replace("<title>", "<title>Error: ") in page.html
