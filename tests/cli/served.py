"""``flask iptv serve`` as a process of its own."""

from __future__ import annotations

import os
import re
import signal
import sys
from pathlib import Path

from tests.patience import LIMIT
from tests.real.program import Program

SITE = """
from flask import Flask
from flask_iptv import IPTV, channels, database, servers, users

app = Flask(__name__, instance_path={folder!r})
app.config["IPTV_AUTH_SECRET"] = "only-for-tests"
app.register_blueprint(IPTV(), url_prefix="/tv")
app.register_blueprint(IPTV(name="second"), url_prefix="/club/tv")
with app.app_context():
    servers.create(name="main", url="https://media.example")
    channels.create(name="ort", title="ORT", server="main")
    users.create(name="bob", key="bobs-token")
    database.session().commit()
"""
ROOT = Path(__file__).resolve().parents[2]
QUESTION = "?name=ort&ip=192.0.2.7&token=bobs-token&secret=only-for-tests"


class ServedSite(Program):
    """``flask iptv serve`` on any port, serving once the ``with`` block is entered.

    :param folder: where the site is put.
    :param files: that it may have open, at most.
    """

    def __init__(self, folder: Path, files: int = 4096) -> None:
        (folder / "television.py").write_text(SITE.format(folder=str(folder)))
        log = folder / "television.log"
        super().__init__(
            [
                *("sh", "-c", f'ulimit -n {files}; exec "$@"', "sh"),
                *(sys.executable, "-m", "flask", "--app", "television", "iptv", "serve"),
                "--port=0",
            ],
            log=log,
            folder=folder,
            ready=lambda: "Ctrl+C stops it." in log.read_text(),
            environment={"PATH": os.environ.get("PATH", os.defpath), "PYTHONPATH": str(ROOT)},
            told_once="",
        )

    @property
    def url(self) -> str:
        """Where it says that it is, without a slash at its end."""
        found = re.match(r"Serving (http://\S+)/\n", self.output)
        assert found, self.output
        return found[1]

    def end(self, number: signal.Signals) -> int:
        """Send a signal, wait for the end and give the status that it ended with."""
        assert self._process is not None
        self._process.send_signal(number)
        return self._process.wait(LIMIT)
