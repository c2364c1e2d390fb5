"""Each catalog has every word of the code and the templates, with the same values in it."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from flask_iptv.words import catalogs

from .extracted import Words, extracted

LANGUAGES = sorted(path.name for path in catalogs.FOLDER.iterdir())


@pytest.fixture(scope="module", params=LANGUAGES)
def catalog(request: pytest.FixtureRequest) -> Catalog:
    """A catalog that is shipped."""
    with catalogs._path(request.param).open("rb") as file:
        return read_po(file, locale=request.param, abort_invalid=True)


def test_russian_is_shipped() -> None:
    assert "ru" in LANGUAGES


def test_every_word_is_translated_and_no_other(catalog: Catalog) -> None:
    words = extracted()
    done = {_id(message) for message in _messages(catalog) if all(_texts(message.string))}
    assert sorted(map(str, words - done)) == []
    assert sorted(map(str, {_id(message) for message in _messages(catalog)} - words)) == []
    assert not [message.id for message in _messages(catalog) if message.fuzzy]


def test_every_translation_has_the_same_values(catalog: Catalog) -> None:
    wrong = [
        message.id
        for message in _messages(catalog)
        for text in _texts(message.string)
        # A form for one thing need not say the number.
        if _values(text) | {"num"} != _values(_texts(message.id)[-1]) | {"num"}
    ]
    assert wrong == []


def test_every_translation_has_the_same_html_and_breaks_no_attribute(catalog: Catalog) -> None:
    wrong = [
        message.id
        for message in _messages(catalog)
        for text in _texts(message.string)
        if _tags(text) != _tags(_texts(message.id)[-1]) or ('"' in re.sub(r"<[^>]*>", "", text))
    ]
    assert wrong == []


def test_every_form_of_a_number_is_there(catalog: Catalog) -> None:
    for message in _messages(catalog):
        assert len(_texts(message.string)) == (catalog.num_plurals if message.pluralizable else 1)


def _messages(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def _id(message: Message) -> Words:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _texts(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]


def _values(text: str) -> set[str]:
    return set(re.findall(r"%\((\w+)\)s", text))


def _tags(text: str) -> list[str]:
    return sorted(re.findall(r"<[^>]*>", text))
