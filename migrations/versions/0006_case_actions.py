"""case actions: time asked for, what the resident said, cases that follow another.

Only adds; code from before it runs on these tables as well.
"""

import sqlalchemy as sa
from alembic import op

from app.models import types

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    for column in (
        sa.Column("extension_until", types.Instant(), nullable=True),
        sa.Column("resolved_at", types.Instant(), nullable=True),
        sa.Column("closed_at", types.Instant(), nullable=True),
        sa.Column("rating", types.Json, nullable=True),
        sa.Column("merged_into", types.Id, nullable=True),
    ):
        op.add_column("case", column)
    op.add_column("case_event", sa.Column("details", types.Json, nullable=True))


def downgrade() -> None:
    # not in a batch, which on SQLite makes the table anew, and other tables point to its rows
    op.drop_column("case_event", "details")
    for name in ("merged_into", "rating", "closed_at", "resolved_at", "extension_until"):
        op.drop_column("case", name)
