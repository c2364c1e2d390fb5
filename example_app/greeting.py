"""What the terminal shows: where the site is, how to log in, and lines to try at once."""

from __future__ import annotations

import sys
from ipaddress import ip_address
from pathlib import Path
from shlex import quote
from urllib.parse import urlsplit

from flask import Flask, url_for

from flask_iptv.models import utcnow

from . import demo
from .accounts import ADMIN
from .demo import Example


def text(app: Flask, base_url: str, password: str | None) -> str:
    """What is shown when the site begins to serve.

    :param base_url: where, without a slash at its end.
    :param password: of the administrator if it was made just now, for it is never known again.
    """
    with app.test_request_context(base_url=base_url):
        example = demo.example(utcnow())
        return f"""
Harbour TV, the example site of Flask-IPTV

  Site        {url_for("pages.front", _external=True)}
  IPTV pages  {url_for("iptv.admin_start", _external=True)}
  Log in as   {ADMIN}
  Password    {_shown(password) if password else _forgotten()}

{_to_try(app, example) if example else _NOTHING_TO_TRY}
{_warning(base_url)}
Ctrl+C stops the site.
"""


def new_password(password: str) -> str:
    """What is shown when a new password was asked for."""
    return f"""
The new password of {ADMIN}: {_shown(password)}
A site that is running takes it for its pages at once, and for the JSON API when it starts again.
"""


def _warning(base_url: str) -> str:
    parts = urlsplit(base_url)
    if parts.scheme == "https" or _is_here(parts.hostname or ""):
        return ""
    return """
Others reach this address, and it is not encrypted: whoever is on their way reads passwords and
tokens. Put a proxy with HTTPS before the site, leave HOST out, and name the proxy's address:
FLASK_IPTV_PUBLIC_URL=https://tv.example
"""


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _shown(password: str) -> str:
    return f"{password}   (shown only this once)"


def _forgotten() -> str:
    python, here = Path(sys.executable), Path.cwd()
    command = python.relative_to(here) if python.is_relative_to(here) else python
    return f"as shown at the first start; for a new one: {command} -m example_app --new-password"


_NOTHING_TO_TRY = f"""\
The user {demo.VIEWER} may watch nothing now; the playlists of the others are in the IPTV pages."""


def _to_try(app: Flask, example: Example) -> str:
    settings = app.extensions["iptv"].settings
    secret, seconds = settings.auth_secret, settings.auth_duration
    question = {
        "name": example.channel,
        "ip": "127.0.0.1",
        "token": example.token,
        "secret": secret,
    }
    # One option each needs no quotes, where the & between the parts of a query would.
    options = " ".join(f"-d {quote(f'{name}={value}')}" for name, value in question.items())
    return f"""\
May {example.user} watch? A media server asks like this, and 200 is yes:
  curl -i -G {url_for("iptv.auth", _external=True)} {options}

The playlist of {example.user}, for VLC (Media, Open Network Stream):
  HLS      {_playlist(example, "hls")}
  MPEG-TS  {_playlist(example, "mpegts")}

The page that {example.user} gets, with how-tos and QR codes for every player:
  {url_for("iptv.my_page", token=example.token, _external=True)}

Disable {example.user} in the IPTV pages while it plays: within {seconds} seconds it is cut."""


def _playlist(example: Example, output: str) -> str:
    return url_for(
        "iptv.playlists_m3u", name=example.user, token=example.token, output=output, _external=True
    )
