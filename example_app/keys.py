"""The site's secrets: made at random at the first start, kept in a file only its owner can read."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from werkzeug.security import generate_password_hash

FILE = "secrets.json"
PASSWORD_HASH = "IPTV_ADMIN_PASSWORD_HASH"  # noqa: S105 - the name of a key

#: No letters or digits that look like others.
_ALPHABET = "abcdefghijkmnpqrstuvwxyz23456789"


def load(folder: Path) -> dict[str, Any]:
    """Read the secrets, as configuration keys; those that are missing are made first.

    :param folder: the instance folder; made if there is none.
    :raises OSError: the folder can't be written, or the file can't be read.
    """
    path = folder / FILE
    found = _read(path) if path.exists() else {}
    complete = _make() | found
    if complete != found:
        _write(folder, complete)
    return complete


def new_password(folder: Path) -> str:
    """Make a new password of the administrator and keep its hash.

    The same login opens the site's pages and, as ``IPTV_ADMIN_PASSWORD_HASH``, the JSON API.
    """
    # 80 random bits, which nobody guesses: the API does not count who tries.
    groups = ("".join(secrets.choice(_ALPHABET) for _ in range(4)) for _ in range(4))
    password = "-".join(groups)
    _write(folder, load(folder) | {PASSWORD_HASH: generate_password_hash(password)})
    return password


def _read(path: Path) -> dict[str, Any]:
    try:
        found = json.loads(path.read_text())
    except ValueError:
        found = None
    if not isinstance(found, dict):
        # Not made anew without a word: links and logins that others have depend on it.
        raise OSError(
            f"{path} is damaged. It holds the keys of the site: put a copy of it back, or delete "
            "it for new ones, with which links that were signed and logins are over"
        )
    return found


def _make() -> dict[str, Any]:
    return {
        "SECRET_KEY": secrets.token_hex(32),
        "IPTV_AUTH_SECRET": secrets.token_urlsafe(24),
        "IPTV_SECURETOKEN_KEYS": [secrets.token_urlsafe(24)],
    }


def _write(folder: Path, content: dict[str, Any]) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    # Temporary files have mode 0600; replacing leaves no half-written file behind.
    with NamedTemporaryFile("w", dir=folder, delete=False) as file:
        json.dump(content, file, indent=2)
    Path(file.name).replace(folder / FILE)
