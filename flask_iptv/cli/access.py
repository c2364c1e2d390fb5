"""A user's token and playlists, as a command shows them."""

from __future__ import annotations

import json
from typing import Any

import click

from ..api.users import UserOut
from ..lineup import OUTPUTS
from ..models import User
from ..public_url import external_url


def user_facts(user: User) -> dict[str, Any]:
    """A user as the JSON API shows it."""
    facts = {name: getattr(user, name) for name in UserOut.model_fields}
    names = [package.name for package in user.packages]
    facts["packages"] = names if names or user.by_packages else None
    return UserOut(**facts).model_dump(mode="json")


def show_access(user: User, *, as_json: bool) -> None:
    """Print what a user needs in order to watch."""
    playlists = {
        output: external_url(".playlists_m3u", name=user.name, token=user.key, output=output)
        for output in OUTPUTS
    }
    if as_json:
        click.echo(json.dumps(user_facts(user) | {"playlists": playlists}))
        return
    click.echo(f"token    {user.key}")
    click.echo(f"HLS      {playlists['hls']}")
    click.echo(f"MPEG-TS  {playlists['mpegts']}")
    if playlists["hls"].startswith("/"):
        click.echo("Set IPTV_PUBLIC_URL, such as https://tv.example, to see whole addresses.",
                   err=True)  # fmt: skip
