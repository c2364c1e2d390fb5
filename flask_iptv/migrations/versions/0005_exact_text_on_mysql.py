"""On MySQL and MariaDB texts are compared letter by letter, and times have microseconds."""

from __future__ import annotations

from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

#: The columns of times of each table, and whether they may be empty.
_TIMES = {
    "iptv_users": {"starts_at": True, "expires_at": True, "created_at": False, "updated_at": False},
    "iptv_servers": {"created_at": False, "updated_at": False},
    "iptv_channels": {"created_at": False, "updated_at": False},
    "iptv_packages": {"created_at": False, "updated_at": False},
    "iptv_user_packages": {},
    "iptv_package_channels": {},
    "iptv_sessions": {
        "opened_at": False,
        "seen_at": False,
        "expires_at": False,
        "due_at": True,
    },
    "iptv_history": {"opened_at": False, "ended_at": False},
    "iptv_usage": {},
    "iptv_channel_usage": {},
    "iptv_cuts": {"asked_at": False, "due_at": True},
    "iptv_attendance": {},
    "iptv_refusals": {},
}


def upgrade() -> None:
    if op.get_bind().dialect.name not in ("mysql", "mariadb"):
        return
    for table, times in _TIMES.items():
        changes = ["CONVERT TO CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"]
        for column, may_be_empty in times.items():
            changes.append(f"MODIFY {column} DATETIME(6) {'' if may_be_empty else 'NOT '}NULL")
        op.execute(f"ALTER TABLE {table} {', '.join(changes)}")


def downgrade() -> None:
    """Nothing: what was there before fits into what is there now."""
