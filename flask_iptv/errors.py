"""What can go wrong, as exceptions that carry the facts and not only a sentence."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from .phrases import Phrase

__all__ = [
    "ConfigError",
    "Conflict",
    "Duplicate",
    "IPTVError",
    "InUse",
    "InvalidInput",
    "NotFound",
    "Problem",
    "SchemaError",
    "Unavailable",
]

#: What is looked up, and what has a name that is its own.
_NOUNS = {
    "user": Phrase("user"),
    "channel": Phrase("channel"),
    "package": Phrase("package"),
    "server": Phrase("server"),
    "session": Phrase("session"),
}

#: Fields whose values must differ.
_FIELDS = {"name": Phrase("name"), "key": Phrase("key")}


def noun_phrase(noun: str) -> str:
    """A noun as a phrase that can be said in another language, if it is one of ours."""
    return _NOUNS.get(noun, noun)


class IPTVError(Exception):
    """The root of every error this package raises on purpose."""

    @property
    def message(self) -> str:
        """What the error says; a phrase if it can be said in another language."""
        said: str = self.args[0] if self.args else ""
        return said


class ConfigError(IPTVError):
    """A configuration key is unknown or its value can't be used."""


class SchemaError(IPTVError):
    """The tables of this package are missing or older than the code."""


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one field of an input.

    :param field: the field's name as the caller wrote it, ``""`` for the input as a whole.
    :param value: what was given.
    :param message: what is wrong and what would be right.
    """

    field: str
    value: object
    message: str

    @property
    def told(self) -> str:
        """The message behind the name of its field, if it is about one."""
        if not self.field:
            return self.message
        return Phrase("%(field)s: %(message)s", field=self.field, message=self.message)


#: In the name of a field, right or misspelt, whose value must not get into anybody's log.
_SECRETS = ("key", "token", "secret", "pass")


def is_secret(field: str) -> bool:
    """Whether a field holds a token or a key, which must not be repeated in messages."""
    return any(word in field.lower() for word in _SECRETS)


#: Problems that are told of one input; nobody reads more, and somebody may send a million.
MAX_PROBLEMS = 100


class InvalidInput(IPTVError):
    """An input was refused; nothing of it was kept.

    :param problems: every problem found, in the order of the fields.
    :param untold: how many there are besides; see :data:`MAX_PROBLEMS`.
    """

    def __init__(self, problems: Sequence[Problem], untold: int = 0) -> None:
        self.problems = tuple(problems)
        self.untold = untold
        super().__init__("; ".join(problem.told for problem in self.problems))


def _shown(field: str, value: object) -> Phrase:
    # Messages end in logs, where no token may be.
    if is_secret(field):
        return Phrase("this %(field)s", field=_FIELDS.get(field, field))
    return Phrase("the %(field)s %(value)s", field=_FIELDS.get(field, field), value=repr(value))


class Duplicate(InvalidInput):
    """A value that must be unique is taken.

    :param noun: what has it already, such as ``"user"``.
    :param field: ``"name"`` or ``"key"``.
    :param value: what was given; of a ``key``, :attr:`problems` does not repeat it.
    """

    def __init__(self, noun: str, field: str, value: object) -> None:
        self.noun = noun
        message = Phrase("another %(noun)s has %(shown)s; choose a different one",
                         noun=noun_phrase(noun), shown=_shown(field, value))  # fmt: skip
        super().__init__([Problem(field, None if is_secret(field) else value, message)])


class Conflict(InvalidInput):
    """Another change at the same moment made this one impossible; nothing of it was kept."""


class NotFound(IPTVError):
    """There is no such user, channel, package, server or session.

    :param noun: what was looked for, such as ``"user"``.
    :param key: the id or name it was looked for by.
    """

    def __init__(self, noun: str, key: object) -> None:
        self.noun, self.key = noun, key
        super().__init__(
            Phrase("there is no %(noun)s %(key)s", noun=noun_phrase(noun), key=repr(key))
        )


class InUse(IPTVError):
    """Something can't be deleted while others need it."""


class Unavailable(IPTVError):
    """A storage does not answer, so nothing can be said: neither yes nor no.

    :param storage: which one, such as ``"the database"``.
    :param cause: what its driver said, without values.
    """

    def __init__(self, storage: str, cause: str) -> None:
        self.storage, self.cause = storage, cause
        words = Phrase("%(storage)s does not answer: %(cause)s", storage=storage, cause=cause)
        super().__init__(words)
