"""The peers on FastAPI and uvicorn."""

from __future__ import annotations

import socket
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import uvicorn
from fastapi import Depends, FastAPI, Response
from sqlalchemy.orm import Session

from . import orm


def twin(folder: Path) -> FastAPI:
    """As the FastAPI + SQLAlchemy back office found in public works, on the same data."""
    app = FastAPI()
    sessions = orm.opened(folder)

    def database() -> Iterator[Session]:
        with sessions() as session:
            yield session

    def auth(
        name: str,
        ip: str,
        token: str,
        session_id: str,
        db: Session = Depends(database),  # noqa: B008
    ) -> Response:
        allowed = orm.may_watch(db, name, ip, token, session_id)
        headers = {"X-AuthDuration": "180"}
        return Response("", 200 if allowed else 403, headers)

    # Its annotations are looked up in this module, where Session and Response are.
    app.get("/tv/auth")(auth)
    return app


def look_up(folder: Path) -> FastAPI:
    """One SQLite look-up in an async endpoint: the fastest way to do it there."""
    app = FastAPI()
    connection = sqlite3.connect(f"file:{folder / 'iptv.sqlite'}?mode=ro", uri=True)

    async def auth(name: str, ip: str, token: str, session_id: str) -> Response:
        statement = "SELECT id, enabled, expires_at FROM iptv_users WHERE key = ?"
        row = connection.execute(statement, (token,)).fetchone()
        headers = {"X-AuthDuration": "180"}
        return Response("", 200 if row is not None and row[1] else 403, headers)

    app.get("/tv/auth")(auth)
    return app


def serve(app: Any, listener: socket.socket) -> None:
    """Serve with one worker of uvicorn, until SIGTERM."""
    config = uvicorn.Config(app, log_level="warning", access_log=False)
    uvicorn.Server(config).run(sockets=[listener])
