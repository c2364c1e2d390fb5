"""``flask iptv serve``."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress

import click
from flask import Flask
from flask.cli import ScriptInfo, pass_script_info

from .. import logging, mediaservers, serving
from .command import Command


@click.command(cls=Command)
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS",
              help="Where to listen; 0.0.0.0 is every address of this machine.")  # fmt: skip
@click.option("--port", type=click.IntRange(0, 65_535), default=8000, show_default=True,
              help="0 takes any free one.")  # fmt: skip
@click.option("--threads", type=click.IntRange(1, 1000), default=serving.THREADS,
              show_default=True, help="Requests that are worked on at once.")  # fmt: skip
@pass_script_info
def serve(info: ScriptInfo, host: str, port: int, threads: int) -> None:
    """Serve the site with waitress, until Ctrl+C or SIGTERM.

    The settings are those that many media servers need: connections stay open, by the thousand.
    Put nginx or Caddy in front for HTTPS.

    \b
    Examples:
      flask iptv serve
      flask iptv serve --host 192.0.2.10 --port 80
    """
    logging.install()
    serving.end_on_signals()
    with suppress(KeyboardInterrupt):
        app = info.load_app()
        try:
            listener = serving.listen(host, port)
        except OSError as error:
            hint = "choose others with --host and --port, 0 takes any free port"
            if isinstance(error, PermissionError):
                hint = "ports below 1024 are for root: take one above, and a proxy in front of it"
            raise serving.CannotServe(
                f"{host} port {port} can't be had: {error.strerror or error}; {hint}"
            ) from None
        with listener:
            server = serving.server_of(app, listener, threads=threads)
            click.echo("\n".join(_greeting(app, serving.url(listener))))
            serving.run(app, server)
    click.echo("Stopped.")


def _greeting(app: Flask, base_url: str) -> Iterator[str]:
    yield f"Serving {base_url}/"
    for auth, view in app.view_functions.items():
        # Those of single media servers have longer names.
        if view is not mediaservers.auth or not auth.endswith(".auth"):
            continue
        admin = auth.removesuffix("auth") + "admin_start"
        yield f"  media servers ask  {base_url}{_rule(app, auth)}"
        yield f"  admin pages        {base_url}{_rule(app, admin)}"
    yield "Ctrl+C stops it."


def _rule(app: Flask, endpoint: str) -> str:
    return next(app.url_map.iter_rules(endpoint)).rule
