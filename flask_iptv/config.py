"""The table of configuration keys: their defaults, what they mean and what they accept."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields
from ipaddress import ip_network
from typing import Any, cast

from flask import current_app

from . import values
from .errors import ConfigError
from .rate_limits import DEFAULTS, Limit
from .rate_limits import read as read_limits
from .values import Network

PREFIX = "IPTV_"

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


#: Values of keys with such a word are secrets, or URLs that may have a password in them.
_UNSHOWN = (
    "SECRET",
    "PASSWORD",
    "SESSION_STORE",
    "SECURETOKEN_KEYS",
    "AUTH_RULES",
    "UPSTREAM_AUTH",
)


def _setting(default: Any, read: Callable[[Any], Any]) -> Any:
    return field(default=default, metadata={"read": read})


@dataclass(frozen=True)
class Settings:
    """An app's configuration, checked; ``auth_duration`` is the key ``IPTV_AUTH_DURATION``."""

    #: The login of the JSON API and, unless the host has its own, of the admin pages.
    admin_username: str = _setting("admin", values.text)
    #: The werkzeug hash of its password; API and default admin pages are closed while ``None``.
    admin_password_hash: str | None = _setting(None, values.optional(values.password_hash))
    #: Scheme and host of the links we print; from the request while ``None``.
    public_url: str | None = _setting(None, values.optional(values.site))
    #: Networks whose hosts may ask ``/auth``.
    auth_networks: tuple[Network, ...] = _setting(LOCAL_NETWORKS, values.networks)
    #: A secret that who asks ``/auth`` must also bring, as ``?secret=`` or a bearer header.
    auth_secret: str | None = _setting(None, values.secret_or_none)
    #: Seconds an allow holds until the media server asks again.
    auth_duration: int = _setting(180, values.seconds)
    #: Seconds a deny holds.
    deny_duration: int = _setting(30, values.seconds)
    #: What happens to a user's next device when every slot is taken: ``reject`` it, or ``replace``
    #: the oldest session.
    session_policy: str = _setting("reject", values.one_of("reject", "replace"))
    #: Where it is remembered who is watching: ``memory:`` of the one process, ``sql:`` for the
    #: tables, ``redis://host:6379/0`` for Redis or Valkey; right for any processes while ``None``.
    session_store: str | None = _setting(None, values.optional(values.store))
    #: Whether ``/auth`` is answered before Flask (``wsgi``), or by a ``view`` like any other.
    auth_door: str = _setting("wsgi", values.one_of("wsgi", "view"))
    #: Days for which ended sessions are kept; with 0 only their daily totals are.
    history_days: int = _setting(90, values.days)
    #: What a user who was never given packages may watch: ``all`` channels or ``none``.
    without_packages: str = _setting("all", values.one_of("all", "none"))
    #: Keys of signed links, newest first, for servers that have none of their own.
    securetoken_keys: tuple[str, ...] = _setting((), values.texts)
    #: Networks, besides the public Internet, in which media servers and playlists may be fetched.
    fetch_networks: tuple[Network, ...] = _setting((), values.networks)
    #: Ordered rules that come before users and backends, such as ``deny country RU``.
    auth_rules: tuple[str, ...] = _setting((), values.ordered)
    #: A MaxMind file (.mmdb) that knows the countries of addresses, for those rules.
    country_database: str | None = _setting(None, values.optional(values.path))
    #: Other backends that are asked about tokens that are not ours, such as a Stalker portal.
    upstream_auth: tuple[str, ...] = _setting((), values.backends)
    #: Whether viewers may replace their token on their own page.
    viewer_new_token: bool = _setting(False, values.yes_or_no)
    #: The bind of our tables in the host's database; the default one while ``None``.
    bind_key: str | None = _setting(None, values.optional(values.text))
    #: Changes of the rate limits by name, ``{"playlist": "120 per minute"}``; ``None`` is no limit.
    rate_limits: tuple[Limit, ...] = _setting(DEFAULTS, read_limits)
    #: Other sites, such as ``https://billing.example``, whose pages may post our forms.
    trusted_origins: tuple[str, ...] = _setting((), values.sites)

    def __repr__(self) -> str:
        shown = (
            f"{item.name}={getattr(self, item.name)!r}"
            for item in fields(self)
            if not any(word in item.name.upper() for word in _UNSHOWN)
        )
        return f"Settings({', '.join(shown)})"


_FIELDS = {PREFIX + item.name.upper(): item for item in fields(Settings)}


#: From 0 to 1, how much the name of an unknown key must be like one of ours to be a typing error.
_LIKENESS = 0.7


def load(config: Mapping[str, Any], others: Callable[[], Collection[str]] = tuple) -> Settings:
    """Check an app's ``IPTV_*`` keys.

    :param others: gives more keys that may be there, and mean nothing here.
    :raises ConfigError: if a key looks like a mistyped one or a value can't be used; it names both.
    """
    _refuse_mistyped(config, others)
    return Settings(**{item.name: _read(config, key) for key, item in _FIELDS.items()})


def bind_key(config: Mapping[str, Any]) -> str | None:
    """The bind of our tables as the app is configured at this moment."""
    return cast("str | None", _read(config, "IPTV_BIND_KEY"))


def refuse_changes(used: Settings, now: Settings) -> None:
    """Say loudly that a key was changed too late.

    :raises ConfigError: if the settings that are in use are not those of now.
    """
    for key, item in _FIELDS.items():
        if getattr(used, item.name) != getattr(now, item.name):
            raise ConfigError(
                f"{key} was changed after it had been read, which has no effect: set it before the "
                'first request or command, or call app.extensions["iptv"].close() before'
            )


def _read(config: Mapping[str, Any], key: str) -> Any:
    item = _FIELDS[key]
    if key not in config:
        return item.default
    given = config[key]
    try:
        return item.metadata["read"](given)
    except ValueError as error:
        shown = "the value" if any(word in key for word in _UNSHOWN) else repr(given)
        raise ConfigError(f"{key}: {shown} can't be used: {error}") from None


def _refuse_mistyped(config: Mapping[str, Any], others: Callable[[], Collection[str]]) -> None:
    ours = {key.removeprefix(PREFIX): key for key in _FIELDS}
    unknown = [key for key in config if key.startswith(PREFIX) and key not in _FIELDS]
    for key in set(unknown).difference(others() if unknown else ()):
        # The prefix that all have in common would make any two alike.
        near = difflib.get_close_matches(key.removeprefix(PREFIX), ours, 1, _LIKENESS)
        if near:
            raise ConfigError(
                f"there is no configuration key {key}; did you mean {ours[near[0]]}? If it is a "
                "key of your own, give it a name that is less alike"
            )


def current() -> Settings:
    """The settings of the app that is serving."""
    return cast(Settings, current_app.extensions["iptv"].settings)
