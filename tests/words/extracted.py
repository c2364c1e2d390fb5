"""Every text in the code and the templates that can be said in another language."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from functools import lru_cache
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po

from flask_iptv.words import catalogs

from . import in_code, in_templates

_PACKAGE = Path(catalogs.FOLDER).parent

#: English words; of those about a number, both forms.
Words = str | tuple[str, ...]


@lru_cache
def extracted() -> frozenset[Words]:
    """All words of the package.

    They are found by syntax trees and by what each file imports, so that neither a version of Babel
    nor the name of another thing counts.

    :raises ValueError: where a text is written in a way that no catalog can have.
    """
    return frozenset(
        found
        for pattern, read in _KINDS.items()
        for path in _PACKAGE.glob(pattern)
        for found in read(path.read_text(), str(path.relative_to(_PACKAGE.parent)))
    )


_KINDS: dict[str, Callable[[str, str], Iterator[Words]]] = {
    "**/*.py": in_code.words,
    "templates/**/*.html": in_templates.words,
}


def template() -> Catalog:
    """The catalog without a language that those of the languages are made of and kept up by."""
    catalog = Catalog(project="Flask-IPTV", fuzzy=False)
    for words in sorted(
        extracted(), key=lambda words: words if isinstance(words, str) else words[0]
    ):
        catalog.add(words)
    return catalog


if __name__ == "__main__":
    try:
        write_po(sys.stdout.buffer, template())
    except ValueError as error:
        sys.exit(str(error))
