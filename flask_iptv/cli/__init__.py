"""The commands: ``flask iptv …``."""

from __future__ import annotations

from collections.abc import Iterator

import click
from flask import Flask

from ..config import PREFIX
from .backup import backup
from .channels import channels
from .check import check
from .command import Commands
from .explain import explain
from .schema import upgrade
from .serve import serve
from .sign import sign
from .sync import sync
from .users import users

iptv = Commands("iptv", help="Manage the IPTV back office of this site.")
for _command in (upgrade, backup, serve, users, channels, sign, check, explain):
    iptv.add_command(_command)
channels.add_command(sync)


def option_keys() -> list[str]:
    """The configuration keys that are options of these commands.

    ``FLASK_IPTV_SERVE_PORT`` is Flask's way to set ``--port`` of ``flask iptv serve``, and its
    ``from_prefixed_env`` makes a key of it.
    """
    return list(_option_keys(click.Context(iptv, info_name="", auto_envvar_prefix=PREFIX[:-1])))


def _option_keys(context: click.Context) -> Iterator[str]:
    command = context.command
    for option in command.params:
        if isinstance(option, click.Option):
            yield f"{context.auto_envvar_prefix}_{str(option.name).upper()}"
    if isinstance(command, click.Group):
        for name, inner in command.commands.items():
            yield from _option_keys(click.Context(inner, parent=context, info_name=name))


def prepare(app: Flask) -> None:
    """Add the commands to an app, unless it has an ``iptv`` command already."""
    if iptv.name not in app.cli.commands:
        app.cli.add_command(iptv)
