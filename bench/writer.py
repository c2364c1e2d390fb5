"""An administrator's script that changes 50,000 users at once, until it is told to end."""

from __future__ import annotations

import os
import select
import sys
from pathlib import Path

import sqlalchemy as sa

from flask_iptv import database
from flask_iptv.models import User, utcnow

from . import sites

CHANGED = 50_000


def main() -> None:
    """Called with the folder of a site; ends with its standard input."""
    # It may have what the load generator leaves, and never delay that.
    os.nice(19)
    app = sites.iptv(Path(sys.argv[1]), {"IPTV_AUTH_SECRET": "x"})
    with app.app_context():
        database.session()
        print("begun", flush=True)
        number = 0
        while not select.select([sys.stdin], [], [], 0)[0]:
            number += 1
            changed = {"comment": f"changed {number} times", "updated_at": utcnow()}
            statement = sa.update(User).where(User.id <= CHANGED).values(changed)
            database.session().execute(statement)
            database.session().commit()


if __name__ == "__main__":
    main()
