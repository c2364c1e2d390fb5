"""How many sessions were open at each minute, and how many viewers were refused and why."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "iptv_attendance",
        _minute(),
        sa.Column("sessions", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute", name=op.f("pk_iptv_attendance")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "iptv_refusals",
        _minute(),
        sa.Column("reason", sa.String(32), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("minute", "reason", name=op.f("pk_iptv_refusals")),
        sqlite_with_rowid=False,
    )


def _minute() -> sa.Column[object]:
    return sa.Column("minute", sa.Integer(), nullable=False, autoincrement=False)


def downgrade() -> None:
    op.drop_table("iptv_refusals")
    op.drop_table("iptv_attendance")
