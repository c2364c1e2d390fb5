"""One Redis or Valkey server, asked over connections that are kept."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Sequence
from typing import Any

from redis.connection import Connection
from redis.exceptions import ConnectionError as BrokenConnection
from redis.exceptions import NoScriptError, RedisError, ResponseError
from redis.exceptions import TimeoutError as TooLate

from ... import forks
from ...errors import Unavailable
from ...phrases import Phrase
from ...resting import Rest
from .scripts import Call

#: For connections of redis-py's pool, which is not used: it costs more than the question.
_OF_A_POOL = ("max_connections", "timeout")

#: Seconds of its first rest after it was silent, of the longest, and for whoever tries it then.
_RESTS = (0.5, 4.0, 2.0)


class Server:
    """A server behind a URL; one that hangs is tried by one, while the others hear so at once.

    :param options: what :func:`redis.connection.parse_url` makes of the URL.
    """

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = {name: options[name] for name in options if name not in _OF_A_POOL}
        self._class: type[Any] = self._options.pop("connection_class", Connection)
        self._idle: deque[Any] = deque()
        self._rest = Rest(*_RESTS)
        # Says at once if an option of the URL is unknown; it does not connect.
        self._new()
        forks.forget_in_children(self)

    def ask(self, calls: Sequence[Call]) -> list[Any]:
        """Run scripts in one round trip and give their answers in order.

        The answer of one that failed is an :exc:`~flask_iptv.errors.Unavailable`.

        :raises Unavailable: if there is no answer at all.
        """
        began = time.monotonic()
        if not self._rest.may_ask(began):
            raise Unavailable("Redis", Phrase("it said nothing a moment ago"))
        try:
            answers = self._exchange([call.packed for call in calls])
            unknown = [at for at, answer in enumerate(answers) if type(answer) is NoScriptError]
            if unknown:
                # The server was restarted or is a new one.
                self._exchange(list({calls[at].script.loading for at in unknown}))
                again = self._exchange([calls[at].packed for at in unknown])
                for at, answer in zip(unknown, again, strict=True):
                    answers[at] = answer
        except (RedisError, OSError) as error:
            if isinstance(error, TooLate | TimeoutError):
                self._rest.was_silent(began, time.monotonic())
            else:
                # What fails at once keeps nobody waiting.
                self._rest.answered(time.monotonic())
            raise Unavailable("Redis", str(error)) from error
        self._rest.answered(time.monotonic())
        return [Unavailable("Redis", str(answer)) if isinstance(answer, ResponseError) else answer
                for answer in answers]  # fmt: skip

    def close(self) -> None:
        """Let go of the connections that nobody uses at the moment."""
        while self._idle:
            self._idle.pop().disconnect()

    def forget(self) -> None:
        """Begin anew in a process that was forked from the one that has the connections."""
        self._idle = deque()
        self._rest = Rest(*_RESTS)

    def _new(self) -> Any:
        return self._class(**self._options)

    def _exchange(self, commands: Sequence[bytes]) -> list[Any]:
        try:
            connection = self._idle.pop()
        except IndexError:
            return self._round_trip(self._new(), commands)
        try:
            return self._round_trip(connection, commands)
        except BrokenConnection:
            # The server was restarted, or has had enough of a connection so long unused.
            return self._round_trip(self._new(), commands)

    def _round_trip(self, connection: Any, commands: Sequence[bytes]) -> list[Any]:
        connection.send_packed_command(commands)
        answers = []
        for _ in commands:
            try:
                answers.append(connection.read_response())
            except ResponseError as error:
                answers.append(error)
        self._idle.append(connection)
        return answers
