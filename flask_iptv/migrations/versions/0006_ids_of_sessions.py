"""On SQLite the id of a session that has ended is not given to another one."""

from __future__ import annotations

from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    numbered = {"sqlite_autoincrement": True}
    with op.batch_alter_table("iptv_sessions", recreate="always", table_kwargs=numbered):
        pass


def downgrade() -> None:
    """Nothing: what was there before fits into what is there now."""
