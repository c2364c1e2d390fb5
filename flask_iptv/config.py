"""The table of configuration keys: their defaults, what they mean and what they accept."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, MutableMapping
from dataclasses import dataclass, field, fields
from ipaddress import IPv4Network, IPv6Network, ip_network
from os import PathLike
from typing import Any, cast
from urllib.parse import urlsplit

from flask import current_app

from .errors import ConfigError

PREFIX = "IPTV_"

#: Schemes of ``IPTV_SESSION_STORE`` that mean Redis or Valkey.
REDIS_SCHEMES = ("redis", "rediss", "unix", "valkey", "valkeys")

Network = IPv4Network | IPv6Network

LOCAL_NETWORKS: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        "127.0.0.0/8",
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "::1/128",
        "fc00::/7",
        "fe80::/10",
    )
)


def _setting(default: Any, read: Callable[[Any], Any]) -> Any:
    return field(default=default, metadata={"read": read})


def _text(value: Any) -> str:
    # Flask's from_prefixed_env reads values as JSON, so a password of digits arrives as a number.
    if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
        return str(value)
    raise ValueError("must be a text that is not empty")


def _path(value: Any) -> str:
    return _text(str(value) if isinstance(value, PathLike) else value)


def _secret(value: Any) -> str:
    text = _text(value)
    if text.isascii() and text.isprintable() and " " not in text:
        return text
    raise ValueError("must be ASCII letters, digits and signs without spaces")


def _optional(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None or value == "" else read(value)


def _password_hash(value: Any) -> str:
    if isinstance(value, str) and value.count("$") == 2 and value.startswith(("scrypt", "pbkdf2")):
        return value
    raise ValueError(
        "must be a hash made by werkzeug.security.generate_password_hash, never the password itself"
    )


def _seconds(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 86_400:
        return value
    raise ValueError("must be a whole number of seconds from 1 to 86400")


def _days(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 36_500:
        return value
    raise ValueError("must be a whole number of days from 0 to 36500")


def _yes_or_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("must be True or False")


def _store(value: Any) -> str:
    text = _text(value)
    if text in ("memory:", "sql:") or urlsplit(text).scheme in REDIS_SCHEMES:
        return text
    raise ValueError("must be 'memory:', 'sql:' or a URL such as 'redis://127.0.0.1:6379/0'")


def _items(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    raise ValueError("must be a list, or a text with commas between the items")


def _networks(value: Any) -> tuple[Network, ...]:
    return tuple(ip_network(str(item)) for item in _items(value))


def _texts(value: Any) -> tuple[str, ...]:
    return tuple(_text(item) for item in _items(value))


def _ordered(value: Any) -> tuple[str, ...]:
    if isinstance(value, set | frozenset):
        raise ValueError("must be a list, whose order counts")
    return _texts(value)


def _backend(value: Any) -> str:
    text = _text(value)
    try:
        parts = urlsplit(text)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        # What it says would repeat a part of the URL, and that may be the password's.
        fine = False
    if fine and text.isascii() and text.isprintable() and not set(text) & set(" #"):
        return text
    raise ValueError("must be URLs such as 'http://middleware.example/auth.php?key=value'")


def _backends(value: Any) -> tuple[str, ...]:
    return tuple(_backend(item) for item in _items(value))


def _site(value: Any) -> str:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts and parts.scheme in ("http", "https") and parts.netloc and not parts.query:
        return cast(str, value).rstrip("/")
    raise ValueError("must be a scheme and a host such as 'https://tv.example'")


def _sites(value: Any) -> tuple[str, ...]:
    return tuple(_site(item) for item in _items(value))


def _one_of(*choices: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value in choices:
            return cast(str, value)
        raise ValueError("must be one of " + ", ".join(repr(choice) for choice in choices))

    return read


@dataclass(frozen=True)
class Settings:
    """An app's configuration, checked; ``auth_duration`` is the key ``IPTV_AUTH_DURATION``."""

    #: The login of the JSON API and, unless the host has its own, of the admin pages.
    admin_username: str = _setting("admin", _text)
    #: The werkzeug hash of its password; API and default admin pages are closed while ``None``.
    admin_password_hash: str | None = _setting(None, _optional(_password_hash))
    #: Scheme and host of the links we print; from the request while ``None``.
    public_url: str | None = _setting(None, _optional(_site))
    #: Networks whose hosts may ask ``/auth``.
    auth_networks: tuple[Network, ...] = _setting(LOCAL_NETWORKS, _networks)
    #: A secret that who asks ``/auth`` must also bring, as ``?secret=`` or a bearer header.
    auth_secret: str | None = _setting(None, _optional(_secret))
    #: Seconds an allow holds until the media server asks again.
    auth_duration: int = _setting(180, _seconds)
    #: Seconds a deny holds.
    deny_duration: int = _setting(30, _seconds)
    #: What happens to a user's next device when every slot is taken: ``reject`` it, or ``replace``
    #: the oldest session.
    session_policy: str = _setting("reject", _one_of("reject", "replace"))
    #: Where it is remembered who is watching: ``memory:`` of the one process, ``sql:`` for the
    #: tables, ``redis://host:6379/0`` for Redis or Valkey; chosen for the database while ``None``.
    session_store: str | None = _setting(None, _optional(_store))
    #: Whether ``/auth`` is answered before Flask (``wsgi``), or by a ``view`` like any other.
    auth_door: str = _setting("wsgi", _one_of("wsgi", "view"))
    #: Days for which ended sessions are kept; with 0 only their daily totals are.
    history_days: int = _setting(90, _days)
    #: What a user who was never given packages may watch: ``all`` channels or ``none``.
    without_packages: str = _setting("all", _one_of("all", "none"))
    #: Keys of signed links, newest first, for servers that have none of their own.
    securetoken_keys: tuple[str, ...] = _setting((), _texts)
    #: Networks, besides the public Internet, in which media servers and playlists may be fetched.
    fetch_networks: tuple[Network, ...] = _setting((), _networks)
    #: Ordered rules that come before users and backends, such as ``deny country RU``.
    auth_rules: tuple[str, ...] = _setting((), _ordered)
    #: A MaxMind file (.mmdb) that knows the countries of addresses, for those rules.
    country_database: str | None = _setting(None, _optional(_path))
    #: Other backends that are asked about tokens that are not ours, such as a Stalker portal.
    upstream_auth: tuple[str, ...] = _setting((), _backends)
    #: Whether viewers may replace their token on their own page.
    viewer_new_token: bool = _setting(False, _yes_or_no)
    #: The bind of our tables in the host's database; the default one while ``None``.
    bind_key: str | None = _setting(None, _optional(_text))
    #: Other sites, such as ``https://billing.example``, whose pages may post our forms.
    trusted_origins: tuple[str, ...] = _setting((), _sites)


