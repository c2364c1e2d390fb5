"""Clients that read nothing of what they asked for keep no database connection of the host."""

from __future__ import annotations

import socket
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import sqlalchemy as sa
from flask import Flask
from flask_sqlalchemy import SQLAlchemy

from flask_iptv import IPTV, database, servers, users
from flask_iptv.models import Channel
from tests.patience import LIMIT
from tests.real.wsgi_servers import BIN, WSGIServer

CHANNELS = 12_000
#: So long that a list is more than the system takes out of a server's hands, and less than is
#: remembered.
TITLE, LOGO = "Channel " * 25, "https://media.example/" + "logo" * 30
#: Each list is another one, so none is there already when it is asked for.
LISTS = [f"/tv/playlists/bob{ending}?token=bobs-token&output={output}"
         for ending in (".m3u", ".xspf") for output in ("hls", "mpegts")]  # fmt: skip
SITE = """
from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from flask_iptv import IPTV
from flask_iptv.players import remembered

db = SQLAlchemy()
app = Flask(__name__, instance_path={folder!r})
app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///site.sqlite"
app.config["SQLALCHEMY_ENGINE_OPTIONS"] = {{"pool_size": 1, "max_overflow": 0, "pool_timeout": 5}}
db.init_app(app)
app.register_blueprint(IPTV(db=db), url_prefix="/tv")

@app.get("/")
def home():
    return str(db.session.scalar(db.text("SELECT count(*) FROM iptv_channels")))

@app.get("/remember-nothing")
def remember_nothing():
    remembered.LONGEST = 20_000
    remembered.here_of(app).forget()
    return home()
"""


def furnish(folder: Path) -> None:
    """Make the database of the site, with a user who may watch very many channels."""
    (folder / "television.py").write_text(SITE.format(folder=str(folder)))
    app = Flask("television", instance_path=str(folder))
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite:///site.sqlite"
    db = SQLAlchemy(app)
    app.register_blueprint(IPTV(db=db), url_prefix="/tv")
    with app.app_context():
        db.create_all()
        server = servers.create(name="main", url="https://media.example")
        users.create(name="bob", key="bobs-token")
        rows = [
            {"name": f"channel{number}", "title": TITLE, "logo": LOGO, "server_id": server.id}
            for number in range(CHANNELS)
        ]
        database.session().execute(sa.insert(Channel), rows)
        database.session().commit()
    app.extensions["iptv"].close()


def begin(url: str, address: str) -> socket.socket:
    """Ask for a list and take no more of it than that it has begun."""
    host, port = urlsplit(url).netloc.split(":")
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.settimeout(LIMIT)
    client.connect((host, int(port)))
    client.sendall(f"GET {address} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
    assert client.recv(12) == b"HTTP/1.1 200"
    return client


def test_the_host_has_its_only_connection_whatever_others_do_not_read(tmp_path: Path) -> None:
    furnish(tmp_path)
    gunicorn = (BIN / "gunicorn", "--workers=1", "--threads=12", "--bind=127.0.0.1:0")
    with WSGIServer(tmp_path, *gunicorn) as site, ExitStack() as opened:
        for page in ("/", "/remember-nothing"):
            with urlopen(site.url + page, timeout=LIMIT) as answer:
                assert answer.read() == b"12000"
            for address in LISTS:
                opened.enter_context(begin(site.url, address))
            with urlopen(site.url + page, timeout=LIMIT) as answer:
                assert answer.read() == b"12000"
