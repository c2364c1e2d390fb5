"""Which language the page is read in, and its catalog of translated words."""

from __future__ import annotations

from functools import lru_cache
from gettext import GNUTranslations, NullTranslations
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import current_app, has_request_context

#: A folder for each language, laid out as gettext has it.
FOLDER = Path(__file__).resolve().parent.parent / "translations"
#: The name of our catalogs; a host's own are under others.
DOMAIN = "flask_iptv"
#: What the words in the code and the templates are written in.
ENGLISH = "en"


def locale() -> Any | None:
    """The Babel locale of this request, if the host has Flask-Babel; else ``None``.

    It is ``None`` as well where the host's selector gives what names no language.
    """
    if not has_request_context() or not _has_flask_babel():
        return None
    from babel import UnknownLocaleError
    from flask_babel import get_locale

    try:
        return get_locale()
    except (UnknownLocaleError, ValueError):
        return None


def _has_flask_babel() -> bool:
    # Others have called themselves "babel" in an app as well.
    found = current_app.extensions.get("babel")
    return type(found).__module__.partition(".")[0] == "flask_babel"


def language() -> str:
    """The language that the page is in, as a tag of BCP 47: ours has none, the page is English."""
    return _known(locale())


def catalog() -> NullTranslations:
    """The translated words of this request's language."""
    return _read(_known(locale()))


def _known(wanted: Any | None) -> str:
    if wanted is None:
        return ENGLISH
    for name in (str(wanted), wanted.language):
        if _path(name).is_file():
            return str(name).replace("_", "-")
    return ENGLISH


def _path(name: str) -> Path:
    return FOLDER / name / "LC_MESSAGES" / f"{DOMAIN}.po"


@lru_cache
def _read(tag: str) -> NullTranslations:
    name = tag.replace("-", "_")
    path = _path(name)
    if not path.is_file():
        return NullTranslations()
    # The text that translators write is what is shipped: no second file made of it can be stale.
    from babel.messages.mofile import write_mo
    from babel.messages.pofile import read_po

    compiled = BytesIO()
    with path.open("rb") as file:
        write_mo(compiled, read_po(file, locale=name, domain=DOMAIN))
    compiled.seek(0)
    return GNUTranslations(compiled)
