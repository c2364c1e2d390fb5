"""What follows a commit, and can no longer change that everything was saved."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any, cast
from weakref import WeakSet

from sqlalchemy import event
from sqlalchemy.orm import Session, scoped_session

log = logging.getLogger("flask_iptv")

_WAITING = "flask_iptv: after the commit"
_DONE = "flask_iptv: committed"
#: The classes of sessions of which we hear. SQLAlchemy takes a class for one that is gone and had
#: the same address in memory.
_noted: WeakSet[type[Session]] = WeakSet()


def commit(session: Any) -> None:
    """Commit the transaction of a session.

    What fails afterwards is logged, be it a host's: nobody may hear that nothing was saved.

    :raises Exception: if it was not committed.
    """
    own = _itself(session)
    kind = type(own)
    if kind not in _noted:
        # Before the listeners of a host, which may fail.
        event.listen(kind, "after_commit", _note, insert=True)
        _noted.add(kind)
    own.info[_DONE] = False
    try:
        own.commit()
    except Exception:
        if not own.info[_DONE]:
            raise
        log.exception("all was saved, but something that follows a commit failed")
        own.close()


def after(session: Any, name: str, action: Callable[[], None]) -> None:
    """Do something as soon as the transaction of a session is committed; nothing if it isn't.

    :param name: what it is called in the log if it fails.
    :param action: must not use the session.
    """
    own = _itself(session)
    if _WAITING not in own.info:
        own.info[_WAITING] = []
        event.listen(own, "after_commit", _act)
        event.listen(own, "after_rollback", _give_up)
    own.info[_WAITING].append((name, action))


def _itself(session: Any) -> Session:
    return cast(Session, session() if isinstance(session, scoped_session) else session)


def _note(own: Session) -> None:
    own.info[_DONE] = True


def _act(own: Session) -> None:
    actions, own.info[_WAITING] = own.info[_WAITING], []
    for name, action in actions:
        try:
            action()
        except Exception:
            log.exception("all was saved, but after the commit this failed: %s", name)


def _give_up(own: Session) -> None:
    own.info[_WAITING] = []
