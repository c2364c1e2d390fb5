"""Configurations as the documentation prints them, with the addresses of a test put in."""

from __future__ import annotations

import re
from pathlib import Path

_DOCS = Path(__file__).parents[2] / "docs" / "mediaservers"


def configuration(page: str, language: str, replacements: dict[str, str]) -> str:
    """The first block of a language on a page of ``docs/mediaservers``.

    :param replacements: what stands on the page, and what the test needs instead; each must be
        there, so that a page that changes is noticed.
    """
    text = (_DOCS / page).read_text()
    block = re.search(rf"^```{language}\n(.*?)^```", text, re.DOTALL | re.MULTILINE)
    assert block is not None, f"{page} has no {language} block"
    configured = block[1]
    for printed, needed in replacements.items():
        assert printed in configured, f"{page} no longer says {printed!r}"
        configured = configured.replace(printed, needed)
    return configured
