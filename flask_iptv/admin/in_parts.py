"""What is done to very many rows: part by part, each committed, for as long as a page may take."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from flask import Response, current_app, request

from .chosen import Chosen
from .forms import Form
from .lists import here, id_of
from .pages import show

#: Rows that are changed in one transaction: nobody else can write meanwhile on SQLite.
PART = 1000
#: Seconds after which a page says how far it has come; proxies and servers give up slow ones.
SECONDS = 4


@dataclass
class Progress:
    """How far it has come, which the next request brings along.

    :param after: the last id that is done, in the order of the ids.
    :param done: how many are done.
    :param changed: how many of them were not so before.
    """

    after: int
    done: int
    changed: int

    @classmethod
    def sent(cls) -> Progress:
        """How far the requests before have come."""
        return cls(*(id_of(request.form.get(name, "")) for name in ("after", "done", "changed")))

    def rest(self, chosen: Chosen) -> Chosen:
        """Those that are not done yet."""
        return chosen.beyond(self.after)

    def carry_on(self, rest: Chosen, form: Form, act: Callable[[list[int]], int]) -> bool:
        """Go on until everything is done or it takes too long.

        :param act: changes some rows and gives the number of those that were not so before.
        :return: whether no part was refused; else the form says why, and what was done before that
            stays done.
        """
        clock = current_app.extensions["iptv"].clock
        end = clock() + SECONDS
        for some in parts(rest.ids):
            changed = form.save(lambda some=some: act(some))  # type: ignore[misc]
            if changed is None:
                return False
            self.after, self.done = some[-1], self.done + len(some)
            self.changed += changed
            if clock() >= end:
                break
        return True

    def page(self, endpoint: str, rest: Chosen, fields: Mapping[str, object]) -> Response:
        """The page that says how far it has come, and goes on by itself where scripts run.

        :param endpoint: where its form is sent.
        :param rest: those that are not done yet.
        :param fields: what was sent, and is sent again.
        """
        carried = {**fields, "expected": rest.digest, **self.fields}
        total = self.done + len(rest.ids)
        return show(
            "bulk_progress",
            endpoint=endpoint,
            here=here(),
            carried=carried,
            done=self.done,
            total=total,
        )

    @property
    def fields(self) -> dict[str, int]:
        """How far it has come, for the next request."""
        return asdict(self)


def parts(ids: Sequence[int]) -> Iterator[list[int]]:
    """Rows in the parts in which they are changed.

    They are in one order, so two who change the same don't wait for each other for ever.
    """
    ordered = sorted(ids)
    for start in range(0, len(ordered), PART):
        yield ordered[start : start + PART]


def joined(states: Sequence[str]) -> str:
    """The states of all parts as one."""
    return hashlib.sha256("".join(states).encode()).hexdigest()
