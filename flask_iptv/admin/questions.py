"""A question before something is done for good, whose answer says what the question has told."""

from __future__ import annotations

from flask import request

from .. import database
from .edits import SEEN, fingerprint


class Question:
    """A question that a page asks and its one button answers.

    :param facts: what it tells; nothing secret. Once one of them is another, it is asked anew.
    """

    def __init__(self, *facts: object) -> None:
        #: What it tells, in a field of the answer.
        self.seen = fingerprint(*facts)

        if self.is_late:
            # Nothing is written, so nobody has to wait while the page is made.
            database.session().rollback()

    @property
    def is_answered(self) -> bool:
        """Whether this was sent with what is so now."""
        return request.method == "POST" and request.form.get(SEEN) == self.seen

    @property
    def is_late(self) -> bool:
        """Whether something was sent that is not so any more."""
        return request.method == "POST" and not self.is_answered

    @property
    def status(self) -> int:
        """The HTTP status of the page that asks."""
        return 409 if self.is_late else 200
