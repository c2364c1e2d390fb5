"""Past sessions, the totals of each day, and what open sessions have sent."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

_SESSION: dict[str, sa.types.TypeEngine[Any]] = {
    "bytes": sa.BigInteger(),
    "server_bytes": sa.BigInteger(),
    "previous_session": sa.String(255),
    "due_at": sa.DateTime(),
}


def upgrade() -> None:
    # Columns that may be empty: no database writes a row anew for them.
    for name, kind in _SESSION.items():
        op.add_column("iptv_sessions", sa.Column(name, kind))
    op.execute("UPDATE iptv_sessions SET due_at = expires_at")
    op.drop_index(op.f("ix_iptv_sessions_expires_at"), "iptv_sessions")
    op.create_index(op.f("ix_iptv_sessions_due_at"), "iptv_sessions", ["due_at"])
    op.create_index(op.f("ix_iptv_channels_updated_at"), "iptv_channels", ["updated_at"])
    op.create_index(op.f("ix_iptv_users_created_at_id"), "iptv_users", ["created_at", "id"])
    _history()
    _totals("iptv_usage", _number("user_id"), sa.Column("day", sa.Date(), nullable=False))
    _totals("iptv_channel_usage", sa.Column("day", sa.Date(), nullable=False))


def _history() -> None:
    table = "iptv_history"
    op.create_table(
        table,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(45)),
        sa.Column("user_agent", sa.String(255)),
        sa.Column("protocol", sa.String(32)),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("ended_at", sa.DateTime(), nullable=False),
        sa.Column("bytes", sa.BigInteger()),
        sa.Column("ending", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_autoincrement=True,
    )
    for noun in ("user", "channel"):
        op.create_index(op.f(f"ix_{table}_{noun}_id_id"), table, [f"{noun}_id", "id"])


def _totals(table: str, *key: sa.Column[object]) -> None:
    columns = [*key, _number("channel_id")]
    op.create_table(
        table,
        *columns,
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.Column("seconds", sa.BigInteger(), nullable=False),
        sa.Column("bytes", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint(*(column.name for column in columns), name=op.f(f"pk_{table}")),
        sqlite_with_rowid=False,
    )


def _number(name: str) -> sa.Column[object]:
    return sa.Column(name, sa.Integer(), nullable=False, autoincrement=False)


def downgrade() -> None:
    for table in ("iptv_channel_usage", "iptv_usage", "iptv_history"):
        op.drop_table(table)
    op.drop_index(op.f("ix_iptv_users_created_at_id"), "iptv_users")
    op.drop_index(op.f("ix_iptv_channels_updated_at"), "iptv_channels")
    op.drop_index(op.f("ix_iptv_sessions_due_at"), "iptv_sessions")
    op.create_index(op.f("ix_iptv_sessions_expires_at"), "iptv_sessions", ["expires_at"])
    with op.batch_alter_table("iptv_sessions") as sessions:
        for name in _SESSION:
            sessions.drop_column(name)
