"""What Alembic runs to migrate our tables, on the connection that it is given."""

from __future__ import annotations

from alembic import context

from flask_iptv.migrations import VERSION_TABLE
from flask_iptv.migrations.neighbours import is_ours
from flask_iptv.models import Base

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=Base.metadata,
    version_table=VERSION_TABLE,
    include_name=is_ours,
    render_as_batch=True,
)
with context.begin_transaction():
    context.run_migrations()
