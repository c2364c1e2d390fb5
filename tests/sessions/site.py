"""Processes that serve one database, without being processes."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa
from flask import Flask

from flask_iptv.connections import Connections
from flask_iptv.models import Session
from flask_iptv.sessions import open_store
from tests.sessions.home import Home, move_in


class Site:
    """Processes that use one database, each with a store of its own."""

    def __init__(self, app: Flask, folder: Path) -> None:
        self._folder = folder
        self._first = move_in(app)
        self.engine = app.extensions["iptv"].connections.engine
        self.file = Path(f"{self.engine.url.database}.iptv-sessions")
        self.homes: list[Home] = []
        self._connections: list[Connections] = []

    def process(self, url: str | None = None, *, is_alone: bool = False) -> Home:
        """Another process; its devices are those of bob."""
        home = Home(None, self._first.user_id, self._first.channel_ids)  # type: ignore[arg-type]
        connections = Connections(lambda: self.engine)
        self._connections.append(connections)
        home.store = open_store(
            url, connections, self._folder, home.ended.extend, is_alone=is_alone
        )
        self.homes.append(home)
        return home

    def close(self) -> None:
        """End all processes."""
        for home in self.homes:
            home.store.close()
        for connections in self._connections:
            connections.close()

    def rows(self) -> int:
        """Sessions in the table."""
        with self.engine.connect() as connection:
            return connection.scalar(sa.select(sa.func.count(Session.id))) or 0
