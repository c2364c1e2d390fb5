"""Icecast from Debian's package, in a folder of its own and in the foreground."""

from __future__ import annotations

import os
from pathlib import Path

from tests.real.debian import Debian
from tests.real.ports import LOOPBACK, answers
from tests.real.program import Program

MAIN = """\
<icecast>
    <hostname>{host}</hostname>
    <authentication>
        <source-password>{source_password}</source-password>
        <admin-user>admin</admin-user>
        <admin-password>{admin_password}</admin-password>
    </authentication>
    <listen-socket><port>{port}</port><bind-address>{host}</bind-address></listen-socket>
{mounts}
    <paths>
        <basedir>{folder}</basedir>
        <logdir>{folder}</logdir>
        <webroot>{web}</webroot>
        <adminroot>{admin}</adminroot>
    </paths>
    <logging><accesslog>-</accesslog><errorlog>-</errorlog><loglevel>3</loglevel></logging>
    <security><chroot>0</chroot>{owner}</security>
</icecast>
"""

BEGUN = ("YP update thread started", "No SSL capability")
"""It listens before all of its threads run, and a request that comes so early can crash it."""

OWNER = "<changeowner><user>nobody</user><group>nogroup</group></changeowner>"
"""Icecast refuses to run as root, so root's becomes the user that owns nothing."""


class Icecast(Program):
    """Icecast, which serves once the ``with`` block is entered.

    :param mounts: the ``mount`` elements of its configuration.
    :param folder: an empty or new folder for its configuration and log.
    :param port: the loopback port to listen on, from :func:`~tests.real.ports.reserved_port`.
    """

    admin_password = "the administrator's"
    source_password = "every source's"

    def __init__(self, mounts: str, *, folder: Path, port: int) -> None:
        self.port = port
        self.url = f"http://{LOOPBACK}:{port}"
        debian = Debian("Icecast", "icecast2")
        folder.mkdir(parents=True, exist_ok=True)
        configuration = folder / "icecast.xml"
        configuration.write_text(
            MAIN.format(
                host=LOOPBACK,
                port=port,
                mounts=mounts,
                folder=folder,
                source_password=self.source_password,
                admin_password=self.admin_password,
                web=debian.file("usr/share/icecast2/web"),
                admin=debian.file("etc/icecast2/admin"),
                owner=OWNER if os.geteuid() == 0 else "",
            )
        )
        super().__init__(
            [debian.file("usr/bin/icecast2"), "-c", configuration],
            log=folder / "icecast.log",
            folder=folder,
            ready=lambda: self._has_begun() and answers(port),
            environment=debian.environment(),
        )

    def _has_begun(self) -> bool:
        return all(line in self.output for line in BEGUN)
