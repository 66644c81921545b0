"""handovers that are due: found over all communities by the time they are due.

The claim asks so every few seconds; by community first, the index had to be read whole and sorted.
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

UNDER_WAY = sa.text("state IN ('waiting', 'taken')")


def upgrade() -> None:
    _index_by("due_at")


def downgrade() -> None:
    _index_by("community_id", "due_at")


def _index_by(*columns: str) -> None:
    op.drop_index("ix_handover_under_way", "handover")
    op.create_index(
        "ix_handover_under_way",
        "handover",
        list(columns),
        postgresql_where=UNDER_WAY,
        sqlite_where=UNDER_WAY,
    )
