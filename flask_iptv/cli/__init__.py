"""The commands: ``flask iptv …``."""

from __future__ import annotations

from flask import Flask

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
for _command in (upgrade, serve, users, channels, sign, check, explain):
    iptv.add_command(_command)
channels.add_command(sync)


def prepare(app: Flask) -> None:
    """Add the commands to an app, unless it has an ``iptv`` command already."""
    if iptv.name not in app.cli.commands:
        app.cli.add_command(iptv)