#: Values of keys with such a word are secrets, or URLs that may have a password in them.
_UNSHOWN = (
    "SECRET",
    "PASSWORD",
    "SESSION_STORE",
    "SECURETOKEN_KEYS",
    "AUTH_RULES",
    "UPSTREAM_AUTH",
)

_FIELDS = {PREFIX + item.name.upper(): item for item in fields(Settings)}


def load(config: MutableMapping[str, Any]) -> Settings:
    """Check an app's ``IPTV_*`` keys and fill in the defaults of those it has not set.

    :raises ConfigError: if a key is unknown or a value can't be used; it names both.
    """
    _refuse_unknown(config)
    values = {}
    for key, item in _FIELDS.items():
        given = config.setdefault(key, item.default)
        try:
            values[item.name] = item.metadata["read"](given)
        except ValueError as error:
            shown = "the value" if any(word in key for word in _UNSHOWN) else repr(given)
            raise ConfigError(f"{key}: {shown} can't be used: {error}") from None
    return Settings(**values)


def _refuse_unknown(config: Mapping[str, Any]) -> None:
    for key in config:
        if key.startswith(PREFIX) and key not in _FIELDS:
            near = difflib.get_close_matches(key, _FIELDS, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise ConfigError(f"there is no configuration key {key}{hint}")


def current() -> Settings:
    """The settings of the app that is serving."""
    return cast(Settings, current_app.extensions["iptv"].settings)
