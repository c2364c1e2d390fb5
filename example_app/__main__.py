"""``python -m example_app``, which is ``make run``: the site and a media server, until Ctrl+C."""

from __future__ import annotations

import logging
import os
import socket
from contextlib import suppress
from pathlib import Path

import click
from flask import Flask, url_for

from flask_iptv.logging import install as redact_logs
from flask_iptv.models import utcnow

from . import accounts, create_app, demo, greeting, instance_folder, keys, media_server, serving
from .database import db
from .media_server import RunningServer


@click.command()
@click.option("--new-password", is_flag=True, help="Make a new password of admin and show it.")
def main(new_password: bool) -> None:
    """Serve Harbour TV, the example site of Flask-IPTV.

    The environment says where: HOST (127.0.0.1) and PORT (8000, or the next that is free), and
    EXAMPLE_INSTANCE for the folder of its database and secrets.
    """
    # Whatever is made in the instance folder is for its owner only.
    os.umask(0o077)
    # SIGTERM ends the site as Ctrl+C does.
    serving.end_on_signals()
    try:
        if new_password:
            _show_new_password(instance_folder())
        else:
            _run(instance_folder())
    except serving.CannotServe as error:
        raise click.ClickException(f"{error}.") from error
    except OSError as error:
        hint = "EXAMPLE_INSTANCE names another folder for the site's database and secrets."
        raise click.ClickException(f"{error}. {hint}") from error


def _show_new_password(folder: Path) -> None:
    password = keys.new_password(folder)
    open_site(folder)
    click.echo(greeting.new_password(password))


def _run(folder: Path) -> None:
    _log_to_terminal()
    with suppress(KeyboardInterrupt), serving.alone(folder), serving.site_listener() as listener:
        password = None if keys.PASSWORD_HASH in keys.load(folder) else keys.new_password(folder)
        app = open_site(folder)
        server = serving.server_of(app, listener)
        with _media_server(app, listener) as media:
            with app.app_context():
                demo.move_server(media.url)
                db.session.commit()
            address = app.config.get("IPTV_PUBLIC_URL") or serving.url(listener)
            click.echo(greeting.text(app, address, password))
            serving.run(app, server)
    click.echo("Harbour TV has stopped.")


def _log_to_terminal() -> None:
    logging.basicConfig(format="%(asctime)s %(name)s: %(message)s", datefmt="%H:%M:%S")
    redact_logs()
    for name in ("example_app", "flask_iptv"):
        logging.getLogger(name).setLevel(logging.INFO)


def open_site(folder: Path) -> Flask:
    """Make the site with its administrator, and with the demonstration if it has nothing yet."""
    app = create_app(folder)
    with app.app_context():
        accounts.set_admin(app.config[keys.PASSWORD_HASH])
        demo.fill(utcnow())
        db.session.commit()
    return app


def _media_server(app: Flask, listener: socket.socket) -> RunningServer:
    with app.test_request_context(base_url=serving.url(listener)):
        auth_url = url_for("iptv.auth", _external=True)
    host, site_port = listener.getsockname()[:2]
    secret = app.extensions["iptv"].settings.auth_secret
    return serving.on_free_port(
        site_port + 1, lambda port: media_server.start(host, port, auth_url, secret)
    )


if __name__ == "__main__":
    main()
