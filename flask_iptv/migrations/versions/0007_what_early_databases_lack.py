"""What databases lack that were made when revisions 0002 and 0003 had another text."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None

_OF_THE_CHANNEL = """
UPDATE iptv_cuts SET
    stream = (SELECT name FROM iptv_channels WHERE iptv_channels.id = iptv_cuts.channel_id),
    server_id = (SELECT server_id FROM iptv_channels WHERE iptv_channels.id = iptv_cuts.channel_id)
"""


def upgrade() -> None:
    if _add_missing("iptv_sessions", sa.Column("due_at", sa.DateTime())):
        op.execute("UPDATE iptv_sessions SET due_at = expires_at")
    if "ix_iptv_sessions_expires_at" in _indexes("iptv_sessions"):
        op.drop_index(op.f("ix_iptv_sessions_expires_at"), "iptv_sessions")
    _index_missing("ix_iptv_sessions_due_at", "iptv_sessions", "due_at")
    _index_missing("ix_iptv_channels_updated_at", "iptv_channels", "updated_at")
    stream, server = sa.Column("stream", sa.String(255)), sa.Column("server_id", sa.Integer())
    if _add_missing("iptv_cuts", stream, server):
        op.execute(_OF_THE_CHANNEL)


def _add_missing(table: str, *columns: sa.Column[Any]) -> bool:
    there = {column["name"] for column in sa.inspect(op.get_bind()).get_columns(table)}
    missing = [column for column in columns if column.name not in there]
    for column in missing:
        op.add_column(table, column)
    return bool(missing)


def _index_missing(name: str, table: str, column: str) -> None:
    if name not in _indexes(table):
        op.create_index(op.f(name), table, [column])


def _indexes(table: str) -> set[str | None]:
    return {index["name"] for index in sa.inspect(op.get_bind()).get_indexes(table)}


def downgrade() -> None:
    """Nothing: what was there before fits into what is there now."""
