"""A form: what it shows, what was typed, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar, cast

from flask import request

from .. import database
from ..errors import InvalidInput, NotFound, Problem
from ..fields import A_TEXT, WAS, is_blank
from ..models import Record
from ..phrases import Phrase, capital
from ..words import said, spoken
from . import lists

T = TypeVar("T")
R = TypeVar("R", bound=Record)

#: A text, a tick box, or the ids ticked in a list; the kind of a blank value is the field's kind.
Value = str | bool | frozenset[int]


class Form:
    """The fields of one form, in the order in which the page shows them.

    :param values: what the fields show.
    """

    def __init__(self, values: Mapping[str, Value]) -> None:
        self.values = dict(values)
        #: What is wrong with each field.
        self.problems: dict[str, list[str]] = {}
        #: What is wrong with the input as a whole.
        self.complaints: list[str] = []
        #: What is there now of fields that somebody else has changed to something else.
        self.conflicts: dict[str, Value] = {}
        #: The fields that only somebody else has changed.
        self.news: set[str] = set()
        #: Whether what is there may be newer than what the form has shown.
        self.is_late = False
        #: Whether what the form is about was deleted meanwhile.
        self.is_gone = False
        #: Whether what is wrong is in the database already, and nothing was sent.
        self.is_stored = False

    @classmethod
    def sent(cls, blank: Mapping[str, Value]) -> Form:
        """The form as it was sent: every field of ``blank``, exactly as it was typed."""
        return cls({name: _read(name, kind) for name, kind in blank.items()})

    def text(self, name: str) -> str:
        """What was typed into a text field, without the spaces around it."""
        return str(self.values[name]).strip()

    def changes(self, before: Mapping[str, Value]) -> dict[str, Any]:
        """The fields that differ; the others are not worth a word to the domain.

        Of anything, since what was typed may be anything: the domain's verbs check it.
        """
        return given({name: value for name, value in self.values.items() if value != before[name]})

    def save(self, act: Callable[[], T]) -> T | None:
        """Do what the form asks for and commit it.

        :return: what ``act`` made; ``None`` if the input was refused, and then :attr:`problems`
            and :attr:`complaints` say why.
        """
        try:
            done = act()
            database.commit()
        except InvalidInput as error:
            database.session().rollback()
            self.refuse(error)
            return None
        return done

    def refuse(self, error: InvalidInput) -> None:
        """Say what is wrong with the input."""
        for problem in error.problems:
            self._blame(problem)

    def look_over(self, problems: Sequence[Problem]) -> None:
        """Mark what is wrong with a record as it is in the database."""
        self.is_stored = bool(problems)
        for problem in problems:
            self._blame(problem)

    def namesake(self, find: Callable[[str], R], own: R | None = None) -> R | None:
        """The other record that has the name which was refused: after a double click, the new one.

        :param find: looks one up by name, or raises :class:`NotFound`.
        :param own: the record that the form is about.
        """
        if not self.is_wrong:
            return None
        try:
            other = find(self.text("name"))
        except NotFound:
            return None
        return None if other is own else other

    @property
    def is_wrong(self) -> bool:
        """Whether the input was refused."""
        return bool(self.problems or self.complaints or self.conflicts) and not self.is_stored

    @property
    def status(self) -> int:
        """The HTTP status of the page that shows this form."""
        if self.is_gone:
            return 404
        if self.conflicts or self.is_late:
            return 409
        return 422 if self.is_wrong else 200

    @property
    def marked(self) -> list[str]:
        """The fields with something to read beside them."""
        noted = (self.problems, self.conflicts, self.news)
        return [name for name in self.values if any(name in names for names in noted)]

    @property
    def focus(self) -> str | None:
        """The first field that is wrong."""
        wrong = (self.problems, self.conflicts)
        return next((name for name in self.values if any(name in names for names in wrong)), None)

    def _blame(self, problem: Problem) -> None:
        message = self._worded(problem)
        # An item of a list is "allowed_networks.0"; a whole-input sentence begins with a field.
        name = problem.field.partition(".")[0] or problem.message.partition(" ")[0]
        if name not in self.values:
            self.complaints.append(_sentence(message))
            return
        if problem.value is None and problem.message == A_TEXT:
            message = said("is required")
        self.problems.setdefault(name, []).append(_sentence(message))

    def _worded(self, problem: Problem) -> str:
        message: object = problem.message
        # A field shows what was typed; of many lines in one it does not show which is meant.
        is_shown = "." not in problem.field and not self.is_stored
        if is_shown and isinstance(message, Phrase) and message.words == WAS:
            message = message.values["problem"]
        return spoken(cast("str", message), self._name_fields)

    def _name_fields(self, words: str) -> str:
        for field in self.values:
            words = words.replace(field, field.replace("_", " "))
        return words


def given(values: Mapping[str, Value]) -> dict[str, Any]:
    """What was typed, as the domain takes it: to leave a field empty is to give nothing."""
    return {name: None if is_blank(value) else value for name, value in values.items()}


def _read(name: str, blank: Value) -> Value:
    if isinstance(blank, bool):
        return name in request.form
    if isinstance(blank, frozenset):
        # What is no id is the id of nothing, and refused as such.
        return frozenset(lists.id_of(text) for text in request.form.getlist(name))
    return request.form.get(name, "")


def _sentence(message: str) -> str:
    return capital(message) + ("" if message.endswith((".", "!", "?")) else ".")
