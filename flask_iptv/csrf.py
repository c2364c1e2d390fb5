"""The host's protection against cross-site requests, where it asks forms for a token."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

from flask import Flask, current_app


def seasurf(app: Flask) -> Any:
    """Find the app's SeaSurf, which is not among its extensions."""
    module = sys.modules.get("flask_seasurf")
    if module is not None:
        for call in app.before_request_funcs.get(None, ()):
            owner = getattr(call, "__self__", None)
            if isinstance(owner, module.SeaSurf):
                return owner
    return None


def field(csrf_token: Callable[[], str]) -> str:
    """Name the field in which the host looks for its token.

    :param csrf_token: what the host's templates get the token from.
    """
    guard = getattr(csrf_token, "__self__", None)
    if guard is not None and guard == seasurf(current_app):
        return str(guard._csrf_name)
    return str(current_app.config.get("WTF_CSRF_FIELD_NAME", "csrf_token"))
