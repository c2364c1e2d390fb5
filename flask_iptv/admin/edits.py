"""A form of a record that is there: it says what it has shown, and changes what was typed."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from flask import request

from .. import database, holding, records
from ..errors import NotFound, is_secret
from ..models import Record
from ..phrases import capital
from ..words import said, spoken
from . import lists
from .forms import Form, Value, given

R = TypeVar("R", bound=Record)
T = TypeVar("T")

#: The field that carries what a form, or a question before a deletion, has shown.
SEEN = "seen"
#: The field with the names of those that stay as somebody else has made them.
THEIRS = "theirs"
#: The argument of an address that asks for a token or key in the form.
CHANGE = "change"


def opened(model: type[R], noun: str, key: int) -> R:
    """The record that a form is about; as it is now and held, where the form was sent.

    :raises NotFound: if there is none.
    """
    if request.method != "POST":
        return records.by_id(model, noun, key)
    # All of the form, before anything is held: it may come slowly, or never.
    _ = request.form
    # What this request has read before must not hide what others have changed meanwhile.
    database.commit()
    return holding.hold(model, noun, key)


def asked(values: Mapping[str, Value]) -> dict[str, Value]:
    """What a form shows of a record: tokens and keys only where somebody asked to change them."""
    is_sent = request.method == "POST"
    wanted = set(request.form) if is_sent else set(request.args.getlist(CHANGE))
    return {name: value for name, value in values.items() if not is_secret(name) or name in wanted}


class Edit(Form):
    """The fields of a record, and of those what was typed, whatever others have changed since.

    A field that was left as it was shown stays as it is now. What both have changed is not saved,
    but shown with both values. Of ticks, each is a field of its own.

    :param now: what a form shows of the record as it is.
    :param versions: of fields that never show what is there, a text that changes with it.
    """

    def __init__(self, now: Mapping[str, Value], versions: Mapping[str, str] | None = None) -> None:
        super().__init__(now)
        self._now = dict(now)
        self._versions = versions or {}
        self._changes: dict[str, Value] = {}

    @classmethod
    def posted(cls, now: Mapping[str, Value], versions: Mapping[str, str] | None = None) -> Edit:
        """The form as it was sent, beside the record as it is now."""
        edit, sent = cls(now, versions), Form.sent(now)
        seen, theirs = carried(), frozenset(request.form.getlist(THEIRS))
        if seen is None:
            edit.is_late = True
            edit.complaints.append(untold())
        for name, value in now.items():
            # A text that was not sent at all is not an emptied one.
            is_left = name in theirs or (isinstance(value, str) and name not in request.form)
            mine = value if is_left else sent.values[name]
            edit._merge(name, mine, (seen or {}).get(name))
        return edit

    @property
    def seen(self) -> str:
        """What the form shows, to be carried in a field of it; without any token or key."""
        return json.dumps({name: self._mark(name, value) for name, value in self._now.items()})

    @property
    def edited(self) -> dict[str, Any]:
        """What is to be changed; of anything, since what was typed may be anything."""
        return given(self._changes)

    @property
    def beside(self) -> dict[str, str]:
        """What the address of the next page tells of what others have changed."""
        return {"others": "yes"} if self.news else {}

    def save(self, act: Callable[[], T]) -> T | None:
        """Do what the form asks for, unless somebody else has changed the same."""
        if self.is_wrong:
            database.session().rollback()
            return None
        return super().save(act)

    def _merge(self, name: str, mine: Value, seen: object) -> None:
        now = self._now[name]
        if name in self._versions:
            is_mine, is_theirs = mine != now, self._versions[name] != seen
        else:
            is_mine, is_theirs = self._mark(name, mine) != seen, self._mark(name, now) != seen
            if is_mine and self._mark(name, mine) == self._mark(name, now):
                is_mine = False
        if not is_mine:
            # Of a page that did not tell, nobody knows who has changed it.
            if is_theirs and seen is not None:
                self.news.add(name)
            return
        merged = _ticked(mine, now, seen) if is_theirs else mine
        if merged is None:
            self.values[name], self.conflicts[name] = mine, now
        else:
            self.values[name] = self._changes[name] = merged

    def _mark(self, name: str, value: Value) -> object:
        """What stands for a value in :attr:`seen`."""
        if name in self._versions:
            return self._versions[name]
        if isinstance(value, frozenset):
            return sorted(value)
        if not isinstance(value, str):
            return bool(value)
        # Browsers send line ends of their own, and the domain drops the spaces around a text.
        text = value.replace("\r\n", "\n").strip()
        return fingerprint(text) if is_secret(name) else text


def carried() -> dict[str, object] | None:
    """What the form that was sent has shown, as it tells; ``None`` if it doesn't."""
    try:
        seen = json.loads(request.form.get(SEEN, ""))
    except (ValueError, RecursionError):
        return None
    return seen if isinstance(seen, dict) else None


def _ticked(mine: Value, now: Value, seen: object) -> Value | None:
    """What is ticked now with what I have ticked and unticked; ``None`` if that is a conflict."""
    if not (isinstance(mine, frozenset) and isinstance(now, frozenset) and isinstance(seen, list)):
        return None
    shown = frozenset(id for id in seen if isinstance(id, int))
    merged = (now | (mine - shown)) - (shown - mine)
    # To leave nothing ticked is what one person must have wanted.
    return merged if merged or not mine else None


def ticked(name: str) -> tuple[frozenset[int], frozenset[int]] | None:
    """What was ticked and what was unticked in a list since it was shown.

    :return: ``None`` if the form does not tell what it had shown.
    """
    shown = (carried() or {}).get(name)
    if not isinstance(shown, list):
        return None
    # As many as can be ticked in a list, and nothing that is no id.
    before, now = lists.ids_of(map(str, shown)), lists.ids(name)
    return now - before, before - now


def untold() -> str:
    """What is said of a form that does not tell what it had shown."""
    return said("This page did not tell what it had shown, so it may be older than what is there "
                "now. Look it over and save again.")  # fmt: skip


def orphan(error: NotFound, blank: Mapping[str, Value]) -> Form:
    """What was typed about a record that was deleted meanwhile, to make it anew.

    :param error: says what is not there; raised if nothing was typed.
    :param blank: what the form of a new record has.
    """
    if request.method != "POST" or not request.form.keys() & blank.keys():
        raise error
    form = Form.sent(blank)
    form.is_gone = True
    what = spoken(error.message)
    form.complaints += [
        capital(said("%(what)s. It may have been deleted a moment ago.", what=what)),
        said("What you typed is still here: make it anew with that, or leave it."),
    ]
    return form


def fingerprint(*facts: object) -> str:
    """What stands for some facts in a field, such as for what a question has told."""
    return hashlib.sha256(repr(facts).encode("utf-8", "replace")).hexdigest()[:32]
