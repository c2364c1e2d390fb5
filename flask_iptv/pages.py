"""Pages as responses: rendered in the layout of the site, with the headers that guard them."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from flask import Response, current_app, make_response, render_template

from . import csrf, words
from .models import utcnow
from .moments import span

_OURS = Path(__file__).parent / "templates"

_HEADERS = {
    # The pages show viewers' tokens.
    "Cache-Control": "no-store",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    # In another site's frame an administrator could be made to click on a switch unknowingly.
    "X-Frame-Options": "SAMEORIGIN",
}

#: Logos are wherever channels have them; the styles have small pictures in themselves.
_POLICY = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "img-src": "'self' data: http: https:",
    "font-src": "'self'",
    "connect-src": "'self'",
    "form-action": "'self'",
    "frame-ancestors": "'self'",
    "base-uri": "'none'",
}


def render(
    template: str, status: int = 200, *, policy: dict[str, str] | None = None, **facts: Any
) -> Response:
    """Render a page.

    :param template: its name in ``templates/iptv``, without ``.html``.
    :param policy: directives of the Content-Security-Policy that this page needs otherwise.
    :param facts: what it shows. Templates see it as attributes of one name, ``iptv``, so that
        but for ``tr`` and ``trn`` nothing hides a variable of the host's layout.
    """
    facts |= {"now": utcnow(), "span": span, "csrf_field": csrf.field}
    facts |= {
        "language": words.language(),
        "number": words.number,
        "size": words.size,
        "spoken": words.spoken,
    }
    text = render_template(
        f"iptv/{template}.html", iptv=SimpleNamespace(**facts), tr=words.tr, trn=words.trn
    )
    response = make_response(text, status)
    for name, value in _HEADERS.items():
        response.headers.setdefault(name, value)
    if _layout_is_ours():
        # A site's own layout may need what ours does not; that site knows its own policy.
        directives = {**_POLICY, **(policy or {})}
        text = "; ".join(f"{name} {sources}" for name, sources in directives.items())
        response.headers.setdefault("Content-Security-Policy", text)
    return response


def _layout_is_ours() -> bool:
    layout = current_app.jinja_env.get_template("iptv/layout.html").filename
    return layout is not None and Path(layout).is_relative_to(_OURS)
