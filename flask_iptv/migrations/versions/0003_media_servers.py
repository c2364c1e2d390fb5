"""What kind of media server each is and how it is told things, publish keys, and cut viewers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

_SERVERS: dict[str, int] = {"api_url": 2048, "api_username": 255, "api_password": 255}


def upgrade() -> None:
    kind = sa.Column("kind", sa.String(32), nullable=False, server_default="flussonic")
    op.add_column("iptv_servers", kind)
    for name, length in _SERVERS.items():
        op.add_column("iptv_servers", sa.Column(name, sa.String(length)))
    op.add_column("iptv_channels", sa.Column("publish_key", sa.String(128)))
    op.add_column("iptv_channels", sa.Column("synced", sa.JSON()))
    _cuts()


def _cuts() -> None:
    table = "iptv_cuts"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("stream", sa.String(255)),
        sa.Column("server_id", sa.Integer()),
        sa.Column("server_session", sa.String(255)),
        sa.Column("protocol", sa.String(32)),
        sa.Column("address", sa.String(45)),
        sa.Column("asked_at", sa.DateTime(), nullable=False),
        sa.Column("due_at", sa.DateTime()),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("done", sa.Boolean(), nullable=False),
        sa.Column("outcome", sa.String(500)),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f(f"ix_{table}_due_at"), table, ["due_at"])
    op.create_index(op.f(f"ix_{table}_asked_at"), table, ["asked_at"])


def downgrade() -> None:
    op.drop_table("iptv_cuts")
    with op.batch_alter_table("iptv_servers") as servers:
        for name in ("kind", *_SERVERS):
            servers.drop_column(name)
    with op.batch_alter_table("iptv_channels") as channels:
        channels.drop_column("publish_key")
        channels.drop_column("synced")
