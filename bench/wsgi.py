"""Calling a WSGI application in this process, as a server does but without one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from werkzeug.test import EnvironBuilder

from .figures import Unmeasured

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


class WrongStatus(Unmeasured):
    """An application answered something else than 200, so its speed means nothing."""


def environ(path: str, **headers: str) -> WSGIEnvironment:
    """The environment of a GET from this machine.

    :param path: with its query.
    """
    builder = EnvironBuilder(path=path, headers=list(headers.items()))
    made = builder.get_environ()
    builder.close()
    return made | {"REMOTE_ADDR": "127.0.0.1"}


def run(application: WSGIApplication, asked: WSGIEnvironment) -> int:
    """Ask and read the whole answer.

    :returns: its length in bytes.
    :raises WrongStatus: if it is not 200.
    """
    status = ""

    def start_response(given: str, *more: Any) -> Any:
        nonlocal status
        status = given

    # Flask writes into it.
    answer = application(dict(asked), start_response)
    length = sum(map(len, answer))
    close = getattr(answer, "close", None)
    if close is not None:
        close()
    if not status.startswith("200"):
        raise WrongStatus(f"{status} for {asked['PATH_INFO']}")
    return length
