"""Debian's nginx with its RTMP module, in a folder of its own and in the foreground."""

from __future__ import annotations

import os
from pathlib import Path

from tests.real.debian import Debian
from tests.real.ports import answers
from tests.real.program import Program

MAIN = """\
load_module {module};
{user}
worker_processes 1;
daemon off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log info;
events {{ worker_connections 256; }}
include {folder}/rtmp.conf;
http {{
    access_log off;
    client_body_temp_path {folder}/client_body;
    proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/fastcgi;
    uwsgi_temp_path {folder}/uwsgi;
    scgi_temp_path {folder}/scgi;
    include {folder}/site.conf;
}}
"""


class NginxRTMP(Program):
    """nginx with the RTMP module, which serves once the ``with`` block is entered.

    :param rtmp: an ``rtmp { … }`` block, listening on ``127.0.0.1:<port>``.
    :param site: ``server`` blocks for HTTP, if any.
    :param folder: an empty or new folder for its configuration, logs and temporary files.
    :param port: the loopback port ``rtmp`` listens on, from
        :func:`~tests.real.ports.reserved_port`.
    """

    def __init__(self, rtmp: str, *, folder: Path, port: int, site: str = "") -> None:
        self.port = port
        self.url = f"rtmp://127.0.0.1:{port}"
        debian = Debian("nginx-rtmp", "nginx", "libnginx-mod-rtmp")
        module = debian.file("usr/lib/nginx/modules/ngx_rtmp_module.so")
        folder.mkdir(parents=True, exist_ok=True)
        # The workers of a root's nginx would be "nobody", who can't enter root's folders.
        user = "user root root;" if os.geteuid() == 0 else ""
        # The module's own access log is Debian's, which only root may write.
        own_log = f"rtmp {{\n    access_log {folder}/rtmp.log;"
        (folder / "rtmp.conf").write_text(rtmp.replace("rtmp {", own_log, 1))
        (folder / "site.conf").write_text(site)
        configuration = folder / "nginx.conf"
        configuration.write_text(MAIN.format(module=module, user=user, folder=folder))
        super().__init__(
            [debian.file("usr/sbin/nginx"), "-p", folder, "-c", configuration],
            log=folder / "nginx.log",
            folder=folder,
            ready=lambda: answers(port),
            environment=debian.environment(),
        )
