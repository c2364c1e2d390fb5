"""Signals a host can listen to; the sender is the app."""

from __future__ import annotations

from typing import Any

from blinker import NamedSignal, Namespace
from flask import current_app

__all__ = ["user_created", "user_deleted", "user_key_rotated", "user_updated"]

# Each is sent after the flush and before the commit, so a receiver's own changes join the same
# transaction and an exception raised by a receiver undoes both.
_signals = Namespace()

#: A user was created; keyword ``user``.
user_created = _signals.signal("iptv-user-created")
#: A user's fields or packages changed; keywords ``user`` and ``changed`` (a set of field names).
user_updated = _signals.signal("iptv-user-updated")
#: A user is about to be deleted; keyword ``user``.
user_deleted = _signals.signal("iptv-user-deleted")
#: A user's token was replaced; keyword ``user``.
user_key_rotated = _signals.signal("iptv-user-key-rotated")


def hosts_listen(signal: NamedSignal) -> bool:
    """Whether anybody but ourselves is told by one of these signals."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    told = (getattr(each, "__module__", "") for each in signal.receivers_for(app))
    return any(not module.startswith(f"{__package__}.") for module in told)


def send(signal: NamedSignal, **facts: Any) -> None:
    """Send one of these signals; the sender is the app that is serving."""
    signal.send(current_app._get_current_object(), **facts)  # type: ignore[attr-defined]
