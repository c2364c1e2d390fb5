"""The country of an address, by a MaxMind database."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path
from typing import Any

from ..errors import ConfigError

#: Addresses whose country is remembered; viewers are asked about again and again.
MOST = 20_000


class Countries:
    """Knows the countries of addresses, or why it does not.

    :param path: of ``IPTV_COUNTRY_DATABASE``.
    :raises ConfigError: if the file is there and no database of countries.
    """

    def __init__(self, path: str | None) -> None:
        #: Why no country is known; ``None`` if they are.
        self.absent: str | None = None
        self._look_up = self._opened(path)
        #: The two letters of an address's country, ``None`` if it is not known.
        self.of = lru_cache(MOST)(self._find)

    def _opened(self, path: str | None) -> Callable[[str], Any] | None:
        if path is None:
            self.absent = "IPTV_COUNTRY_DATABASE is not set"
            return None
        try:
            library = importlib.import_module("geoip2.database")
        except ImportError:
            self.absent = "the library geoip2 is missing; run: pip install 'flask-iptv[country]'"
            return None
        if not Path(path).exists():
            self.absent = f"there is no file {path}"
            return None
        try:
            reader = library.Reader(path)
        except (OSError, ValueError, RuntimeError) as error:
            raise _unusable(path, str(error)) from None
        kind = str(reader.metadata().database_type)
        # geoip2 has a method for each type of database, and those of cities know countries too.
        for word in ("Country", "City", "Enterprise"):
            if word in kind:
                look_up: Callable[[str], Any] = getattr(reader, word.lower())
                return look_up
        reader.close()
        raise _unusable(path, f"it is a database of the type {kind!r}")

    def _find(self, address: str | None) -> str | None:
        if self._look_up is None or address is None:
            return None
        try:
            code = self._look_up(address).country.iso_code
        # Not in there, IPv6 asked of a database of IPv4, or a damaged record.
        except (RuntimeError, ValueError, TypeError):
            return None
        return code if isinstance(code, str) else None


def _unusable(path: str, what: str) -> ConfigError:
    return ConfigError(
        f"IPTV_COUNTRY_DATABASE: {path!r} can't be used: {what}; it must be a MaxMind file of "
        "countries or cities, such as GeoLite2-Country.mmdb"
    )
