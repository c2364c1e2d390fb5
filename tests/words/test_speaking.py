"""Words are said in the reader's language, and what is filled in stays harmless."""

from __future__ import annotations

import pickle
from collections.abc import Callable
from copy import copy, deepcopy

import pytest
from flask import Flask, render_template_string

from flask_iptv.phrases import Phrase, Sentence
from flask_iptv.words import language, number, said, size, spoken, tr, trn


@pytest.mark.parametrize(
    ("wanted", "tag", "words"),
    [("ru", "ru", "Привет, Ann"), ("ru_RU", "ru", "Привет, Ann"), ("de", "en", "Hello, Ann")],
)
def test_the_language_is_the_hosts_choice(site: Flask, wanted: str, tag: str, words: str) -> None:
    with site.test_request_context(f"/?language={wanted}"):
        assert language() == tag
        assert tr("Hello, %(name)s", name="Ann") == words


def test_without_flask_babel_everything_is_english(app: Flask, folder: object) -> None:
    with app.test_request_context("/?language=ru"):
        assert language() == "en"
        assert tr("Hello, %(name)s", name="Ann") == "Hello, Ann"
        assert number(1_234_567) == "1,234,567"


def test_without_a_request_everything_is_english(site: Flask) -> None:
    with site.app_context():
        assert language() == "en"


@pytest.mark.parametrize(
    ("num", "words"),
    [
        (1, "1 пользователь"),
        (3, "3 пользователя"),
        (11, "11 пользователей"),
        (0, "0 пользователей"),
    ],
)
def test_each_number_has_its_form(site: Flask, num: int, words: str) -> None:
    with site.test_request_context("/?language=ru"):
        assert trn("one user", "%(num)s users", num) == words


def test_english_has_two_forms(app: Flask) -> None:
    with app.test_request_context():
        assert trn("one user", "%(num)s users", 1) == "one user"
        assert trn("one user", "%(num)s users", 2000, num="2,000") == "2,000 users"


@pytest.mark.parametrize("wanted", ["en", "ru"])
def test_values_are_escaped_and_words_are_not(site: Flask, wanted: str) -> None:
    with site.test_request_context(f"/?language={wanted}"):
        page = render_template_string(
            "{{ tr('Hello, %(name)s', name=name) }} {{ said }}",
            tr=tr,
            name="<script>",
            said=said("Hello, %(name)s", name="<b>"),
        )
        assert "&lt;script&gt;" in page
        assert "&lt;b&gt;" in page
        assert "<" not in page
    with site.test_request_context("/"):
        assert tr("<b>%(name)s</b>", name="<") == "<b>&lt;</b>"


def test_a_percent_sign_without_values_is_one(site: Flask) -> None:
    with site.test_request_context("/?language=ru"):
        assert tr("100% fine") == said("100% fine") == "на 100% хорошо"


def test_numbers_are_written_as_the_language_does(site: Flask) -> None:
    with site.test_request_context("/?language=ru"):
        assert number(1_234_567) == "1\xa0234\xa0567"


def test_a_phrase_is_english_until_a_page_says_it(site: Flask) -> None:
    inner = Phrase("must be at least %(least)s", least=1)
    phrase = Phrase("%(problem)s (was %(value)s)", problem=inner, value="'0'")
    assert phrase == "must be at least 1 (was '0')"
    with site.test_request_context("/?language=ru"):
        assert spoken(phrase) == "не меньше 1 (было '0')"
        assert spoken("Hello, %(name)s") == "Hello, %(name)s"
        assert spoken("") == ""


def test_a_phrase_may_be_any_text() -> None:
    assert Phrase("100% fine") == "100% fine"
    assert Phrase("%(name)s", name="%(other)s %") == "%(other)s %"


@pytest.mark.parametrize("wanted", ["de", "ar_EG", "hi"])
def test_numbers_are_of_the_language_that_the_page_is_in(site: Flask, wanted: str) -> None:
    with site.test_request_context(f"/?language={wanted}"):
        assert language() == "en"
        assert number(1_234_567) == "1,234,567"
        assert size(1_234_567) == "1.2 MB"


@pytest.mark.parametrize("wanted", ["xx", "../..", "not a language", ""])
def test_what_names_no_language_is_english(site: Flask, wanted: str) -> None:
    with site.test_request_context(f"/?language={wanted}"):
        assert language() == "en"
        assert tr("Hello, %(name)s", name="Ann") == "Hello, Ann"
        assert number(1_234_567) == "1,234,567"


def test_somebody_elses_babel_is_none_of_ours(app: Flask, folder: object) -> None:
    app.extensions["babel"] = object()
    with app.test_request_context("/?language=ru"):
        assert language() == "en"


@pytest.mark.parametrize("copied", [copy, deepcopy, lambda text: pickle.loads(pickle.dumps(text))])
def test_a_copy_of_a_phrase_says_the_same(site: Flask, copied: Callable[[Phrase], Phrase]) -> None:
    inner = Phrase("must be at least %(least)s", least=1)
    for text in (inner, Sentence(inner), Sentence("100% fine"), Phrase("100% fine")):
        again = copied(text)
        assert type(again) is type(text)
        assert (again, again.words, again.values) == (text, text.words, text.values)
        with site.test_request_context("/?language=ru"):
            assert spoken(again) == spoken(text)
