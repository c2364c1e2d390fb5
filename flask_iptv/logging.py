"""Logs without tokens: a filter for a host's handlers, and the same for all of a process."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from .redaction import HIDDEN, redact, redact_traceback

__all__ = ["RedactionFilter", "install"]

#: What every record has, besides what its caller added with ``extra=``.
_STANDARD = frozenset(vars(logging.makeLogRecord({}))) | {"asctime"}

#: At INFO and DEBUG SQLAlchemy logs the values of every statement and row, without their names.
_OF_VALUES = "sqlalchemy.engine"

#: The loggers of this package. Theirs is no configuration of the host's.
_OURS = (
    "flask_iptv",
    "flask_iptv.admin",
    "flask_iptv.api",
    "flask_iptv.auth",
    "flask_iptv.players",
    "flask_iptv.viewer",
)

_FORMATTER = logging.Formatter()


class RedactionFilter(logging.Filter):
    """Takes tokens, keys, passwords, logins, cookies and signed links out of records.

    Add it to handlers: a logger's filter sees only what is logged by that very logger. Of each
    secret its last four characters stay, so that two lines can be matched. The message and its
    arguments, the traceback, the stack and what was given as ``extra=`` are looked at.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Called by logging; every record passes."""
        _redact_message(record)
        _redact_traceback(record)
        for name, value in vars(record).items():
            if name not in _STANDARD:
                setattr(record, name, _redacted(value))
        return True


def install() -> None:
    """Redact all that is logged in this process from now on, whatever the handlers are."""
    make = logging.getLogRecordFactory()
    if not isinstance(make, _Redacting):
        logging.setLogRecordFactory(_Redacting(make))


def guard_our_own() -> None:
    """Let no logger of this package write a token, also where a host has installed nothing."""
    for name in _OURS:
        logger = logging.getLogger(name)
        if _FILTER not in logger.filters:
            logger.addFilter(_FILTER)


class _Redacting:
    """What makes the records of a process, as before but redacted."""

    def __init__(self, make: Callable[..., logging.LogRecord]) -> None:
        self._make = make

    def __call__(self, *args: Any, **kwargs: Any) -> logging.LogRecord:
        record = self._make(*args, **kwargs)
        _FILTER.filter(record)
        return record


_FILTER = RedactionFilter()


def _redact_message(record: logging.LogRecord) -> None:
    if record.args and str(record.name).startswith(_OF_VALUES):
        record.args = _without_values(record.args)
    try:
        message = record.getMessage()
    except Exception:
        # The handler would say so, with all of them.
        message = f"{record.msg} (its arguments do not fit)"
        record.msg, record.args = redact(message), ()
        return
    redacted = redact(message)
    if redacted == message:
        return
    # Formatters may want the arguments one by one. Where it takes the words before one of them to
    # see what it is, there is only the whole.
    parts = _redacted(record.args)
    record.args = parts
    try:
        kept = record.getMessage() == redacted
    except Exception:
        # Mappings of some servers know more than what is in them.
        kept = False
    if not kept:
        record.msg, record.args = redacted, ()


def _without_values(args: Any) -> Any:
    return tuple(arg if isinstance(arg, str | int | float) else HIDDEN for arg in args)


def _redact_traceback(record: logging.LogRecord) -> None:
    if record.exc_info and record.exc_info[0] is not None:
        text = record.exc_text or _FORMATTER.formatException(record.exc_info)
        redacted = redact_traceback(text)
        if redacted != text:
            # Formatters take the text where there is one, and others would make it anew.
            record.exc_text, record.exc_info = redacted, None
    elif record.exc_text:
        record.exc_text = redact_traceback(record.exc_text)
    if record.stack_info:
        record.stack_info = redact_traceback(record.stack_info)


def _redacted(value: Any) -> Any:
    """A value of a record, with what is in it."""
    if isinstance(value, str):
        return redact(value)
    if isinstance(value, bytes):
        return redact(value.decode("utf-8", "backslashreplace")).encode()
    if isinstance(value, tuple):
        return tuple(map(_redacted, value))
    if isinstance(value, list):
        return list(map(_redacted, value))
    if isinstance(value, Mapping):
        return {name: _field(name, within) for name, within in value.items()}
    return value


def _field(name: object, value: Any) -> Any:
    redacted = _redacted(value)
    if redacted != value or not isinstance(value, str):
        return redacted
    # Its name may be what tells that it is one.
    line = f"{name}={value!r}"
    return redact(line).removeprefix(f"{name}=")[1:-1] if redact(line) != line else value
