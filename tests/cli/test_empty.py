"""A variable that was never set ends no limit: commands refuse an empty option."""

from __future__ import annotations

from collections.abc import Iterator

import click
import pytest
from flask import Flask

from flask_iptv import database, users
from flask_iptv.cli import iptv as commands
from tests.cli.runner import iptv


def options() -> Iterator[tuple[str, ...]]:
    """Give every option that takes a text, with the words before it."""

    def walk(command: click.Command, words: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
        if isinstance(command, click.Group):
            for name, inner in command.commands.items():
                yield from walk(inner, (*words, name))
            return
        arguments = ["-" for each in command.params if isinstance(each, click.Argument)]
        needed = ["--channel", "ort"] if words == ("explain",) else []
        for each in command.params:
            takes_text = isinstance(each, click.Option) and not each.is_flag
            if takes_text and isinstance(each.type, click.types.StringParamType):
                yield (*words, *arguments, *needed, each.opts[0])

    return walk(commands, ())


def test_no_option_takes_an_empty_text(app: Flask) -> None:
    found = list(options())
    assert ("sign", "-", "--ip") in found
    assert ("users", "add", "-", "--expires-at") in found
    for words in found:
        for empty in ("", "  "):
            result = iptv(app, *words, empty)
            assert result.exit_code == 2, words
            assert f"Invalid value for '{words[-1]}'" in result.stderr, words
            assert "must not be empty" in result.stderr


@pytest.mark.parametrize("option", ["--expires-at", "--max-sessions", "--package", "--network"])
def test_a_user_with_an_empty_limit_is_not_made(app: Flask, option: str) -> None:
    result = iptv(app, "users", "add", "bob", option, "")
    assert "leave it out for none" in result.stderr
    with app.app_context():
        assert users.page().count == 0


def test_a_link_with_an_empty_address_is_not_signed(provider: Flask) -> None:
    result = iptv(provider, "sign", "ort", "--ip", "")
    assert (result.exit_code, result.stdout) == (2, "")


def test_an_empty_argument_is_refused(provider: Flask) -> None:
    for words in (("users", "token"), ("backup",)):
        for empty in ("", " "):
            result = iptv(provider, *words, empty)
            assert (result.exit_code, "must not be empty" in result.stderr) == (2, True), words


def test_nothing_and_what_the_site_says_are_different_users(provider: Flask) -> None:
    iptv(provider, "users", "add", "shut", "--no-packages")
    iptv(provider, "users", "add", "open")
    listed = iptv(provider, "users", "list").stdout
    state = {line.split()[0]: line for line in listed.splitlines()}
    assert "(nothing)" in state["shut"]
    assert "(every channel)" in state["open"]
    both = iptv(provider, "users", "add", "new", "--no-packages", "--package", "basic")
    assert both.exit_code == 2
    with provider.app_context():
        assert users.by_name("shut").by_packages
        database.session().rollback()
