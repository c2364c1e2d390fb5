"""Every text in the code and the templates that can be said in another language."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from babel.messages.extract import extract_from_dir

from flask_iptv.words import catalogs

_PACKAGE = Path(catalogs.FOLDER).parent
_METHODS = [("**.py", "python"), ("templates/**.html", "jinja2")]
_KEYWORDS = {
    "tr": None,
    "said": None,
    "mark": None,
    "Phrase": None,
    "trn": (1, 2),
    "mark_many": (1, 2),
}

#: English words; of those about a number, both forms.
Words = str | tuple[str, ...]


@lru_cache
def extracted() -> frozenset[Words]:
    """All words of the package, as ``make words`` collects them."""
    found = extract_from_dir(str(_PACKAGE), method_map=_METHODS, keywords=_KEYWORDS)
    return frozenset(text for _file, _line, text, _comments, _context in found)
