"""The first tables: users, channels, packages, servers and sessions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def _record(table: str, *columns: sa.Column[object] | sa.Constraint) -> None:
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(255), nullable=False),
        *columns,
        sa.Column("created_at", sa.DateTime(), nullable=False),
        sa.Column("updated_at", sa.DateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("name", name=op.f(f"uq_{table}_name")),
        sqlite_autoincrement=True,
    )


def _link(table: str, left: str, right: str) -> None:
    op.create_table(
        table,
        *(sa.Column(f"{noun}_id", sa.Integer(), nullable=False) for noun in (left, right)),
        *(
            sa.ForeignKeyConstraint(
                [f"{noun}_id"],
                [f"iptv_{noun}s.id"],
                name=op.f(f"fk_{table}_{noun}_id_iptv_{noun}s"),
                ondelete="CASCADE",
            )
            for noun in (left, right)
        ),
        sa.PrimaryKeyConstraint(f"{left}_id", f"{right}_id", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_{right}_id"), table, [f"{right}_id"])


def upgrade() -> None:
    _record(
        "iptv_users",
        sa.Column("email", sa.String(254)),
        sa.Column("key", sa.String(128), nullable=False),
        sa.Column("max_sessions", sa.Integer()),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.DateTime()),
        sa.Column("expires_at", sa.DateTime()),
        sa.Column("allowed_networks", sa.JSON(), nullable=False),
        sa.Column("comment", sa.String(2000)),
        sa.Column("by_packages", sa.Boolean(), nullable=False),
        sa.UniqueConstraint("key", name=op.f("uq_iptv_users_key")),
    )
    op.create_index(op.f("ix_iptv_users_expires_at"), "iptv_users", ["expires_at"])
    _record(
        "iptv_servers",
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("url", sa.String(2048), nullable=False),
        sa.Column("hls_template", sa.String(512), nullable=False),
        sa.Column("mpegts_template", sa.String(512), nullable=False),
        sa.Column("securetoken_keys", sa.JSON(), nullable=False),
    )
    _record(
        "iptv_channels",
        sa.Column("title", sa.String(255), nullable=False),
        sa.Column("number", sa.Integer()),
        sa.Column("group_title", sa.String(255)),
        sa.Column("logo", sa.String(2048)),
        sa.Column("epg_id", sa.String(255)),
        sa.Column("enabled", sa.Boolean(), nullable=False),
        sa.Column("server_id", sa.Integer()),
        sa.ForeignKeyConstraint(
            ["server_id"],
            ["iptv_servers.id"],
            name=op.f("fk_iptv_channels_server_id_iptv_servers"),
        ),
    )
    op.create_index(op.f("ix_iptv_channels_server_id"), "iptv_channels", ["server_id"])
    _record("iptv_packages", sa.Column("title", sa.String(255), nullable=False))
    _link("iptv_user_packages", "user", "package")
    _link("iptv_package_channels", "package", "channel")
    _sessions()


def _sessions() -> None:
    table = "iptv_sessions"
    op.create_table(
        table,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("device", sa.String(64), nullable=False),
        sa.Column("user_id", sa.Integer()),
        sa.Column("channel_id", sa.Integer(), nullable=False),
        sa.Column("server_session", sa.String(255)),
        sa.Column("address", sa.String(45)),
        sa.Column("user_agent", sa.String(255)),
        sa.Column("protocol", sa.String(32)),
        sa.Column("opened_at", sa.DateTime(), nullable=False),
        sa.Column("seen_at", sa.DateTime(), nullable=False),
        sa.Column("expires_at", sa.DateTime(), nullable=False),
        sa.Column("cut_reason", sa.String(32)),
        *(
            sa.ForeignKeyConstraint(
                [f"{noun}_id"],
                [f"iptv_{noun}s.id"],
                name=op.f(f"fk_{table}_{noun}_id_iptv_{noun}s"),
                ondelete="CASCADE",
            )
            for noun in ("user", "channel")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("device", name=op.f(f"uq_{table}_device")),
    )
    for column in ("user_id", "channel_id", "expires_at"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade() -> None:
    for table in (
        "iptv_sessions",
        "iptv_package_channels",
        "iptv_user_packages",
        "iptv_packages",
        "iptv_channels",
        "iptv_servers",
        "iptv_users",
    ):
        op.drop_table(table)
