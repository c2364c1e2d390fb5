"""How the values of configuration keys are read: what each kind accepts, and what else to write."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import IPv4Network, IPv6Network, ip_network
from os import PathLike
from typing import Any, cast
from urllib.parse import urlsplit

#: Schemes of ``IPTV_SESSION_STORE`` that mean Redis or Valkey.
REDIS_SCHEMES = ("redis", "rediss", "unix", "valkey", "valkeys")

Network = IPv4Network | IPv6Network


def text(value: Any) -> str:
    # Flask's from_prefixed_env reads values as JSON, so a password of digits arrives as a number.
    if isinstance(value, str | int) and not isinstance(value, bool) and str(value):
        return str(value)
    raise ValueError("must be a text that is not empty")


def path(value: Any) -> str:
    return text(str(value) if isinstance(value, PathLike) else value)


def secret(value: Any) -> str:
    given = text(value)
    if given.isascii() and given.isprintable() and " " not in given:
        return given
    raise ValueError("must be ASCII letters, digits and signs without spaces")


def secret_or_none(value: Any) -> str | None:
    if value == "":
        # Of a variable that was never set, and everybody could ask.
        raise ValueError("must not be empty; leave it out, or set None, if there is to be none")
    return None if value is None else secret(value)


def optional(read: Callable[[Any], Any]) -> Callable[[Any], Any]:
    return lambda value: None if value is None or value == "" else read(value)


def password_hash(value: Any) -> str:
    if isinstance(value, str) and value.count("$") == 2 and value.startswith(("scrypt", "pbkdf2")):
        return value
    raise ValueError(
        "must be a hash made by werkzeug.security.generate_password_hash, never the password itself"
    )


def seconds(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 1 <= value <= 86_400:
        return value
    raise ValueError("must be a whole number of seconds from 1 to 86400")


def days(value: Any) -> int:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 36_500:
        return value
    raise ValueError("must be a whole number of days from 0 to 36500")


def yes_or_no(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    raise ValueError("must be True or False")


def store(value: Any) -> str:
    given = text(value)
    if given in ("memory:", "sql:") or is_redis(given):
        return given
    raise ValueError("must be 'memory:', 'sql:' or a URL such as 'redis://127.0.0.1:6379/0'")


def is_redis(url: str) -> bool:
    return urlsplit(url).scheme in REDIS_SCHEMES


def items(value: Any) -> list[Any]:
    if isinstance(value, str):
        return [item.strip() for item in value.split(",") if item.strip()]
    if isinstance(value, list | tuple | set | frozenset):
        return list(value)
    raise ValueError("must be a list, or a text with commas between the items")


def networks(value: Any) -> tuple[Network, ...]:
    return tuple(ip_network(str(item)) for item in items(value))


def texts(value: Any) -> tuple[str, ...]:
    return tuple(text(item) for item in items(value))


def ordered(value: Any) -> tuple[str, ...]:
    if isinstance(value, set | frozenset):
        raise ValueError("must be a list, whose order counts")
    return texts(value)


def backend(value: Any) -> str:
    given = text(value)
    try:
        parts = urlsplit(given)
        fine = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        # What it says would repeat a part of the URL, and that may be the password's.
        fine = False
    if fine and given.isascii() and given.isprintable() and not set(given) & set(" #"):
        return given
    raise ValueError("must be URLs such as 'http://middleware.example/auth.php?key=value'")


def backends(value: Any) -> tuple[str, ...]:
    return tuple(backend(item) for item in items(value))


def site(value: Any) -> str:
    parts = urlsplit(value) if isinstance(value, str) else None
    if parts and parts.scheme in ("http", "https") and parts.netloc and not parts.query:
        return cast(str, value).rstrip("/")
    raise ValueError("must be a scheme and a host such as 'https://tv.example'")


def sites(value: Any) -> tuple[str, ...]:
    return tuple(site(item) for item in items(value))


def one_of(*choices: str) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value in choices:
            return cast(str, value)
        raise ValueError("must be one of " + ", ".join(repr(choice) for choice in choices))

    return read
