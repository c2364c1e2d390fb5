"""What real servers write, told what docs/logging.md says, has no token in it."""

from __future__ import annotations

import textwrap
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from flask import Flask

from flask_iptv import IPTV, database
from tests.conftest import furnish
from tests.e2e.documented import configuration
from tests.patience import LIMIT
from tests.real.caddy import Caddy
from tests.real.nginx import Nginx
from tests.real.ports import reserved_port
from tests.real.program import Program
from tests.real.site import serve
from tests.real.wsgi_servers import FLASK, GUNICORN, SERVE, UWSGI, WAITRESS, WSGIServer

TOKEN = "bobs-token"

SITE = """
from flask import Flask, request
from flask_iptv import IPTV
{install}
app = Flask(__name__, instance_path={folder!r})
app.register_blueprint(IPTV(), url_prefix="/tv")

@app.before_request
def fail():
    if request.path.endswith("/new-token"):
        raise RuntimeError("nobody has " + request.url)
"""
INSTALL = "from flask_iptv.logging import install; install()"

#: The address, and what it is answered with.
ASKED = {
    f"/tv/my/{TOKEN}": 200,
    f"/tv/my/{TOKEN}/new-token?x=1": 500,
    f"/tv/playlists/bob.m3u?token={TOKEN}&output=hls": 200,
    f"/tv/auth?name=ort&ip=192.0.2.7&token={TOKEN}": 200,
    f"/tv/nothing?token={TOKEN}": 404,
}
SERVERS = {
    "serve": (SERVE, ""),
    "waitress": (WAITRESS, INSTALL),
    "gunicorn": ((*GUNICORN, "--workers", "1", "--access-logfile", "-"), INSTALL),
    "uwsgi": (UWSGI, INSTALL),
    "flask run": (FLASK, INSTALL),
}


def ask(base: str, path: str) -> int:
    parts = urlsplit(base)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=LIMIT)
    headers = {"Referer": f"{base}/tv/my/{TOKEN}", "Cookie": f"iptv_token={TOKEN}"}
    try:
        connection.request("GET", path, headers=headers)
        with connection.getresponse() as response:
            response.read()
            return response.status
    finally:
        connection.close()


@pytest.mark.parametrize("name", SERVERS)
def test_the_servers_of_sites(tmp_path: Path, name: str) -> None:
    command, install = SERVERS[name]
    app = Flask("television", instance_path=str(tmp_path))
    app.register_blueprint(IPTV(), url_prefix="/tv")
    with app.app_context():
        furnish()
        database.session().commit()
    app.extensions["iptv"].close()
    (tmp_path / "television.py").write_text(SITE.format(folder=str(tmp_path), install=install))
    # Whatever else is a key in what it writes is refused when it ends.
    with WSGIServer(tmp_path, *command) as server:
        for path, status in ASKED.items():
            assert ask(server.url, path) == status, path
    assert TOKEN not in server.output
    assert "Exception on /tv/my/…oken/new-token [GET]" in server.output
    if name in ("gunicorn", "flask run"):
        assert "GET /tv/playlists/bob.m3u?token=…oken&output=hls" in server.output


@pytest.fixture
def site(provider: Flask) -> Iterator[str]:
    with serve(provider) as url:
        yield url


def nginx(site: str, folder: Path) -> Nginx:
    port, nobody = reserved_port(), reserved_port()
    logs = {"/var/log/nginx": str(folder)}
    before = configuration("../logging.md", "nginx", {})
    within = configuration("../logging.md", "nginx server", logs)
    server = f"""
        server {{
            listen 127.0.0.1:{port};
            {within}
            location / {{ proxy_pass {site}; }}
            location /down/ {{ proxy_pass http://127.0.0.1:{nobody}; }}
            location /files/ {{ root {folder}; }}
        }}
    """
    return Nginx(before + server, folder=folder, port=port)


def caddy(site: str, folder: Path) -> Caddy:
    port, nobody = reserved_port(), reserved_port()
    options = textwrap.dedent(configuration("../logging.md", "caddyfile", {}).strip()[1:-1])
    within = configuration("../logging.md", "caddyfile site", {"/var/log/caddy": str(folder)})
    server = f"""
        http://127.0.0.1:{port} {{
            {within}
            reverse_proxy /tv/* {site}
            reverse_proxy /down/* 127.0.0.1:{nobody}
            handle /files/* {{
                root * {folder}
                file_server
            }}
        }}
    """
    return Caddy(server, folder=folder, port=port, options=options)


@pytest.mark.parametrize("proxy", [nginx, caddy], ids=lambda proxy: proxy.__name__)
def test_proxies(site: str, tmp_path: Path, proxy: Callable[[str, Path], Program]) -> None:
    folder = tmp_path / "proxy"
    with proxy(site, folder) as running:
        base = running.url  # type: ignore[attr-defined]
        assert ask(base, f"/tv/my/{TOKEN}") == 200
        assert ask(base, f"/tv/my/{TOKEN}/devices/1?x=/my/{TOKEN}") == 303
        assert ask(base, f"/tv/playlists/bob.m3u?token={TOKEN}") == 200
        assert ask(base, f"/files/1.ts?token={TOKEN}") == 404
        assert ask(base, f"/down/1.ts?token={TOKEN}") == 502
    written = {file.name: file.read_text(errors="replace") for file in folder.rglob("*.log")}
    assert "/tv/my/***" in written["access.log"]
    assert "/tv/playlists/bob.m3u" in written["access.log"]
    for text in written.values():
        assert TOKEN not in text
