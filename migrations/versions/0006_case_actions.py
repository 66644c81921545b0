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
    with op.batch_alter_table("case") as case:
        case.add_column(sa.Column("extension_until", types.Instant(), nullable=True))
        case.add_column(sa.Column("resolved_at", types.Instant(), nullable=True))
        case.add_column(sa.Column("closed_at", types.Instant(), nullable=True))
        case.add_column(sa.Column("rating", types.Json, nullable=True))
        case.add_column(sa.Column("merged_into", types.Id, nullable=True))
    with op.batch_alter_table("case_event") as case_event:
        case_event.add_column(sa.Column("details", types.Json, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("case_event") as case_event:
        case_event.drop_column("details")
    with op.batch_alter_table("case") as case:
        for name in ("merged_into", "rating", "closed_at", "resolved_at", "extension_until"):
            case.drop_column(name)
