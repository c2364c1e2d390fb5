"""Words that come to be where nobody knows the reader's language, and are said in it later."""

from __future__ import annotations


class Phrase(str):
    """English words with values in them; where a page shows them, it says them in its language.

    Everywhere else, as in JSON, logs and commands, it is the English text.

    :param words: with ``%(name)s`` where a value goes and, if there are values, ``%%`` for a
        percent sign.
    :param values: what goes there; may be phrases themselves.
    """

    __slots__ = ("values", "words")

    words: str
    values: dict[str, object]

    def __new__(cls, words: str, /, **values: object) -> Phrase:
        made = super().__new__(cls, words % values if values else words)
        made.words, made.values = words, values
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[object, ...], dict[str, object]]:
        """What copies are made of."""
        return (self.words,), self.values


class Sentence(Phrase):
    """A phrase with a capital in front and a full stop behind it, in every language."""

    __slots__ = ()

    def __new__(cls, phrase: str, /) -> Sentence:
        made = str.__new__(cls, f"{capital(phrase)}.")
        made.words, made.values = "%(phrase)s.", {"phrase": phrase}
        return made

    def __getnewargs_ex__(self) -> tuple[tuple[object, ...], dict[str, object]]:
        """What copies are made of."""
        return (self.values["phrase"],), {}


def capital(text: str) -> str:
    """Let a text begin with a capital letter."""
    return text[:1].upper() + text[1:]


def mark(words: str) -> str:
    """Mark words that are translated later, when they are said."""
    return words


def mark_many(one: str, many: str) -> tuple[str, str]:
    """The same for words about a number of things, in their two English forms."""
    return one, many
