"""What is raised where something is done too often."""

from __future__ import annotations

from werkzeug.exceptions import TooManyRequests

from ..phrases import Phrase


class TooMany(TooManyRequests):
    """Answered with 429 and ``Retry-After``.

    :param why: a sentence.
    :param seconds: to wait.
    """

    def __init__(self, why: str, seconds: int) -> None:
        super().__init__(f"{why} Try again in {seconds} s.", retry_after=seconds)
        self.why, self.seconds = why, seconds


#: Why a password is not looked at.
BUSY = Phrase("Other logins are being checked at this moment.")
