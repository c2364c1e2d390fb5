"""Saying words in the reader's language."""

from __future__ import annotations

from collections.abc import Callable

from markupsafe import Markup

from ..phrases import Phrase, Sentence, capital
from .catalogs import catalog


def tr(words: str, /, **values: object) -> Markup:
    """Say words in the reader's language.

    The words may have HTML in them, since they are ours; values are escaped.

    :param words: in English, with ``%(name)s`` where a value goes and, if there are values, ``%%``
        for a percent sign.
    """
    return _filled(catalog().gettext(words), values)


def trn(one: str, many: str, num: int, /, **values: object) -> Markup:
    """Say words about a number of things, in the plural form that the language has for it.

    :param one: in English for one, such as ``one user``.
    :param many: for any other number, such as ``%(num)s users``.
    :param num: how many; ``%(num)s`` is replaced by it, unless the values say how to write it.
    """
    return _filled(catalog().ngettext(one, many, num), {"num": num, **values})


def said(words: str, /, **values: object) -> str:
    """The same as :func:`tr` for what is no HTML: attributes that are escaped later, plain text."""
    text = catalog().gettext(words)
    return text % values if values else text


def spoken(text: str, reword: Callable[[str], str] | None = None) -> str:
    """What a part of the program that knows no language has said, in the reader's language.

    :param text: a :class:`~flask_iptv.phrases.Phrase`; anything else stays as it is.
    :param reword: changes the words before the values are filled in, which stay as they are.
    """
    if not isinstance(text, Phrase):
        return text
    values = {
        name: spoken(value, reword) if isinstance(value, str) else value
        for name, value in text.values.items()
    }
    words = said(text.words)
    if reword is not None:
        words = reword(words)
    if values:
        words %= values
    return capital(words) if isinstance(text, Sentence) else words


def _filled(text: str, values: dict[str, object]) -> Markup:
    # The catalogs and the templates are ours, and Markup escapes what is filled in.
    words = Markup(text)  # noqa: S704
    return words % values if values else words
