"""Errors that nobody expected: told as Flask tells them, but without a token in the log."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable
from contextlib import suppress
from functools import wraps
from typing import Any

from flask import Flask, current_app, got_request_exception, request
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import HTTPException, InternalServerError

from . import database
from .logging import RedactionFilter

_FILTER = RedactionFilter()


def told(view: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a view so that Flask, which logs the whole path, does not log what it raises.

    A handler of the host for such an error is called as ever, and so is one for 500; with
    ``TESTING``, ``DEBUG`` or ``PROPAGATE_EXCEPTIONS`` the error is raised.
    """

    @wraps(view)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        try:
            return view(*args, **kwargs)
        except HTTPException:
            raise
        except Exception as error:
            return _answer(error)

    return guarded


def tell(error: Exception) -> None:
    """Let the host hear of an error that is being handled, in the way it hears of all others."""
    app = _app()
    got_request_exception.send(app, _async_wrapper=app.ensure_sync, exception=error)
    if app.logger.isEnabledFor(logging.ERROR):
        # Redacted here, since the handlers are the host's.
        record = app.logger.makeRecord(
            app.logger.name,
            logging.ERROR,
            __file__,
            0,
            "Exception on %s [%s]",
            (request.path, request.method),
            sys.exc_info(),
        )
        _FILTER.filter(record)
        app.logger.handle(record)


def _answer(error: Exception) -> Any:
    app = _app()
    try:
        return app.handle_user_exception(error)
    except Exception as unhandled:
        if unhandled is not error or _is_propagated(app):
            raise
    # Flask tells the host's functions for the end of a request what went wrong, and they might
    # otherwise commit what was half done.
    with suppress(SQLAlchemyError, OSError):
        database.session().rollback()
    tell(error)
    raise InternalServerError(original_exception=error)


def _is_propagated(app: Flask) -> bool:
    configured = app.config["PROPAGATE_EXCEPTIONS"]
    return bool(app.testing or app.debug if configured is None else configured)


def _app() -> Flask:
    return current_app._get_current_object()  # type: ignore[attr-defined,no-any-return]
