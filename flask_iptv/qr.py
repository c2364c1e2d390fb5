"""QR codes, which carry an address from a screen to a phone or a television."""

from __future__ import annotations

import segno
from markupsafe import Markup, escape

#: Bytes of the longest text; the squares of a longer one are too small for a phone to read.
LONGEST = 600

# A seventh of a code of this level may be hidden by a finger or a reflection.
_LEVEL = "M"
# Squares of white that readers need around a code (ISO/IEC 18004), and pixels of the whole.
_QUIET_ZONE, _SIZE = 4, 180


def svg(text: str, label: str) -> Markup | None:
    """Draw a QR code, dark on light whatever the page's colours, since readers expect it so.

    :param text: what a reader gets, such as an address.
    :param label: what the picture is, for who does not see it.
    :return: an inline SVG of the class ``iptv-qr``; ``None`` if the text is empty or longer than
        :data:`LONGEST`.
    """
    if not 0 < len(text.encode()) <= LONGEST:
        return None
    code = segno.make_qr(text, error=_LEVEL, encoding="utf-8")
    drawn = code.svg_inline(
        border=_QUIET_ZONE, omitsize=True, svgclass="iptv-qr", lineclass=None, light="#fff"
    )
    # Without sharp edges, screens draw hairlines between the rows.
    shown = f'role="img" aria-label="{escape(label)}" shape-rendering="crispEdges"'
    sized = f'<svg width="{_SIZE}" height="{_SIZE}" {shown} '
    # The label is escaped, and the drawing has nothing of the text in it.
    return Markup(drawn.replace("<svg ", sized, 1))  # noqa: S704
