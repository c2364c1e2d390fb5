"""The configuration is checked when the blueprint is registered."""

from __future__ import annotations

from collections.abc import Callable
from ipaddress import ip_network
from typing import Any

import pytest
from flask import Flask

from flask_iptv import IPTV, cli, config
from flask_iptv.errors import ConfigError


def load(**given: Any) -> config.Settings:
    return config.load({"IPTV_" + key.upper(): value for key, value in given.items()})


def test_defaults_are_closed() -> None:
    settings = load()
    assert settings.admin_password_hash is None
    assert settings.auth_secret is None
    assert ip_network("0.0.0.0/0") not in settings.auth_networks
    assert (settings.auth_duration, settings.deny_duration) == (180, 30)
    assert settings.viewer_new_token is False


def test_an_empty_secret_is_refused_since_it_would_let_everybody_ask() -> None:
    with pytest.raises(ConfigError, match=r"IPTV_AUTH_SECRET: .* must not be empty; leave it out"):
        load(auth_secret="")
    assert load(auth_secret=None).auth_secret is None


def test_an_unknown_key_is_refused_with_a_hint() -> None:
    with pytest.raises(ConfigError, match=r"IPTV_AUTH_DURATON; did you mean IPTV_AUTH_DURATION\?"):
        load(auth_duraton=5)


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("auth_duration", 0),
        ("auth_duration", "180"),
        ("auth_duration", True),
        ("deny_duration", 86_401),
        ("auth_networks", ["10.0.0.1/8"]),
        ("auth_networks", 7),
        ("session_policy", "kick"),
        ("without_packages", "some"),
        ("public_url", "tv.example"),
        ("public_url", "https://tv.example/?x"),
        ("trusted_origins", ["billing.example"]),
        ("securetoken_keys", [""]),
        ("admin_username", ""),
        ("admin_password_hash", "a plain password"),
        ("viewer_new_token", "yes"),
        ("viewer_new_token", 1),
        ("rate_limits", "playlist"),
        ("rate_limits", None),
        ("rate_limits", {"playlist": 60}),
        ("rate_limits", {"playlist": False}),
        ("rate_limits", {"playlist": "often"}),
        ("rate_limits", {"playlist": "0 per minute"}),
        ("rate_limits", {"playlist": "-1 per minute"}),
        ("rate_limits", {"playlist": "1 per 2 days"}),
        ("rate_limits", {"playlist": "1 per 0 minutes"}),
        ("rate_limits", {1: "1 per minute"}),
    ],
)
def test_values_that_are_refused(key: str, value: Any) -> None:
    with pytest.raises(ConfigError, match="IPTV_" + key.upper()):
        load(**{key: value})


def test_a_password_given_by_mistake_is_not_repeated() -> None:
    with pytest.raises(ConfigError) as caught:
        load(admin_password_hash="a plain password")
    assert "a plain password" not in str(caught.value)


def test_texts_as_an_environment_gives_them() -> None:
    settings = load(
        auth_networks="10.0.0.0/8, ::1",
        securetoken_keys="new,old",
        auth_secret=12345,
        public_url="https://tv.example/",
        bind_key="",
    )
    assert settings.auth_networks == (ip_network("10.0.0.0/8"), ip_network("::1"))
    assert settings.securetoken_keys == ("new", "old")
    assert (settings.auth_secret, settings.bind_key) == ("12345", None)
    assert settings.public_url == "https://tv.example"


def test_the_environment_is_read_as_flask_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FLASK_IPTV_AUTH_DURATION", "60")
    monkeypatch.setenv("FLASK_IPTV_AUTH_NETWORKS", '["10.0.0.0/8"]')
    monkeypatch.setenv("FLASK_IPTV_VIEWER_NEW_TOKEN", "true")
    app = Flask("host")
    app.config.from_prefixed_env()
    app.register_blueprint(IPTV(), url_prefix="/tv")
    assert app.extensions["iptv"].settings.auth_duration == 60
    assert app.extensions["iptv"].settings.auth_networks == (ip_network("10.0.0.0/8"),)
    assert app.extensions["iptv"].settings.viewer_new_token is True


def test_rate_limits_are_changed_and_switched_off_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    given = '{"playlist": "120 per minute", "login_name": null, "unknown_token": "5/2 hours"}'
    monkeypatch.setenv("FLASK_IPTV_RATE_LIMITS", given)
    monkeypatch.setenv("FLASK_IPTV_RATE_LIMITS__api_writes", '"1 per second"')
    app = Flask("host")
    app.config.from_prefixed_env()
    app.register_blueprint(IPTV(), url_prefix="/tv")
    limits = {limit.name: limit for limit in app.extensions["iptv"].settings.rate_limits}
    assert {name: (limit.count, limit.seconds, limit.burst) for name, limit in limits.items()} == {
        "login_address": (10, 300, None),
        "unknown_token": (5, 7200, None),
        "playlist": (120, 60, 60),
        "api_writes": (1, 1, None),
    }


def test_a_limit_that_there_is_not_is_refused_with_a_hint() -> None:
    with pytest.raises(ConfigError, match=r"no limit 'playlists', only .*did you mean 'playlist'"):
        load(rate_limits={"playlists": None})
    with pytest.raises(ConfigError, match="no limit 'zapping', only login_address, login_name"):
        load(rate_limits={"zapping": "1 per second"})
    with pytest.raises(ConfigError, match=r"'playlist' must be None, .* '10 per 5 minutes'"):
        load(rate_limits={"playlist": 30})


@pytest.mark.parametrize(
    "key", ["theme", "title", "support_email", "trial_days", "servers_of_mine", "price"]
)
def test_a_key_that_is_like_none_of_ours_is_the_hosts_own(key: str) -> None:
    assert load(**{key: "anything"}) == load()


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("secret", "AUTH_SECRET"),
        ("without_package", "WITHOUT_PACKAGES"),
        ("password_hash", "ADMIN_PASSWORD_HASH"),
        ("networks", "AUTH_NETWORKS"),
        ("secure_token_keys", "SECURETOKEN_KEYS"),
    ],
)
def test_a_key_that_is_like_one_of_ours_is_a_mistake(key: str, meant: str) -> None:
    with pytest.raises(ConfigError, match=f"IPTV_{key.upper()}; did you mean IPTV_{meant}"):
        load(**{key: "anything"})


def test_options_of_our_commands_may_come_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, make_app: Callable[..., Flask]
) -> None:
    # The second is like a key of ours.
    for name in ("FLASK_IPTV_SERVE_PORT", "FLASK_IPTV_USERS_LIST_PACKAGE"):
        monkeypatch.setenv(name, "8080")
    app = Flask("host")
    app.config.from_prefixed_env()
    assert app.config["IPTV_SERVE_PORT"] == 8080
    app.register_blueprint(IPTV(), url_prefix="/tv")
    monkeypatch.setenv("FLASK_IPTV_SERVE_PORT", "many")
    result = app.test_cli_runner().invoke(args=["iptv", "serve"], auto_envvar_prefix="FLASK")
    assert "Invalid value for '--port': 'many'" in result.output
    assert "IPTV_CHANNELS_SYNC_DRY_RUN" in cli.option_keys()


def test_a_mistake_stops_the_registration(make_app: Callable[..., Flask]) -> None:
    with pytest.raises(ConfigError, match="IPTV_SESSION_POLICY"):
        make_app(IPTV_SESSION_POLICY="kick")
