"""What a handler with our filter writes has no token in it, wherever in a record it was."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import sqlalchemy as sa

from flask_iptv.logging import RedactionFilter, install
from tests.overheard import OF_TESTS

TOKEN = "bobs-token"

log = logging.getLogger(OF_TESTS)


@pytest.fixture
def written() -> Iterator[io.StringIO]:
    """What a logger of the tests' own writes through a handler with the filter."""
    text = io.StringIO()
    handler = logging.StreamHandler(text)
    handler.addFilter(RedactionFilter())
    log.addHandler(handler)
    yield text
    log.removeHandler(handler)


@pytest.mark.parametrize(
    ("message", "args", "line"),
    [
        ("GET /my/bobs-token", (), "GET /my/…oken"),
        ("GET %s", ("/my/bobs-token",), "GET /my/…oken"),
        ("token=%s", (TOKEN,), "token=…oken"),
        ("%(path)s %(key)r", ({"path": "/my/bobs-token", "key": 1},), "/my/…oken 1"),
        ("%s", ({"token": TOKEN},), "{'token': '…oken'}"),
        ("failed: %s", (ValueError("no key='bobs-token'"),), "failed: no key='…oken'"),
        ("%s %d", ("/my/bobs-token", 5), "/my/…oken 5"),
        ({"token": TOKEN}, (), "{'token': '…oken'}"),
    ],
)
def test_messages_and_arguments(
    written: io.StringIO, message: Any, args: tuple[Any, ...], line: str
) -> None:
    log.error(message, *args)
    assert written.getvalue() == f"{line}\n"


def test_arguments_stay_apart_for_formatters_that_want_them_so() -> None:
    record = logging.makeLogRecord(
        {"msg": '%s - "%s %s" %d', "args": ("192.0.2.7", "GET", "/my/bobs-token", 200)}
    )
    RedactionFilter().filter(record)
    assert record.args == ("192.0.2.7", "GET", "/my/…oken", 200)


def test_arguments_that_do_not_fit_are_not_told_by_the_handler(
    written: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    log.error("token=%s", TOKEN, "token=bobs-token")
    assert TOKEN not in written.getvalue() + capsys.readouterr().err
    assert "its arguments do not fit" in written.getvalue()


def test_tracebacks_and_stacks(written: io.StringIO) -> None:
    try:
        try:
            raise KeyError("token=bobs-token")
        except KeyError as cause:
            raise ValueError("/my/bobs-token") from cause
    except ValueError:
        log.exception("it failed", stack_info=True)
    text = written.getvalue()
    assert TOKEN not in text
    assert "ValueError: /my/…oken" in text
    assert "KeyError: 'token=…oken'" in text
    assert f'File "{__file__}", line ' in text


def test_a_traceback_without_a_secret_stays_an_exception_for_other_handlers() -> None:
    try:
        raise ValueError("nothing to hide")
    except ValueError as error:
        record = logging.makeLogRecord({"msg": "it failed", "exc_info": (type(error), error, None)})
    RedactionFilter().filter(record)
    assert record.exc_info is not None
    assert record.exc_info[1] is not None


def test_what_was_added_to_a_record(written: io.StringIO) -> None:
    handler = log.handlers[-1]
    handler.setFormatter(logging.Formatter("%(path)s %(headers)s %(times)s"))
    headers = {"Cookie": "a=bobs-token", "X": ["token=bobs-token", b"/my/bobs-token"], "key": TOKEN}
    log.error("asked", extra={"path": "/my/bobs-token", "headers": headers, "times": 3})
    assert TOKEN not in written.getvalue()
    assert written.getvalue().startswith("/my/…oken {'Cookie': 'a=…oken'")
    assert written.getvalue().endswith(" 3\n")


def test_json(written: io.StringIO) -> None:
    log.error(json.dumps({"url": "/x?token=bobs-token&y=1", "key": TOKEN}))
    assert json.loads(written.getvalue()) == {"url": "/x?token=…oken&y=1", "key": "…oken"}


def test_statements_of_an_engine_that_tells_all(
    written: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    engines = logging.getLogger("sqlalchemy.engine.Engine")
    monkeypatch.setattr(engines, "handlers", log.handlers)
    monkeypatch.setattr(engines, "propagate", False)
    before = engines.level
    engines.setLevel(logging.DEBUG)
    try:
        engine = sa.create_engine("sqlite://")
        with engine.connect() as connection:
            connection.execute(sa.text("SELECT :token, 'x' AS y"), {"token": TOKEN}).all()
        engine.dispose()
    finally:
        # This forgets what loggers remember of their levels.
        engines.setLevel(before)
    assert "SELECT ?, 'x' AS y" in written.getvalue()
    assert TOKEN not in written.getvalue()


def test_all_of_a_process_is_redacted_once_it_is_installed() -> None:
    before = logging.getLogRecordFactory()
    try:
        install()
        factory = logging.getLogRecordFactory()
        install()
        assert logging.getLogRecordFactory() is factory
        record = log.makeRecord("site", logging.INFO, "", 1, "token=%s", (TOKEN,), None)
        assert record.getMessage() == "token=…oken"
    finally:
        logging.setLogRecordFactory(before)
